"""From a message to the plain rows that mappings read. Pure.

A message is one row, but for those with several patients (a merge of two pairs, results of many): a row for each, with
all that stands before the first patient in every one.

    row.type ADT    row.event A01    row.action admit    row.id the control id    row.at when it was made
    row.version a number that grows with that time: what a mapping's `source_version` asks for
    row.sender {application, facility}    row.patient    row.visit    row.appointment    row.merged
    row.results the list of results       row.result["718-7"].value the last one of a code
    row.PID row.PV1 …  each segment, the first of its kind; row.each.OBX all of a kind
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine.sources.hl7 import shortcuts
from engine.sources.hl7.reading import Message, Segment
from engine.sources.hl7.segments import plain
from engine.sources.hl7.times import as_iso, as_number
from engine.sources.source import PlainRow


def rows(message: Message, zone: ZoneInfo | None = None) -> list[PlainRow]:
    """The rows of a message; what has no zone is in `zone`."""
    return [_row(message, segments, zone) for segments in by_patient(message.segments)]


def by_patient(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """The segments for each patient."""
    starts = [place for place, segment in enumerate(segments) if segment.name == "PID"]
    if len(starts) < 2:
        yield list(segments)
        return
    for start, end in zip(starts, [*starts[1:], len(segments)], strict=True):
        yield [*segments[: starts[0]], *segments[start:end]]


def _row(message: Message, segments: Sequence[Segment], zone: ZoneInfo | None) -> PlainRow:
    ordered = [(segment.name, plain(segment, message, zone)) for segment in segments]
    first: dict[str, dict[str, Any]] = {}
    each: dict[str, list[dict[str, Any]]] = {}
    for name, segment in ordered:
        first.setdefault(name, segment)
        each.setdefault(name, []).append(segment)
    kind, event, made = message.header(9), message.header(9, 2), message.header(7)
    event = event or (first.get("EVN", {}).get("event") or "")
    row: PlainRow = {
        "type": kind, "event": event, "action": shortcuts.action(kind, event), "id": message.header(10),
        "at": as_iso(made, zone), "sender": {"application": message.header(3), "facility": message.header(4)},
    }  # fmt: skip
    if (version := as_number(made, zone)) is not None:
        row["version"] = version
    pid = first.get("PID", {})
    if pid:
        row["patient"] = shortcuts.patient(pid)
    if "PV1" in first:
        row["visit"] = shortcuts.visit(first["PV1"], pid)
    if "SCH" in first:
        row["appointment"] = shortcuts.appointment(first["SCH"], first)
    if "MRG" in first:
        row["merged"] = _merged(first["MRG"])
    if "OBX" in first:
        row["results"] = shortcuts.results(ordered)
        row["result"] = {result["code"]: result for result in row["results"] if "code" in result}
    return row | first | {"each": each}


def _merged(mrg: dict[str, Any]) -> dict[str, Any]:
    """The identity that is given up: id, visit_number, name."""
    found = {
        "id": (mrg.get("patient_id") or {}).get("id"), "visit_number": (mrg.get("visit_number") or {}).get("id"),
        "name": shortcuts.full_name(mrg.get("patient_name") or {}),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}
