"""`/openapi.json` and `/docs`: the API's document, for programs and for people. The page loads nothing from outside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, current_app, render_template_string
from flask_openapi3 import OpenAPI

from designer.access.headers import nonce
from designer.access.rights import DOOR, needed, needs
from designer.api.described import described
from designer.api.replies import reply

_CONVERTER = re.compile(r"<(?:[a-z]+:)?([a-z]+)>")

docs = Blueprint("docs", __name__, url_prefix="/api/v1")

_PAGE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")


@docs.get("/openapi.json")
@needs(DOOR)
def openapi() -> Response:
    """The API's document (OpenAPI 3.1)."""
    return reply(document())


@docs.get("/docs")
@needs(DOOR)
def page() -> Response:
    """The same for people."""
    found = document()
    schemas = found["components"]["schemas"]

    def fields(operation: dict[str, Any]) -> list[dict[str, Any]]:
        schema = _resolved(_json_of(operation.get("requestBody", {})), schemas)
        required = schema.get("required", [])
        return [
            {"name": name, "required": name in required, "description": entry.get("description", "")}
            for name, entry in schema.get("properties", {}).items()
        ]

    def answer(response: dict[str, Any]) -> str:
        return ", ".join(_resolved(_json_of(response), schemas).get("properties", {})) or response.get(
            "description", ""
        )

    html = render_template_string(_PAGE, document=found, fields=fields, answer=answer, nonce=nonce())
    return Response(html, content_type="text/html; charset=utf-8")


def document() -> dict[str, Any]:
    """The document as the application's routes make it, with the headers that they read and the right each needs."""
    app = cast(OpenAPI, current_app)
    written = described(app)
    for rule in app.url_map.iter_rules():
        path = _CONVERTER.sub(r"{\1}", rule.rule)
        view = app.view_functions[rule.endpoint]
        for method in rule.methods or ():
            operation = written["paths"].get(path, {}).get(method.lower())
            if operation is None:
                continue
            operation["x-right"] = needed(view)
            known = operation.setdefault("parameters", [])
            known.extend(entry for entry in getattr(view, "headers_read", ()) if entry not in known)
    return written


def _json_of(part: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return schemas.get(name, schema)
