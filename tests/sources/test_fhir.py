"""A FHIR server as a source: a real one, sekmet-fhir."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.fhir import FhirConfig, FhirSource
from engine.sources.fhir.config import FhirFeed
from engine.sources.fhir.reading import FhirReader
from engine.sources.source import PlainRow, RefusedBySource, Surroundings, Written
from tests.sources.fhir_server import FhirServer, fhir_server
from tests.sources.houses import Line

TOKEN = "token-of-ours"
USERS = {"types": ["basic", "bearer"], "users": {"callweave": "secret"}, "tokens": [TOKEN]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FhirServer]:
    with fhir_server(tmp_path_factory.mktemp("fhir"), **USERS) as found:
        yield found


def opened(server: FhirServer, folder: Path, permits: Callable[[str, str, int], bool] = lambda *_: True, **more: Any) -> FhirSource:
    config = FhirConfig.model_validate({"url": server.url, "secrets": {"token": TOKEN}} | more)
    return FhirSource(config, Surroundings(permits=permits, place=Path, folder=folder))


def patient(number: int, **more: Any) -> PlainRow:
    return {"resourceType": "Patient", "id": f"p{number}", "name": [{"text": f"患者{number}"}], **more}


def everything(reader: Any, cursor: bytes | None, limit: int = 500) -> tuple[list[PlainRow], bytes]:
    rows: list[PlainRow] = []
    for _ in range(1_000):
        batch = reader.read(cursor, limit)
        assert not batch.faults
        rows += batch.rows
        cursor = batch.cursor
        if not batch.more:
            return rows, cursor
    raise AssertionError("reading comes to no end")


def reader_of(source: FhirSource, server: FhirServer, now: list[float], page: int = 7, **feed: Any) -> FhirReader:
    return FhirReader("all", FhirFeed.model_validate(feed), page, server.url, source._client, lambda: now[0])


@pytest.mark.parametrize("reads", ["sorted", "pages", "history"])
def test_every_resource_once_and_its_changes(server: FhirServer, tmp_path: Path, reads: str) -> None:
    kind = {"sorted": "Patient", "pages": "Practitioner", "history": "RelatedPerson"}[reads]
    server.batch([patient(number, resourceType=kind) for number in range(40)])
    source = opened(server, tmp_path)
    now = [datetime.now().astimezone().timestamp()]
    reader = reader_of(source, server, now, type=kind, reads=reads, look_again=[5, 60])
    rows, cursor = everything(reader, None)
    assert sorted(row["id"] for row in rows) == sorted(f"p{number}" for number in range(40))
    server("PUT", f"{kind}/p7", patient(7, resourceType=kind, active=False))
    rows, cursor = everything(reader, cursor)
    assert [row["id"] for row in rows] == ["p7"] and rows[0]["active"] is False
    assert everything(reader, cursor)[0] == []
    for _ in range(3):
        now[0] += 100
        rows, cursor = everything(reader, cursor)
        assert rows == [], "the further looks find nothing new"
    if reads == "history":
        server("DELETE", f"{kind}/p3")
        rows, cursor = everything(reader, cursor)
        assert [(row["id"], row["deleted"]) for row in rows] == [("p3", True)]


def test_nothing_is_skipped_when_resources_move_while_they_are_read(server: FhirServer, tmp_path: Path) -> None:
    server.batch([patient(number, resourceType="Organization") for number in range(60)])
    source = opened(server, tmp_path)
    reader = reader_of(source, server, [0.0], page=10, type="Organization")
    batch = reader.read(None, 10)
    seen = {row["id"] for row in batch.rows}
    for number in range(6):  # those that were read move to the end, and the others to the front
        server("PUT", f"Organization/p{number}", patient(number, resourceType="Organization", active=True))
    rows, _ = everything(reader, batch.cursor)
    assert seen | {row["id"] for row in rows} == {f"p{number}" for number in range(60)}
    assert [row["id"] for row in rows if row.get("active")] == [f"p{number}" for number in range(6)]


def test_what_belongs_to_it_comes_with_it(server: FhirServer, tmp_path: Path) -> None:
    server("PUT", "Patient/incl", {"resourceType": "Patient", "id": "incl", "telecom": [{"system": "phone", "value": "13800138000"}]})
    server("PUT", "Appointment/a1", {
        "resourceType": "Appointment", "id": "a1", "status": "booked",
        "participant": [{"actor": {"reference": "Patient/incl"}, "status": "accepted"}],
    })  # fmt: skip
    source = opened(server, tmp_path, queries={"of": {
        "type": "Appointment", "search": {"status": "{{ status }}"}, "include": ["Appointment:patient"], "parameters": ["status"],
    }})  # fmt: skip
    rows = source.asker.ask("of", {"status": "booked"})  # type: ignore[union-attr]
    assert [row["id"] for row in rows] == ["a1"]
    assert rows[0]["participant"][0]["actor"]["resource"]["telecom"][0]["value"] == "13800138000"
    assert source.asker.ask("of", {"status": "booked,cancelled"}) == [], "a comma in a value is no second value"  # type: ignore[union-attr]
    with pytest.raises(Refused, match="of needs the parameters status"):
        source.asker.ask("of", {})  # type: ignore[union-attr]


BOOK = {"book": {"parameters": ["slot"], "steps": [
    {"update": "Slot", "id": "{{ slot }}", "expect": {"status": "free"}, "set": {"status": "busy"}, "refusal": "the slot is taken"},
    {"create": "Appointment", "resource": {"status": "booked", "slot": [{"reference": "Slot/{{ slot }}"}], "comment": "{{ key }}"}},
]}}  # fmt: skip
STATEMENTS = BOOK | {
    "note": {"parameters": ["text"], "steps": [{"create": "Communication", "resource": {"status": "completed", "payload": [{"contentString": "{{ text }}"}]}}]},
    "busy": {"parameters": ["slot"], "steps": [{"update": "Slot", "id": "{{ slot }}", "expect": {"status": "free"}, "set": {"status": "busy"}}]},
}


def slot(server: FhirServer, name: str) -> None:
    server("PUT", f"Slot/{name}", {"resourceType": "Slot", "id": name, "status": "free"})


def test_a_booking_of_several_resources_is_one(server: FhirServer, tmp_path: Path) -> None:
    slot(server, "s1")
    asker = opened(server, tmp_path, statements=STATEMENTS).asker
    assert asker is not None
    done = asker.write("book", {"slot": "s1"}, "k1")
    assert isinstance(done, Written) and done.reference.startswith("Appointment/")
    assert asker.write("book", {"slot": "s1"}, "k1") == Written(reference="Slot/s1"), "once by its key"
    assert asker.write("book", {"slot": "s1"}, "k2") == RefusedBySource(reason="the slot is taken")
    assert asker.written("book", {"slot": "s1"}, "k1") is True
    assert asker.written("book", {"slot": "s1"}, "k2") is False
    booked = server("GET", "Appointment?_count=100").get("entry", [])
    assert sum(entry["resource"].get("comment") == "k1" for entry in booked) == 1
    assert asker.write("book", {"slot": "missing"}, "k3") == RefusedBySource(reason="the slot is taken")


def test_of_many_at_one_slot_one_gets_it(server: FhirServer, tmp_path: Path) -> None:
    slot(server, "s2")
    asker = opened(server, tmp_path, statements=STATEMENTS).asker
    assert asker is not None
    with ThreadPoolExecutor(8) as several:
        fates = list(several.map(lambda number: asker.write("busy", {"slot": "s2"}, f"key-{number}"), range(8)))
    assert fates.count(Written(reference="Slot/s2")) == 1
    assert fates.count(RefusedBySource(reason="status is 'busy'")) == 7


def test_a_resource_is_created_once_whatever_happens_to_the_line(server: FhirServer, tmp_path: Path) -> None:
    line = Line(server.port, at=b"contentString")
    source = opened(server, tmp_path, url=f"http://127.0.0.1:{line.port}/fhir", statements=STATEMENTS)
    asker = source.asker
    assert asker is not None
    for breaks in ("before", "after"):
        line.breaks = breaks
        with pytest.raises(Unsure):
            asker.write("note", {"text": "hello"}, f"line-{breaks}")
        line.breaks = None
        assert asker.written("note", {"text": "hello"}, f"line-{breaks}") is (breaks == "after")
    again = asker.write("note", {"text": "hello"}, "line-after")
    assert isinstance(again, Written) and again.reference.startswith("Communication/")
    assert server("GET", "Communication?identifier=urn:callweave:write|line-after")["total"] == 1
    line.close()


def test_who_may_ask(server: FhirServer, tmp_path: Path) -> None:
    query = {"q": {"type": "Media"}}

    def asked(*permits: Callable[[str, str, int], bool], **config: Any) -> list[PlainRow]:
        return opened(server, tmp_path, *permits, queries=query, **config).asker.ask("q", {})  # type: ignore[union-attr]

    assert asked() == []
    assert asked(secrets={"password": "secret"}, user="callweave") == []
    assert asked(secrets={"mine": TOKEN}, headers={"Authorization": "Bearer {{ secrets.mine }}"}) == []
    with pytest.raises(Refused, match="401"):
        asked(secrets={})
    with pytest.raises(NotNow, match="Connection refused"):
        asked(url="http://127.0.0.1:1/fhir")
    with pytest.raises(Refused, match="CALLWEAVE_ALLOW_HOSTS"):
        asked(lambda *_: False)
