"""From the bytes of a message to its segments, or to what is wrong with it and where. Pure.

A message that cannot be read in full still has a header, as long as it begins with `MSH`: its sender is answered by it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from engine.faults import Fault, shown
from engine.sources.hl7.charsets import Charset, NotText, codec, decoded
from engine.sources.hl7.escapes import unescaped
from engine.sources.hl7.separators import USUAL, Separators, declared

MESSAGES = {
    "a message begins with MSH and its separators (is {value})", "is no segment: {value}",
    "is a charset that is not read here (is {value})", "byte {value} is no {charset}", "is required",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")


class Segment(NamedTuple):
    """`fields[5]` is the fifth as it is written, as HL7 counts; MSH's first is the separator itself."""

    name: str
    fields: list[str]


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong: HL7's code for it (table 0357), where, and whether the message is rejected for it (AR, not AE)."""

    code: str
    fault: Fault
    segment: str = ""
    occurrence: int = 1
    field: int = 0
    rejects: bool = False


class Message(msgspec.Struct, frozen=True):
    """Segments in their order, the first is MSH; what separates them, and the charset they came in."""

    segments: list[Segment]
    marks: Separators = USUAL
    codec: str = "utf-8"

    def header(self, field: int, component: int = 1) -> str:
        """A value of MSH; empty if there is none."""
        fields = self.segments[0].fields
        if field >= len(fields):
            return ""
        first = fields[field].partition(self.marks.repetition)[0]
        parts = first.split(self.marks.component)
        if component > len(parts):
            return ""
        return unescaped(parts[component - 1].partition(self.marks.sub)[0], self.marks, self.codec).strip()


class Read(NamedTuple):
    """A message, or its header and what is wrong with it; no message where nothing can be made of it."""

    message: Message | None
    wrong: Wrong | None = None


def read(content: bytes, *, charset: Charset = "utf-8", always: bool = False) -> Read:
    """A message of these bytes; `charset` where MSH-18 names none, or whatever it names (`always`)."""
    content = content.strip(b"\r\n \t\x00")
    content = content.removeprefix(b"\xef\xbb\xbf")
    head = _first_line(content).decode("latin-1")
    marks = declared(head) if head.startswith("MSH") else None
    if marks is None:
        message = "a message begins with MSH and its separators (is {value})"
        return Read(None, Wrong("100", Fault("MSH", message, {"value": shown(head[:20])}), "MSH", rejects=True))
    named = _named_charset(head, marks)
    name = codec(charset if always or not named else named)
    if name is None:
        fault = Fault("MSH.18", "is a charset that is not read here (is {value})", {"value": shown(named)})
        return Read(_header_only(content, marks, "latin-1"), Wrong("103", fault, "MSH", field=18))
    text = decoded(content, name)
    if isinstance(text, NotText):
        return Read(_header_only(content, marks, name), _not_text(content, text, marks, name))
    segments: list[Segment] = []
    for number, line in enumerate(text.replace("\r\n", "\r").replace("\n", "\r").split("\r"), 1):
        if not line.strip():
            continue
        segment = _segment(line, marks)
        if _NAME.fullmatch(segment.name) is None or line[3:4] not in ("", marks.field):
            fault = Fault(f"segment {number}", "is no segment: {value}", {"value": shown(line)})
            return Read(_header_only(content, marks, name), Wrong("100", fault, line[:3], number))
        segments.append(segment)
    whole = Message(segments, marks, name)
    for field in (9, 10):
        if not whole.header(field):
            return Read(whole, Wrong("101", Fault(f"MSH.{field}", "is required"), "MSH", field=field))
    return Read(whole)


def _segment(line: str, marks: Separators) -> Segment:
    fields = line.split(marks.field)
    if fields[0] == "MSH":
        fields.insert(1, marks.field)
    return Segment(fields[0], fields)


def _first_line(content: bytes) -> bytes:
    return content.partition(b"\r")[0].partition(b"\n")[0]


def _header_only(content: bytes, marks: Separators, name: str) -> Message:
    line = _first_line(content).decode(name, "replace")
    return Message([_segment(line, marks)], marks, name)


def _named_charset(head: str, marks: Separators) -> str:
    fields = head.split(marks.field)
    return fields[17].partition(marks.repetition)[0].strip() if len(fields) > 17 else ""


def _not_text(content: bytes, found: NotText, marks: Separators, name: str) -> Wrong:
    """The place of a byte that is not in the charset, by counting what is before it."""
    before = re.split(rb"[\r\n]+", content[: found.offset])
    segment = before[-1][:3].decode("latin-1") if len(before[-1]) >= 3 else ""
    occurrence = sum(line[:3] == before[-1][:3] for line in before)
    field = before[-1].count(marks.field.encode("latin-1")) + (segment == "MSH")
    fault = Fault(
        f"{segment}.{field}", "byte {value} is no {charset}", {"value": f"{found.octet:#04x}", "charset": name}
    )
    return Wrong("102", fault, segment, occurrence, field)
