"""The characters that separate, as MSH-1 and MSH-2 declare them. Pure."""

from __future__ import annotations

import msgspec


class Separators(msgspec.Struct, frozen=True):
    """`MSH|^~\\&` and, since 2.7, `#`."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    sub: str = "&"
    truncation: str = "#"

    @property
    def encoding(self) -> str:
        """MSH-2 as an answer writes it."""
        return self.component + self.repetition + self.escape + self.sub


USUAL = Separators()


def declared(head: str) -> Separators | None:
    """What a text that begins with `MSH` declares; None if it cannot be meant (missing, twice, a letter or digit)."""
    field = head[3:4]
    encoding = head[4:].partition(field)[0] if field else ""
    marks = field + encoding
    if not 3 <= len(marks) <= 6 or len(set(marks)) != len(marks):
        return None
    if any(mark.isalnum() or mark.isspace() or not mark.isprintable() for mark in marks):
        return None
    usual = USUAL.encoding + USUAL.truncation
    component, repetition, escape, sub, truncation = list(encoding + usual[len(encoding) :])[:5]
    if len({field, component, repetition, escape, sub}) != 5:
        return None
    return Separators(field, component, repetition, escape, sub, truncation)
