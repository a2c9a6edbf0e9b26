"""Records in each kind of database: two who bring the same at once, many at once, one person of many records."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host import keeping_records
from engine.host.ingest import Ingested, Row, ingest
from engine.store import Store, Stores, contacts, definitions, now_micros, records
from engine.store.tenant import contact, contact_address, record, record_type, record_version

KIND = {
    "schema": {"type": "object", "properties": {"no": {}, "who": {}, "tel": {}, "at": {}, "x": {}}, "additionalProperties": False},
    "key": "no", "contact": "who", "phone": "tel", "source_version": "at",
}  # fmt: skip


@pytest.fixture
def store(stores: Stores) -> Store:
    store = stores.tenant("main")
    with store.begin() as connection:
        definitions.put(connection, record_type, "visit", KIND, at=1)
    return store


def put(store: Store, *rows: dict[str, Any], deleted: bool = False, source: str = "his") -> Ingested:
    return ingest(store, "visit", [Row(data=row, deleted=deleted) for row in rows], source=source, at=now_micros())


def counted(store: Store, *tables: sa.Table) -> list[int]:
    with store.read() as connection:
        return [connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]


def test_one_key_is_one_row_and_each_version_is_kept(store: Store) -> None:
    first = {"no": "1", "who": "P", "tel": "13800000001", "at": 1}
    done = put(store, first, first | {"x": 1, "at": 3}, first | {"x": 0, "at": 2}, first | {"x": 1, "at": 3})
    assert (done.accepted, done.updated, done.unchanged, done.late) == (1, 1, 1, 1)
    assert counted(store, record, record_version, contact, contact_address) == [1, 1, 1, 1]
    with store.read() as connection:
        kept = records.get(connection, "visit", "1")
    assert kept is not None and (kept.data["x"], kept.version, kept.source_version) == (1, 2, "3")


def test_the_same_under_a_newer_mark_makes_what_is_between_late(store: Store) -> None:
    def put_marked(x: int, mark: int) -> Ingested:
        row = Row(data={"no": "1", "x": x}, source_version=mark)
        return ingest(store, "visit", [row], source="his", at=now_micros())

    assert put_marked(1, 1).accepted == 1
    assert put_marked(1, 3).unchanged == 1
    assert put_marked(2, 2).late == 1
    assert counted(store, record_version) == [0]


def test_what_is_deleted_does_not_come_back_by_an_older_version(store: Store) -> None:
    put(store, {"no": "1", "who": "P", "at": 5})
    assert put(store, {"no": "1", "at": 6}, deleted=True).deleted == 1
    assert put(store, {"no": "1", "at": 6}, deleted=True).unchanged == 1
    assert put(store, {"no": "2"}, deleted=True).unchanged == 1, "there was none"
    assert put(store, {"no": "1", "who": "P", "at": 5}).late == 1
    with store.read() as connection:
        assert records.get(connection, "visit", "1") is None
    assert put(store, {"no": "1", "who": "P", "at": 7}).accepted == 1
    assert counted(store, record, record_version) == [1, 2]


def test_a_record_may_go_over_to_another_person(store: Store) -> None:
    put(store, {"no": "1", "who": "P", "tel": "13800000001"}, {"no": "2", "who": "P", "tel": "13800000002"})
    put(store, {"no": "1", "who": "Q", "tel": "13800000001"})
    with store.read() as connection:
        people = {each.key: each for each in contacts.page(connection, after=None, limit=9)}
        assert [each.key for each in records.of_contact(connection, people["P"].id, limit=9)] == ["2"]
        assert {each.address for each in contacts.addresses(connection, people["P"].id)} == {"+8613800000001", "+8613800000002"}
        assert contacts.only_his(connection, people["P"].id) == ["+8613800000002"]


def test_two_who_bring_the_same_at_once_write_it_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both find nothing at the key; on PostgreSQL one of them does its batch again, SQLite lets them in one by one."""
    rows = [{"no": str(at), "who": f"P{at % 50}", "tel": f"138{at:08}"} for at in range(150)]
    both = threading.Barrier(2)
    by_keys = records.by_keys

    def together(connection: sa.Connection, *arguments: Any) -> Any:
        found = by_keys(connection, *arguments)
        if connection.dialect.name != "sqlite" and not found and not both.broken:
            try:
                both.wait(5)
            except threading.BrokenBarrierError:
                pass
        return found

    monkeypatch.setattr(keeping_records.records, "by_keys", together)
    done: list[Ingested] = []
    threads = [threading.Thread(target=lambda order=order: done.append(put(store, *rows[::order]))) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((each.accepted, each.unchanged) for each in done) == [(0, 150), (150, 0)]
    assert counted(store, record, record_version, contact) == [150, 0, 50]


def test_more_than_a_transaction_holds(store: Store) -> None:
    rows = [{"no": f"{at:05}", "who": f"P{at}"} for at in range(1_300)]
    assert put(store, *rows).accepted == 1_300
    assert put(store, *rows).unchanged == 1_300
    with store.read() as connection:
        page = records.page(connection, "visit", after="00099", limit=2)
        assert [each.key for each in page] == ["00100", "00101"]
        assert records.count(connection, "visit", at_most=1_000) == 1_000


def test_texts_that_databases_trip_over(store: Store) -> None:
    odd = {"no": "%_\\'\"", "who": "王", "tel": "a\0b", "x": "nul \0, quote \" and \\ and % 😀"}
    assert put(store, odd).accepted == 1
    with store.read() as connection:
        kept = records.get(connection, "visit", odd["no"])
        assert kept is not None and kept.data == odd
        assert len(records.page(connection, "visit", after=None, limit=9, text='" and \\ and %')) == 1
        assert records.page(connection, "visit", after=None, limit=9, text="%%") == []
