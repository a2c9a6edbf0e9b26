"""`Idempotency-Key`: a request that starts something and is sent twice starts it once (DECISIONS 24)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, request

from designer.access.identity import store, who
from designer.access.witness import unseen
from designer.api.replies import reads
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.store import idempotency, now_micros

HEADER = "Idempotency-Key"
LONGEST = 200

PARAMETER = {
    "name": HEADER, "in": "header", "required": False, "schema": {"type": "string", "maxLength": LONGEST},
    "description": "The same key with the same request within a day gives the first answer again, and acts once.",
}  # fmt: skip

Arguments = ParamSpec("Arguments")


def once(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """Serve a view once for each key; later requests of the same key get the first one's answer."""

    @wraps(view)
    def serve(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        sent = request.headers.get(HEADER)
        if sent is None:
            return view(*args, **kwargs)
        key = f"{who().key.hex()}:{_checked(sent)}"
        content = b"\0".join((request.method.encode(), request.path.encode(), request.get_data()))
        digest = hashlib.sha256(content).digest()
        with unseen(), store().begin() as connection:
            kept = idempotency.begin(connection, key, digest, at=now_micros())
        if kept is not None:
            return _repeated(kept, digest)
        try:
            response = view(*args, **kwargs)
        except BaseException:
            with unseen(), store().begin() as connection:
                idempotency.forget(connection, key)
            raise
        with unseen(), store().begin() as connection:
            idempotency.finish(connection, key, status=response.status_code, body=response.get_data())
        return response

    return reads(PARAMETER)(serve)


def _checked(sent: str) -> str:
    if not 1 <= len(sent) <= LONGEST or not sent.isprintable() or not sent.isascii():
        wrong = Fault(
            HEADER, "1 to {limit} visible ASCII characters (is {value})", {"limit": LONGEST, "value": shown(sent)}
        )
        raise Problem(422, "The request does not fit.", errors=[wrong])
    return sent


def _repeated(kept: idempotency.Kept, digest: bytes) -> Response:
    if kept.hash != digest:
        raise Problem(422, "This Idempotency-Key was used with another request.")
    if kept.status is None:
        raise Problem(
            409, "The first request with this Idempotency-Key is still being served.", headers={"Retry-After": "1"}
        )
    return Response(kept.body, kept.status, content_type="application/json", headers={"Idempotency-Replayed": "true"})
