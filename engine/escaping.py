"""Values written into other people's languages: a JSON body, an HTML mail, a URL.

A patient whose name has a quotation mark in it must not break a request, and one who calls himself `", "admin": true`
must not change it. So a value is written as the place asks for where it stands; the author's own text stays as it is.
A template with tags, or whose author escapes by a filter himself, is written as he wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from engine.expressions import Template
from engine.expressions.scope import Scope
from engine.expressions.template import text

_FILTERED = re.compile(r"\|\s*(json|escape|escape_once|url_encode)\b")
_AMPERSAND = re.compile(r"&(?!#?\w{1,32};)")
_MARKUP = str.maketrans({"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_BEYOND_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#]*[/?#]|^[^:]*[/?#]", re.IGNORECASE)

_encoder = msgspec.json.Encoder(enc_hook=str, decimal_format="number")


def html_text(template: Template, scope: Scope) -> str:
    """HTML: values cannot open a tag; what is an entity already stays one."""
    return _written(template, scope, lambda value, before: _AMPERSAND.sub("&amp;", text(value)).translate(_MARKUP))


def url_text(template: Template, scope: Scope) -> str:
    """A URL: values behind the host are percent-encoded, so that an id is one segment, and text one parameter."""
    return _written(template, scope, _url_value)


def json_text(template: Template, scope: Scope) -> str:
    """Text that is JSON if the template looks like it: values are escaped inside quotes and whole JSON outside."""
    return _written(template, scope, _json_value) if is_json(template) else template.render(scope)


def is_json(template: Template) -> bool:
    """Whether the template begins as a JSON object or list does."""
    source = template.source.lstrip()
    return source.startswith(("{", "[")) and not source.startswith(("{{", "{%"))


def _written(template: Template, scope: Scope, write: Callable[[Any, str], str]) -> str:
    if _FILTERED.search(template.source) or "{%" in template.source:
        return template.render(scope)
    done: list[str] = []
    for piece in template.pieces:
        done.append(piece if isinstance(piece, str) else write(piece(scope), "".join(done)))
    return "".join(done)


def _url_value(value: Any, before: str) -> str:
    return quote(text(value), safe="") if _BEYOND_HOST.match(before) else text(value)


def _json_value(value: Any, before: str) -> str:
    if _in_quotes(before):
        return msgspec.json.encode(text(value)).decode()[1:-1]
    return _encoder.encode(value).decode()


def _in_quotes(before: str) -> bool:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', before)) % 2 == 1
