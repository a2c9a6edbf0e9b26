"""The hospital's story: the same for a seed, in order, and told so that records come of it which flows can go by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from designer.examples import FOLDER
from engine.record_types import read_record_type
from engine.records.intake import Entry, Intake
from engine.records.rows import Row
from engine.sources.document import SetUp, read_document
from engine.sources.hl7.reading import read as read_message
from engine.sources.hl7.translate import rows
from engine.sources.mapping import MappedRow, filled, mapped
from engine.sources.source import RefusedBySource, Source, Surroundings, Written
from examples.hospital.his import hl7
from examples.hospital.his.database import Database
from examples.hospital.story import CHINA, Event, Story
from examples.hospital.threads import THREADS, spin

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def document(name: str) -> Any:
    return json.loads((FOLDER / "hospital" / "sources" / f"{name}.json").read_text(encoding="utf-8"))


def set_up(source: str, **config: Any) -> SetUp:
    data = document(source)
    data["config"] |= config
    setup, faults = read_document(source, data)
    assert setup is not None, faults
    return setup


def taken(row: MappedRow) -> dict[str, Any]:
    """The record, as the record type lets it in."""
    path = FOLDER / "hospital" / "record_types" / f"{row.record_type}.json"
    kind, _ = read_record_type(json.loads(path.read_text(encoding="utf-8")))
    assert kind is not None
    entry = Intake(row.record_type, kind).read(0, Row(data=row.data, source_version=row.source_version))
    assert isinstance(entry, Entry), entry
    return entry.data


@pytest.fixture(scope="module")
def story() -> Story:
    return spin(7)


def test_a_seed_gives_one_story(story: Story) -> None:
    assert spin(7) == story
    assert spin(8) != story


@pytest.mark.parametrize("threads", [1, len(THREADS), 200])
def test_a_story_is_in_order_and_about_each_once(threads: int) -> None:
    story = spin(3, threads)
    assert [event.at for event in story.events] == sorted(event.at for event in story.events)
    mobiles = [patient.mobile for patient in story.patients]
    assert len(set(mobiles)) == len(mobiles)
    acts = [(act.phone, act.at) for act in story.acts]
    assert len(set(acts)) == len(acts), "somebody is called by two flows at one time"


def told(story: Story) -> Iterator[tuple[Event, MappedRow]]:
    """What becomes of each HL7 message: the first record that a mapping makes of it."""
    known: dict[str, dict[str, Any]] = {}
    mappings = set_up("his_hl7").document.records
    for number, event in enumerate(story.events):
        if event.via != "east":
            continue
        facts = known.setdefault(event.fields.get("admission_no", event.key), {"admitted_at": event.at})
        facts.update(event.fields)
        read = read_message(hl7.message(event, facts, number, event.at).encode())
        assert read.message is not None, read
        [row] = rows(read.message, None)
        for mapping in mappings:
            if mapping.parts is not None:
                if row["type"] == "ADT":
                    record = filled(mapping, {"row": row, "message": row, "now": NOW, "stay": row, "result": None})
                    assert isinstance(record, MappedRow), record
                    yield event, record
            elif (record_or := mapped(mapping, row, at=NOW)) is not None:
                assert isinstance(record_or, MappedRow), record_or
                yield event, record_or


def test_messages_become_the_records_of_the_story(story: Story) -> None:
    seen = set()
    for event, row in told(story):
        record = taken(row)
        seen.add((event.what, row.record_type))
        assert (record["patient_no"], record["name"]) == (event.patient.patient_no, event.patient.name)
        assert (record["mobile"], record["language"]) == (event.patient.mobile, event.patient.language)
        if row.record_type == "visit":
            assert record["visit_no"] == event.key
            assert record["state"] == ("cancelled" if event.what == "visit_cancelled" else "booked")
            if "visit_at" in event.fields:
                assert datetime.fromisoformat(record["visit_at"]) == event.fields["visit_at"]
        if row.record_type == "admission" and "experts" in event.fields:
            assert record["experts"] == event.fields["experts"]
            assert datetime.fromisoformat(record["consultation_at"]) == event.fields["consultation_at"]
    assert {("visit_booked", "visit"), ("admitted", "admission"), ("admission_cancelled", "admission")} <= seen
    assert {("discharged", "admission"), ("discharged", "discharge")} <= seen


@pytest.fixture
def his(story: Story, tmp_path: Path) -> Iterator[tuple[Database, SetUp, Source]]:
    """The database of the hospital's system, and the source that others see it by."""
    file = tmp_path / "his.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.create(story)
    for event in story.events:
        database.apply(event)
    setup = set_up("his", database="sqlite", host="", name=str(file), user="", secrets={})
    source = setup.open(Surroundings(permits=lambda *_: True, place=Path, folder=tmp_path))
    yield database, setup, source
    source.close()


def test_the_database_gives_the_records_of_the_story(story: Story, his: tuple[Database, SetUp, Source]) -> None:
    _, setup, source = his
    found: dict[str, list[dict[str, Any]]] = {}
    for mapping in setup.document.records:
        assert mapping.feed is not None
        for row in source.readers[mapping.feed].read(None, 1000).rows:
            record = mapped(mapping, row, at=NOW)
            assert isinstance(record, MappedRow), record
            found.setdefault(mapping.record_type, []).append(taken(record))
    assert {record["patient_no"] for record in found["patient"]} == {patient.patient_no for patient in story.patients}
    booked = {event.key for event in story.events if event.what == "visit_booked" and event.via == "main"}
    assert {record["visit_no"] for record in found["visit"]} == booked


def test_two_callers_at_one_time(story: Story, his: tuple[Database, SetUp, Source]) -> None:
    database, setup, source = his
    asker = source.asker
    assert asker is not None
    free = [row["slot_no"] for row in asker.ask("free_slots", {"expert": "E01"})]
    assert len(free) == 3
    first = asker.write("book_slot", {"slot_no": free[0], "patient_no": "P00001"}, "key 1")
    assert first == Written(reference=f"VB{free[0][1:]}")
    second = asker.write("book_slot", {"slot_no": free[0], "patient_no": "P00002"}, "key 2")
    assert second == RefusedBySource(reason="this time is taken")
    assert database.value("slot.taken_by", free[0]) == "P00001"
    assert [row["slot_no"] for row in asker.ask("free_slots", {"expert": "E01"})][:2] == free[1:]
    assert asker.written("book_slot", {"slot_no": free[0], "patient_no": "P00001"}, "key 1") is True
    feeds = {mapping.record_type: mapping for mapping in setup.document.records}
    row = next(row for row in source.readers["visits"].read(None, 1000).rows if row["visit_no"] == first.reference)
    record = mapped(feeds["visit"], row, at=NOW)
    assert isinstance(record, MappedRow)
    assert taken(record)["patient_no"] == "P00001"
    assert datetime.fromisoformat(taken(record)["visit_at"]).astimezone(CHINA).hour == 9
