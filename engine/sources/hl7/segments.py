"""A segment as plain data: by number as HL7 writes places, and by name where it has one. Pure.

    row.PID["5.1"]      PID-5.1: first component of the first repetition     row.PID.patient_name.family
    row.PID["5"]        the same, for a field alone means its first component
    row.PID["3[2].4"]   PID-3[2].4: the second repetition                    row.PID.each.patient_id[1].authority
    row.PV1["3.1.2"]    a sub-component

A value that is not there is left out, so that a template gives nothing; HL7's `""`, "delete what you have", is null.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from engine.sources.hl7.escapes import unescaped
from engine.sources.hl7.reading import Message, Segment
from engine.sources.hl7.tables import COMPONENTS, FIELDS, TIMES
from engine.sources.hl7.times import as_iso

Components = list[list[str | None]]
"""One repetition: components, each with its sub-components."""


def plain(segment: Segment, message: Message, zone: ZoneInfo | None) -> dict[str, Any]:
    """The segment by number and by name."""
    found: dict[str, Any] = {}
    each: dict[str, list[Any]] = {}
    names = FIELDS.get(segment.name, {})
    for number, written in enumerate(segment.fields):
        if number == 0 or written == "":
            continue
        if segment.name == "MSH" and number <= 2:
            found[str(number)] = written
            continue
        repetitions = [_parts(one, message) for one in written.split(message.marks.repetition)]
        for place, repetition in enumerate(repetitions, 1):
            _by_number(found, str(number) if place == 1 else f"{number}[{place}]", repetition)
        if number in names:
            name, _, kind = names[number].partition(" ")
            values = [by_name(repetition, kind, zone) for repetition in repetitions]
            found[name] = values[0]
            each[name] = values
    if each:
        found["each"] = each
    return found


def by_name(repetition: Components, kind: str, zone: ZoneInfo | None) -> Any:
    """One repetition as its data type has it: text, a time, or an object of its components."""
    first = repetition[0][0]
    if kind == "":
        return first
    if kind == "TS":
        return as_iso(first, zone) if first else first
    if kind not in COMPONENTS or (first is None and len(repetition) == 1):
        return first
    times = TIMES.get(kind, ())
    value: dict[str, Any] = {}
    for name, subs in zip(COMPONENTS[kind], repetition, strict=False):
        if name and subs[0] != "":
            value[name] = as_iso(subs[0], zone) if name in times and subs[0] else subs[0]
    return value


def _parts(written: str, message: Message) -> Components:
    marks = message.marks
    if marks.component not in written and marks.sub not in written:
        return [[_value(written, message)]]
    return [
        [_value(sub, message) for sub in component.split(marks.sub)] for component in written.split(marks.component)
    ]


def _value(written: str, message: Message) -> str | None:
    if written == '""':
        return None
    return unescaped(written, message.marks, message.codec).strip()


def _by_number(found: dict[str, Any], place: str, repetition: Components) -> None:
    if repetition[0][0] != "":
        found[place] = repetition[0][0]
    for number, subs in enumerate(repetition, 1):
        if subs[0] != "":
            found[f"{place}.{number}"] = subs[0]
        if len(subs) > 1:
            found.update({f"{place}.{number}.{sub}": value for sub, value in enumerate(subs, 1) if value != ""})
