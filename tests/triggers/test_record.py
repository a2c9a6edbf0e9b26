"""Records: which change starts a flow, and once for what; what does not fit together is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from engine.records.change import Change
from engine.triggers.kinds import KINDS, compiled, read_trigger
from engine.triggers.once import once_key
from engine.triggers.record import RecordTrigger
from engine.triggers.scope import Look

ZONE = "Asia/Shanghai"


def starts(trigger: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
    found, faults = read_trigger("record", {"record_type": "visit", **trigger})
    assert faults == []
    assert isinstance(found, RecordTrigger)
    change = Change(
        record_id=b"1" * 16, record_type="visit", key="V1", before=before, after=after, contact_id=None, contact={},
        version=1, at=0, source="api",
    )  # fmt: skip
    look = Look(after, {}, at=0, time_zone=ZONE, before=before)
    return not found.cancels(look) and found.starts(change, look)


@pytest.mark.parametrize(
    ("trigger", "before", "after", "wanted"),
    [
        ({}, None, {"a": 1}, True),
        ({}, {"a": 1}, {"a": 2}, True),
        ({"on": ["created"]}, {"a": 1}, {"a": 2}, False),
        ({"on": ["updated"]}, None, {"a": 2}, False),
        ({"changed": "a"}, {"a": 1}, {"a": 2}, True),
        ({"changed": "a"}, {"a": 1, "b": 1}, {"a": 1, "b": 2}, False),
        ({"changed": "a"}, None, {"a": 1}, False),
        ({"changed": "record.a"}, {}, {"a": 1}, True),
        ({"when": "record.ward == 'cardio'"}, None, {"ward": "cardio"}, True),
        ({"when": "record.ward == 'cardio'"}, None, {"ward": "eyes"}, False),
        ({"when": "record.ward == 'cardio'", "becomes": True}, {"ward": "cardio"}, {"ward": "cardio", "x": 1}, False),
        ({"when": "record.ward == 'cardio'", "becomes": True}, {"ward": "eyes"}, {"ward": "cardio"}, True),
        ({"when": "record.ward == 'cardio'", "becomes": True}, None, {"ward": "cardio"}, True),
        ({"when": "before.ward == 'eyes'"}, {"ward": "eyes"}, {"ward": "cardio"}, True),
        ({"cancel_when": "record.state == 'A11'"}, None, {"state": "A11"}, False),
        ({"cancel_when": "record.state == 'A11'"}, None, {"state": "A01"}, True),
    ],
)  # fmt: skip
def test_starts(trigger: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any], wanted: bool) -> None:
    assert starts(trigger, before, after) is wanted


@pytest.mark.parametrize(
    ("kind", "data", "path", "reason"),
    [
        ("record", {"record_type": "visit", "becomes": True}, "", "without a condition"),
        ("record", {"record_type": "visit", "on": ["created"], "changed": "a"}, "", "no field that has changed"),
        ("record", {"record_type": "visit", "when": "results.ask.value == 1"}, "when", "there is no 'results' here"),
        ("record", {"record_type": "visit", "when": "record.a =="}, "when", ""),
        ("record", {"record_type": "visit", "on": []}, "on", "at least one"),
        ("record", {}, "record_type", "is required"),
        ("record", {"record_type": "visit", "offset": "1d"}, "offset", "is not known here"),
        ("date", {"record_type": "visit", "field": "d", "offset": "-2h", "at": "10:00"}, "", "whole days (is -2h)"),
        ("date", {"record_type": "visit", "field": "d", "at": "25:00"}, "at", "no time of day"),
        ("date", {"record_type": "visit", "field": "a b"}, "field", ""),
        ("schedule", {"rrule": "FREQ=DAILY", "time_zone": "Moon/Far"}, "time_zone", "no time zone"),
        ("schedule", {"rrule": "FREQ=DAILY", "once": "day"}, "", "goes with an audience"),
        ("schedule", {"rrule": "FREQ=DAILY", "start": "soon"}, "start", "is no date"),
        ("call", {}, "number", "is required"),
        ("fax", {"number": "ward 7"}, "number", ""),
        ("missed_call", {"number": "7001", "keyword": "x"}, "keyword", "is not known here"),
        ("sms", {"keyword": ["…"]}, "keyword", "can be answered"),
    ],
)  # fmt: skip
def test_faults_have_place_and_reason(kind: str, data: dict[str, Any], path: str, reason: str) -> None:
    found, faults = read_trigger(kind, data)
    assert found is None
    assert [fault.path for fault in faults] == [path]
    assert reason in faults[0].sentence


def test_once_for_what() -> None:
    record = bytes(range(16))
    day = "2026-12-03".__str__
    assert once_key(None, record, "id:p1", day, "v 1") == "v 1"
    assert once_key("record", record, "id:p1", day, "v 1") == f"record {record.hex()}"
    assert once_key("contact", record, "id:p1", day, "v 1") == "contact id:p1"
    assert once_key("day", record, "id:p1", day, "v 1") == "2026-12-03 id:p1"
    assert once_key("contact", record, None, day, "v 1") == f"contact record {record.hex()}"
    longest = once_key("day", record, "p" * 80, day, "")
    assert len(longest) <= 120


def test_compiled_once() -> None:
    written = '{"record_type": "visit", "when": "record.a == 1"}'
    assert compiled("record", written) is compiled("record", written)
    assert set(KINDS) == {"call", "sms", "fax", "missed_call", "record", "date", "schedule", "manual"}


def test_now_is_the_patients() -> None:
    look = Look({}, {"time_zone": "Asia/Urumqi"}, at=0, time_zone=ZONE)
    assert look["now"].hour == 6
    assert look.day == "1970-01-01"
