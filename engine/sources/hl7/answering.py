"""What a message is answered: accepted, in error, or rejected, in the mode that its header asks for. Pure.

The original mode (MSH-15 and MSH-16 empty) has one answer: AA it is kept, AE something is wrong with what it says, AR
with its kind. The enhanced mode has two: whether it is safely kept (CA, CE, CR), as MSH-15 asks, and what was made of
it (AA, AE, AR), as MSH-16 asks. What cannot be mapped is kept all the same, for a person: CA, and then AE.
Source: HL7 v2.5.1, 2.9 (acknowledgments) and 2.15 (MSA, ERR).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from engine.faults import Fault
from engine.sources.hl7.escapes import escaped
from engine.sources.hl7.reading import Message, Segment, Wrong

_ENGLISH: Final = {
    "100": "Segment sequence error", "101": "Required field missing", "102": "Data type error",
    "103": "Table value not found", "200": "Unsupported message type", "201": "Unsupported event code",
    "202": "Unsupported processing id", "203": "Unsupported version id", "207": "Application internal error",
}  # fmt: skip
"""HL7 table 0357."""
_UNMAPPED: Final = "207"
_MOST_ERRORS: Final = 20
NO_HEADER: Final = Message([Segment("MSH", ["MSH", "|", "^~\\&"])])
"""Stands for the header of what has none."""


def of_mapping(faults: Sequence[Fault]) -> list[Wrong]:
    """Faults that the mapping or a record's schema has found; their place is one of ours, not of the message."""
    return [Wrong(_UNMAPPED, fault) for fault in faults]


def answers(message: Message, wrong: Sequence[Wrong], *, at: datetime, id: str) -> list[bytes]:
    """What goes back, in its order; nothing if that was asked for. `id` is new for each message."""
    named = zip(_letters(message, wrong), (id, f"{id}-2"), strict=False)
    return [_one(message, letter, wrong, at, own) for letter, own in named]


def _letters(message: Message, wrong: Sequence[Wrong]) -> Iterator[str]:
    accept, application = message.header(15), message.header(16)
    rejects = any(each.rejects for each in wrong)
    end = "A" if not wrong else "R" if rejects else "E"
    if not accept and not application:
        yield f"A{end}"
        return
    unreadable = any(each.code != _UNMAPPED for each in wrong)
    kept = end if unreadable else "A"
    if accept and _wanted(accept, kept == "A"):
        yield f"C{kept}"
    if application and _wanted(application, not wrong):
        yield f"A{end}"


def _wanted(condition: str, good: bool) -> bool:
    """Table 0155: AL always, NE never, ER only in error, SU only on success."""
    return {"NE": False, "ER": not good, "SU": good}.get(condition, True)


def _one(message: Message, letter: str, wrong: Sequence[Wrong], at: datetime, id: str) -> bytes:
    marks, codec = message.marks, message.codec

    def field(*components: str) -> str:
        return marks.component.join(escaped(each, marks, codec) for each in components).rstrip(marks.component)

    version = message.header(12) or "2.5.1"
    modern = _is_modern(version)
    event = message.header(9, 2)
    kind = field("ACK", event, "ACK") if event and modern else field("ACK", event)
    sentence = "; ".join(str(each.fault) for each in wrong[:3])[:250]
    lines = [
        [
            "MSH", marks.encoding, field(message.header(5)), field(message.header(6)), field(message.header(3)),
            field(message.header(4)), at.strftime("%Y%m%d%H%M%S%z"), "", kind, id, field(message.header(11) or "P"),
            field(version), *[""] * 5, _as_written(message, 18),
        ],
        ["MSA", letter, field(message.header(10)), field(sentence)],
    ]  # fmt: skip
    for each in wrong[:_MOST_ERRORS]:
        place = [each.segment, str(each.occurrence), str(each.field or "")] if each.segment else []
        if modern:
            code = field(each.code, _ENGLISH.get(each.code, ""), "HL70357")
            lines.append(["ERR", "", field(*place), code, "E", "", "", field(str(each.fault)), field(str(each.fault))])
        else:
            coded = marks.sub.join(escaped(part, marks, codec) for part in (each.code, _ENGLISH.get(each.code, "")))
            lines.append(["ERR", field(*(place or ["", "", ""])) + marks.component * (4 - max(1, len(place))) + coded])
    text = "".join(marks.field.join(line).rstrip(marks.field) + "\r" for line in lines)
    return text.encode(codec, "replace")


def _is_modern(version: str) -> bool:
    """Whether ERR has a field each for place, code and words, as from 2.5 on."""
    return not (version[:2] == "2." and version[2:3] in "01234")


def _as_written(message: Message, field: int) -> str:
    fields = message.segments[0].fields
    return fields[field] if field < len(fields) else ""
