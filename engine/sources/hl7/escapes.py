"""Escape sequences: how a text holds the characters that separate. Pure; HL7 v2.5.1 chapter 2.7.

    \\F\\ field   \\S\\ component   \\T\\ sub-component   \\R\\ repetition   \\E\\ escape   \\P\\ truncation
    \\Xhh…\\ bytes in the message's charset   \\.br\\ a new line   \\.sp3\\ three   \\H\\ \\N\\ emphasis, dropped

What is none of these stays as it is written: a path of Windows that nobody escaped is better kept than half eaten.
"""

from __future__ import annotations

import re
from functools import cache

from engine.sources.hl7.separators import Separators

_KNOWN = r"F|S|T|R|E|P|H|N|X(?:[0-9A-Fa-f]{2}){1,2000}|\.(?:br|fi|nf|ce|(?:sp|in|ti|sk)[+-]?\d{0,3})"
_SILENT = ("H", "N", ".fi", ".nf")
_MOST_LINES = 100


def unescaped(text: str, marks: Separators, codec: str) -> str:
    """A value as its author meant it."""
    if marks.escape not in text:
        return text
    meant = {
        "F": marks.field, "S": marks.component, "T": marks.sub, "R": marks.repetition, "E": marks.escape,
        "P": marks.truncation,
    }  # fmt: skip

    def one(found: re.Match[str]) -> str:
        written = found[1]
        if written in meant:
            return meant[written]
        if written[0] == "X":
            return bytes.fromhex(written[1:]).decode(codec, "replace")
        if written in _SILENT or written[1:3] in ("in", "ti"):
            return ""
        if written[1:3] == "sk":
            return " " * _count(written)
        return "\n" * (_count(written) if written[1:3] == "sp" else 1)

    return _pattern(marks.escape).sub(one, text)


def escaped(text: str, marks: Separators, codec: str) -> str:
    """A value as it stands in a message; what the charset does not have is a question mark."""
    names = {
        marks.escape: "E", marks.field: "F", marks.component: "S", marks.sub: "T", marks.repetition: "R", "\n": ".br",
    }  # fmt: skip

    def one(character: str) -> str:
        if (name := names.get(character)) is not None:
            return f"{marks.escape}{name}{marks.escape}"
        if character < " ":
            return f"{marks.escape}X{ord(character):02X}{marks.escape}"
        return character

    return "".join(map(one, text)).encode(codec, "replace").decode(codec)


@cache
def _pattern(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(f"{mark}({_KNOWN}){mark}")


def _count(written: str) -> int:
    digits = written[3:].lstrip("+-")
    return min(int(digits), _MOST_LINES) if digits else 1
