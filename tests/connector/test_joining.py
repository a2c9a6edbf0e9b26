"""Rows of several tables become one record, whichever comes first and however often; sent when it is complete or changed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sources.document import SetUp
from engine.sources.keeping import unpacked
from engine.sources.mapping import MappedRow
from engine.sources.source import Batch
from engine.store import spool
from tests.connector.place import Beside, setup

JOINED: dict[str, Any] = {
    "record_type": "visit",
    "parts": {
        "visit": {"feed": "visits", "key": "{{ row.no }}", "gone_when": "row.gone"},
        "patient": {"feed": "patients", "key": "{{ row.id }}", "match": "{{ row.patient }}"},
        "orders": {"feed": "orders", "key": "{{ row.visit }}", "many": True, "own": "{{ row.id }}", "needed": False,
                   "gone_when": "row.gone"},
    },
    "fields": {"no": "{{ visit.no }}", "ward": "{{ visit.ward }}", "name": "{{ patient.name }}", "orders": "{{ orders }}"},
}  # fmt: skip
FEEDS = st.one_of(
    st.tuples(st.just("visits"), st.fixed_dictionaries({"no": st.sampled_from("AB"), "patient": st.sampled_from("12"), "ward": st.integers(0, 2)})),
    st.tuples(st.just("patients"), st.fixed_dictionaries({"id": st.sampled_from("12"), "name": st.sampled_from("xyz")})),
    st.tuples(st.just("orders"), st.fixed_dictionaries({"visit": st.sampled_from("AB"), "id": st.sampled_from("pq"), "what": st.integers(0, 1)})),
)  # fmt: skip


def keep(beside: Beside, feed: str, *rows: dict[str, Any]) -> None:
    beside.keeper.keep_batch(feed, Batch(rows=list(rows), cursor=b"1"))


def sent(beside: Beside) -> list[MappedRow]:
    """What has left, and is gone from the spool."""
    rows = beside.place.head(1_000)
    with beside.place.store.begin() as connection:
        spool.remove(connection, [row.position for row in rows])
    return [unpacked(row.body) for row in rows]


def expected(rows: list[tuple[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    visits = {row["no"]: row for feed, row in rows if feed == "visits"}
    patients = {row["id"]: row for feed, row in rows if feed == "patients"}
    orders = {(row["visit"], row["id"]): row for feed, row in rows if feed == "orders"}
    return {
        no: {"no": no, "ward": visit["ward"], "name": patients[visit["patient"]]["name"],
             "orders": [row for key, row in sorted(orders.items()) if key[0] == no]}
        for no, visit in visits.items() if visit["patient"] in patients
    }  # fmt: skip


@given(rows=st.lists(FEEDS, max_size=10))
@settings(max_examples=20, deadline=None)
def test_whatever_comes_first_the_record_is_the_join(rows: list[tuple[str, dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        beside = Beside(Path(folder), setup([JOINED]))
        latest: dict[str, dict[str, Any]] = {}
        for number, (feed, row) in enumerate(rows):
            keep(beside, feed, row)
            for each in sent(beside):
                assert latest.get(each.data["no"]) != each.data, "sent, and nothing has changed"
                latest[each.data["no"]] = each.data
            assert latest.keys() == expected(rows[: number + 1]).keys() | latest.keys()
        whole = expected(rows)
        assert {no: latest[no] for no in whole} == whole
        beside.place.close()


def test_a_row_that_is_gone_takes_its_record_along(tmp_path: Path) -> None:
    beside = Beside(tmp_path, setup([JOINED]))
    keep(beside, "visits", {"no": "A", "patient": "1", "ward": 1}, {"no": "B", "patient": "2", "ward": 1})
    assert sent(beside) == []
    keep(beside, "patients", {"id": "1", "name": "x"})
    assert [row.data["no"] for row in sent(beside)] == ["A"]
    keep(beside, "orders", {"visit": "A", "id": "p"}, {"visit": "A", "id": "p", "gone": True})
    assert sent(beside) == []
    keep(beside, "visits", {"no": "A", "patient": "1", "gone": True}, {"no": "B", "patient": "2", "gone": True})
    assert [(row.data["no"], row.deleted) for row in sent(beside)] == [("A", True)]


def test_a_part_without_a_key_is_a_fault_and_stops_nothing(tmp_path: Path) -> None:
    beside = Beside(tmp_path, setup([JOINED]))
    keep(beside, "patients", {"name": "nobody"}, {"id": "1", "name": "x"})
    keep(beside, "visits", {"no": "A", "patient": "1", "ward": 1})
    assert len(sent(beside)) == 1
    with beside.place.store.read() as connection:
        kept = spool.latest_faulty(connection, "his", limit=10)
    assert [row.errors[0]["path"] for row in kept] == ["parts.patient.key"]


def test_another_way_of_joining_forgets_the_rows_of_the_old(tmp_path: Path) -> None:
    beside = Beside(tmp_path, setup([JOINED]))
    keep(beside, "visits", {"no": "A", "patient": "1", "ward": 1})
    beside.place.close()
    parts = {**JOINED["parts"], "patient": {**JOINED["parts"]["patient"], "needed": False}}
    other: SetUp = setup([{**JOINED, "parts": parts}])
    beside = Beside(tmp_path, other)
    assert beside.keeper.cursor("visits") is None
    keep(beside, "patients", {"id": "1", "name": "x"})
    assert sent(beside) == []
    keep(beside, "visits", {"no": "A", "patient": "3", "ward": 1})
    assert [row.data for row in sent(beside)] == [{"no": "A", "ward": 1, "orders": []}]
