"""The sources in examples/sources: they can be set up, and their records are what the hospital's record types ask for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.adapters.sms_http.asked import Asked
from engine.host.settings import PROJECT
from engine.sources.document import SetUp, read_document
from engine.sources.hl7 import Hl7Config
from engine.sources.hl7.accepting import taken
from engine.sources.hl7.framing import Block
from engine.sources.mapping import MappedRow, mapped
from engine.sources.webhook import WebhookConfig
from engine.sources.webhook.translate import arrivals
from tests.sources.hl7_messages import PID, PV1, appointment, message, msh, report

AT = datetime(2026, 11, 22, tzinfo=UTC)
EXAMPLES = PROJECT / "examples" / "sources"
TYPES = PROJECT / "flows" / "examples" / "hospital" / "record_types"
WHO = PID.replace("MRN001", "P0001")
OUT_PATIENT = PV1.replace("|I|", "|O|").replace("V001", "R00001")
IN_PATIENT = PV1.replace("V001", "A00001")


def set_up(name: str) -> SetUp:
    setup, faults = read_document("his", json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8")))
    assert setup is not None, faults
    return setup


def adt(event: str, *segments: str) -> bytes:
    return message(msh(f"ADT^{event}"), WHO, *segments)


def records(setup: SetUp, rows: Any) -> list[tuple[str, dict[str, Any], bool]]:
    """All records of rows; those that are not gone fit their types."""
    found = []
    for row in rows:
        for mapping in setup.document.records:
            made = mapped(mapping, row, at=AT)
            if made is None:
                continue
            assert isinstance(made, MappedRow), made
            schema = json.loads((TYPES / f"{made.record_type}.json").read_text(encoding="utf-8"))["schema"]
            if not made.deleted:
                assert [error.message for error in Draft202012Validator(schema).iter_errors(made.data)] == []
            assert made.record_type == "visit" or isinstance(made.source_version, int)
            found.append((made.record_type, made.data, made.deleted))
    return found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (adt("A01", IN_PATIENT), [("patient", None), ("admission", "in")]),
        (adt("A11", IN_PATIENT), [("patient", None), ("admission", "cancelled")]),
        (adt("A03", IN_PATIENT), [("patient", None), ("admission", "out"), ("discharge", "discharged")]),
        (adt("A13", IN_PATIENT), [("patient", None), ("admission", "in"), ("discharge", "cancelled")]),
        (adt("A12", IN_PATIENT), [("patient", None), ("admission", "in")]),
        (adt("A08", IN_PATIENT + "|20261122"), [("patient", None), ("admission", "out")]),  # an update of who has left
        (adt("A05", IN_PATIENT), [("patient", None)]),
        (adt("A04", OUT_PATIENT), [("patient", None), ("registration", "registered")]),
        (adt("A11", OUT_PATIENT), [("patient", None), ("registration", "cancelled")]),
        (adt("A08"), [("patient", None)]),
        (adt("A40", "MRG|P0002"), [("patient", None), ("patient", "gone")]),
        (adt("A29"), [("patient", "gone")]),
        (report(), []),
    ],
)
def test_hl7(content: bytes, expected: list[tuple[str, str | None]]) -> None:
    setup = set_up("hl7")
    assert isinstance(setup.config, Hl7Config)
    one = taken(Block(content), setup.config)
    assert one is not None and not one.wrong
    made = records(setup, one.arrival.rows)
    assert [(kind, "gone" if gone else data.get("state")) for kind, data, gone in made] == expected


@pytest.mark.parametrize(("event", "state"), [("S12", "booked"), ("S13", "booked"), ("S14", "booked"), ("S15", "cancelled"), ("S26", "cancelled")])
def test_hl7_appointments(event: str, state: str) -> None:
    setup = set_up("hl7")
    content = appointment(event).decode().replace("MRN001", "P0001").replace("^复查|NORMAL", "^|NORMAL").replace("复诊", "fasting")
    one = taken(Block(content.encode()), setup.config)  # type: ignore[arg-type]
    assert one is not None
    ((kind, visit, _),) = records(setup, one.arrival.rows)
    assert (kind, visit["visit_no"], visit["state"], visit["visit_at"], visit["preparation"]) == (
        "visit", "F1001", state, "2026-11-25T09:30:00+08:00", "fasting",
    )  # fmt: skip


def test_webhook() -> None:
    setup = set_up("webhook")
    assert isinstance(setup.config, WebhookConfig)
    patient = {"no": "P0001", "name": "张三", "mobile": "13800138000"}
    visit = {"no": "V0001", "patient": patient, "at": "2026-11-25T09:30:00+08:00", "version": 3}
    body = json.dumps({"event": "visit.cancelled", "data": {"visits": [visit]}}).encode()
    found = arrivals(setup.config, Asked(method="POST", base="", target="/in", headers={}, body=body, address=""))
    assert isinstance(found, list)
    ((kind, data, _),) = records(setup, found[0].rows)
    assert (kind, data["state"], data["preparation"], data["visit_no"]) == ("visit", "cancelled", "none", "V0001")
