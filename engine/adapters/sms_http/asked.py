"""What a provider asks of us, and the places in it where something stands. Pure.

Values are bytes until it is known how they are written: Kannel sends a text percent-encoded in the charset that another
field names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

import msgspec
from pydantic import StringConstraints

from engine.adapters.sms_http.json_places import as_text, at_place
from engine.adapters.sms_http.signing import Pairs

Place = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:(?:query|form|header)\.[^\s.{}]{1,64}|(?:json|each)(?:\.[A-Za-z0-9_$-]{1,64}){1,10})$",
        max_length=400,
    ),
]
"""Where something stands: `query.id`, `form.MessageSid`, `header.X-Signature`, `json.data.id`; `each.id` is a field of
one of the reports that come together."""
MOST_FIELDS = 200


class Asked:
    """One request. `base` is the scheme and host under which the provider knows us, `target` all behind it."""

    def __init__(
        self, *, method: str, base: str, target: str, headers: Mapping[str, str], body: bytes, address: str
    ) -> None:
        self.method, self.base, self.target, self.address = method, base, target, address
        self.body = b"" if method == "GET" else body
        self._headers = {name.lower(): value for name, value in headers.items()}

    def at(self, place: str, each: Any = None) -> bytes | None:
        """What stands at a place; None if nothing does."""
        kind, _, name = place.partition(".")
        if kind == "header":
            found = self._headers.get(name.lower())
            return None if found is None else found.encode("latin-1", "replace")
        if kind in ("query", "form"):
            pairs = self.query if kind == "query" else self.form
            return next((value for field, value in pairs if field == name.encode()), None)
        value = at_place(each if kind == "each" else self.data, name)
        return None if value is None or isinstance(value, dict | list) else as_text(value).encode("utf-8", "replace")

    def every(self, place: str) -> list[Any] | None:
        """The reports that come together; None if there are none."""
        found = at_place(self.data, place.partition(".")[2])
        return found if isinstance(found, list) else None

    @cached_property
    def query(self) -> Pairs:
        """The fields of the address."""
        return fields(self.target.partition("?")[2].encode("latin-1", "replace"))

    @cached_property
    def form(self) -> Pairs:
        """The fields of the body, if it is a form."""
        kind = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        return fields(self.body) if kind == "application/x-www-form-urlencoded" else []

    @cached_property
    def data(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @cached_property
    def body_fields(self) -> Pairs:
        """The fields of the form, or of the JSON at its top; those of the address where there is no body."""
        if self.form:
            return self.form
        if isinstance(self.data, dict):
            return top_fields(self.data)
        return self.query


def top_fields(data: Mapping[str, Any]) -> Pairs:
    """What stands at the top of JSON, but for lists and objects."""
    return [
        (name.encode("utf-8", "replace"), as_text(value).encode("utf-8", "replace"))
        for name, value in data.items()
        if value is not None and not isinstance(value, dict | list)
    ]


def fields(written: bytes) -> Pairs:
    """The fields of a query or a form, decoded to bytes."""
    pairs: Pairs = []
    for part in written.split(b"&", MOST_FIELDS)[:MOST_FIELDS]:
        name, _, value = part.partition(b"=")
        if name:
            pairs.append((_unquoted(name), _unquoted(value)))
    return pairs


def _unquoted(octets: bytes) -> bytes:
    return unquote_to_bytes(octets.replace(b"+", b" "))
