"""What lies beside the hospital's flows for an integrator to post: sound, and about what is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from designer.examples import FOLDER
from engine.campaigns.policy import Policy
from engine.flow import check
from engine.nodes import registry
from engine.record_types import RecordType, read_record_type
from engine.sources.document import read_document
from engine.triggers.kinds import read_trigger

HOSPITAL = FOLDER / "hospital"
FLOWS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in HOSPITAL.glob("*.json")}


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def record_types() -> dict[str, RecordType]:
    found = {path.stem: read_record_type(read(path)) for path in (HOSPITAL / "record_types").glob("*.json")}
    assert [str(fault) for _, faults in found.values() for fault in faults] == []
    return {name: kind for name, (kind, _) in found.items() if kind is not None}


def test_record_types_are_sound() -> None:
    assert set(record_types()) == {"patient", "registration", "visit", "admission", "discharge"}
    assert {kind.contact for kind in record_types().values()} == {"patient_no"}


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_flows_read_what_records_have(name: str) -> None:
    report = check(FLOWS[name], registry(), record_types={name: kind.fields for name, kind in record_types().items()})
    assert (report.errors, report.warnings) == ([], [])


@pytest.mark.parametrize("path", sorted((HOSPITAL / "triggers").glob("*.json")), ids=lambda path: path.stem)
def test_trigger_is_sound(path: Path) -> None:
    data = read(path)
    assert data.pop("flow") in FLOWS
    trigger, faults = read_trigger(data.pop("kind"), data)
    assert [str(fault) for fault in faults] == []
    assert getattr(trigger, "record_type", "visit") in record_types()


@pytest.mark.parametrize("path", sorted((HOSPITAL / "campaigns").glob("*.json")), ids=lambda path: path.stem)
def test_campaign_is_sound(path: Path) -> None:
    data = read(path)
    assert data.pop("flow") in FLOWS
    assert data.pop("audience")["record_type"] in record_types()
    assert data.pop("name")
    Policy.model_validate(data)


@pytest.mark.parametrize("path", sorted((HOSPITAL / "sources").glob("*.json")), ids=lambda path: path.stem)
def test_source_is_sound(path: Path) -> None:
    setup, faults = read_document(path.stem, read(path))
    assert [str(fault) for fault in faults] == []
    assert setup is not None
    assert {mapping.record_type for mapping in setup.document.records} <= set(record_types())
