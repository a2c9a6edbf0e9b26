"""A request as somebody outside wrote it: what a signature is over."""

from __future__ import annotations

from typing import cast
from urllib.parse import quote

from flask import request

from designer.bodies import JsonRequest
from engine.adapters.sms_http.asked import Asked


def as_asked(public_url: str, *, most_bytes: int) -> Asked:
    """The request at hand; `public_url` is our address as its sender knows it, empty where that is ours."""
    request.max_content_length = most_bytes
    written = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    query = request.query_string.decode("latin-1")
    target = written or quote(request.path) + (f"?{query}" if query else "")
    return Asked(
        method=request.method, base=public_url or f"{request.scheme}://{request.host}", target=target,
        headers=dict(request.headers.items()), body=cast(JsonRequest, request).body_bytes(),
        address=request.remote_addr or "",
    )  # fmt: skip
