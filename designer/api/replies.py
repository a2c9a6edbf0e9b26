"""Answers: JSON with times in RFC 3339, and what the document says of refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from flask import Response

from designer.api.described import Resource
from designer.problems import MEDIA_TYPE

_FAULT = {
    "type": "object",
    "required": ["path", "message"],
    "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": _FAULT},
    },
}
REFUSAL = {"description": "A problem (RFC 9457)", "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
View = TypeVar("View", bound=Callable[..., Response])
SECURITY: list[dict[str, list[str]]] = [{"key": []}, {"cookie": []}]


def reply(data: Any, status: int = 200, **headers: str) -> Response:
    """Data as JSON; a header's name is written with underscores."""
    response = Response(msgspec.json.encode(data), status, content_type="application/json")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


def resource(name: str, *refusals: int, open_to_all: bool = False) -> Resource:
    """A resource: its routes can refuse with these statuses, besides those that every route has."""
    always = (400, 405, 413, 422, 429, 500) if open_to_all else (400, 401, 403, 405, 413, 422, 429, 500, 503)
    return Resource(
        name,
        __name__,
        url_prefix="/api/v1",
        abp_tags=[],
        abp_security=None if open_to_all else SECURITY,
        abp_responses={str(status): REFUSAL for status in sorted({*always, *refusals})},
    )


def json_body(schema: dict[str, Any], description: str) -> dict[str, Any]:
    """What the API's document says of a body that is read as it is, not by a model."""
    return {
        "requestBody": {
            "required": True, "description": description, "content": {"application/json": {"schema": schema}},
        }
    }  # fmt: skip


def if_match(what: str, longest: int) -> dict[str, Any]:
    """What the document says of `If-Match` where it may be left out; `longest` in characters."""
    return {
        "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string", "maxLength": longest},
        "description": f"The {what} that the change is based on, as `ETag` gave it; 412 where it is another by now.",
    }  # fmt: skip


def reads(*parameters: dict[str, Any]) -> Callable[[View], View]:
    """Say in the API's document which headers a view reads."""

    def note(view: View) -> View:
        view.headers_read = [*getattr(view, "headers_read", ()), *parameters]  # type: ignore[attr-defined]
        return view

    return note
