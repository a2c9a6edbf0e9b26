"""A secret: a value that flows may carry and use, and that nobody gets to read.

It is written in the clear only by templates of fields made for it (parameters of a look-up, headers and body of an HTTP
request); everywhere else, in prompts, texts, journals and at the API, it is `•••` (DECISIONS 18).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

MASK: Final = "•••"
_EXTENSION = 1
WITH_SECRETS: Final = b"\xc1"
"""Stands before what `pack` wrote with a secret in it; msgpack itself never uses this byte."""
_DEPTH = 50
"""Levels of lists and objects in which secrets are looked for."""


class Secret:
    """Text that is not shown. Two secrets are equal if their texts are."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: only for a field that is made for secrets."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self._text)


def revealed(value: Any, depth: int = _DEPTH) -> Any:
    """The value with every secret inside it in the clear; the very same object if it holds none."""
    if isinstance(value, Secret):
        return value.reveal()
    if depth and isinstance(value, Mapping):
        entries = {key: revealed(entry, depth - 1) for key, entry in value.items()}
        return entries if any(entries[key] is not value[key] for key in entries) else value
    if depth and isinstance(value, (list, tuple)):
        items = [revealed(entry, depth - 1) for entry in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def keep(value: Any) -> Any:
    """How a secret stands in a session's state: msgpack's extension 1."""
    if isinstance(value, Secret):
        return msgspec.msgpack.Ext(_EXTENSION, value.reveal().encode())
    raise NotImplementedError(f"cannot be kept in a session: {type(value).__name__}")


def kept(code: int, data: memoryview) -> Any:
    """The secret that `keep` wrote."""
    if code != _EXTENSION:
        raise ValueError(f"unknown msgpack extension {code}")
    return Secret(bytes(data).decode())


def pack(value: Any) -> bytes:
    """The value in msgpack; with a secret in it, `WITH_SECRETS` stands first: stores encrypt it (`store/sealed.py`)."""
    try:
        return _plain.encode(value)
    except TypeError:  # it meets something of ours: a secret, or what cannot be kept at all
        return WITH_SECRETS + _keeping.encode(value)


def unmarked(packed: bytes) -> bytes:
    """The msgpack in what `pack` gave."""
    return packed[1:] if packed.startswith(WITH_SECRETS) else packed


def mask(value: Any) -> Any:
    """How a secret stands in journals and at the API; other things that JSON lacks are written as text."""
    return str(value)


def masked(code: int, data: memoryview) -> str:
    """The mask in place of the secret that `keep` wrote: for who only looks."""
    return MASK


_plain = msgspec.msgpack.Encoder()
_keeping = msgspec.msgpack.Encoder(enc_hook=keep)
