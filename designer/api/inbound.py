"""`/inbound/{tenant}/{gateway}/{callback}`: what a provider of texts tells us, as its gateway's set-up declares it.

Nobody is signed in here: who tells us something is known by a secret or a signature, and by nothing else. The provider
gets its answer when the news is kept, so that it tells us again what we could not keep; told twice, it counts once.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from designer.access.rights import DOOR, needs
from designer.access.suspension import not_while_suspended
from designer.api.replies import resource
from designer.asking import as_asked
from designer.parts import parts
from designer.problems import Problem
from engine.adapters.sms_http.callbacks import Callback
from engine.adapters.sms_http.config import SmsHttpConfig
from engine.adapters.sms_http.incoming import Garbled, news
from engine.adapters.sms_http.known import doubt
from engine.host.metrics import INBOUND_REFUSED
from engine.store import Store, TenantUnknown
from engine.store.sealing import CannotOpen

log = structlog.get_logger()

api = resource("inbound", 401, 403, 404, 429, 503, open_to_all=True)
MOST_BYTES = 256 * 1024
AGAIN_SECONDS = "5"


class InboundPath(BaseModel):
    tenant: str = Field(max_length=64)
    gateway: str = Field(max_length=64)
    callback: str = Field(max_length=64, description="As the gateway's `callbacks` name it.")


class InboundQuery(BaseModel):
    """Whatever the provider writes into the address."""

    model_config = ConfigDict(extra="allow")


@api.get("/inbound/<tenant>/<gateway>/<callback>")
@needs(DOOR)
def told_by_address(path: InboundPath, query: InboundQuery) -> Response:
    """A receipt or a text, in the address."""
    return _told(path)


@api.post("/inbound/<tenant>/<gateway>/<callback>")
@needs(DOOR)
def told_by_body(path: InboundPath, query: InboundQuery) -> Response:
    """A receipt or a text, in a form or JSON."""
    return _told(path)


def _told(path: InboundPath) -> Response:
    store, config, callback = _declared(path)
    if request.method != callback.method:
        raise Problem(405, headers={"Allow": callback.method})
    at = datetime.now(UTC)
    asked = as_asked(config.public_url, most_bytes=MOST_BYTES)
    if (why := doubt(callback.known_by, asked, config.secrets, at)) is not None:
        _refused(store, path, why)
        raise Problem(401 if why == "missing" else 403, "This is not from the provider.")
    if not parts().declared.may_tell(store.name, path.gateway, path.callback, callback.rate):
        _refused(store, path, "rate")
        raise Problem(429, "Too many at once. Try again in a second.", headers={"Retry-After": "1"})
    try:
        told = news(callback, asked, at)
    except Garbled as garbled:
        _refused(store, path, "garbled", reason=str(garbled))
        raise Problem(422, "The request does not fit.", errors=[garbled.fault]) from None
    try:
        wrong = [error for error in parts().keeping.keep(store, path.gateway, told) if error is not None]
    except sa.exc.SQLAlchemyError as error:
        wrong = [error]
    if wrong:
        log.error("news of a provider was not kept", tenant=store.name, gateway=path.gateway, reason=str(wrong[0]))
        raise Problem(503, "It cannot be kept now. Tell us again.", headers={"Retry-After": AGAIN_SECONDS})
    parts().hint(store.name)
    answer = callback.answer
    return Response(answer.text, answer.status, content_type=f"{answer.content_type}; charset=utf-8")


def _declared(path: InboundPath) -> tuple[Store, SmsHttpConfig, Callback]:
    """Whose callback this is, and how it is declared; what is not there is not told apart."""
    try:
        store = parts().stores.tenant(path.tenant)
        config = parts().declared.config(store, path.gateway)
    except TenantUnknown:
        config = None
    except (CannotOpen, ValidationError) as error:
        log.error("gateway cannot be opened", tenant=path.tenant, gateway=path.gateway, reason=str(error))
        raise Problem(503, "It cannot be kept now. Tell us again.", headers={"Retry-After": AGAIN_SECONDS}) from error
    callback = None if config is None else config.callbacks.get(path.callback)
    if config is None or callback is None:
        raise Problem(404, "There is nothing at this address.")
    not_while_suspended(store.name)
    return store, config, callback


def _refused(store: Store, path: InboundPath, why: str, reason: str = "") -> None:
    INBOUND_REFUSED.labels(path.gateway, why).inc()
    if parts().declared.may_log(store.name, path.gateway, why):
        log.warning(
            "a callback was refused", tenant=store.name, gateway=path.gateway, callback=path.callback, why=why,
            reason=reason, address=request.remote_addr,
        )  # fmt: skip
