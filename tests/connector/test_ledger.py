"""A write-back happens once for its key, whatever breaks, and what nobody can know is unknown; questions are kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.answering import Answered, Answering, BeingWritten
from engine.sources.source import PlainRow, RefusedBySource, Written
from engine.store import now_micros, source_writes
from tests.connector.place import Beside, InMemory, Rows, setup

QUERIES = {"slots": {"parameters": ["doctor"], "cache_seconds": 60, "most_rows": 2}, "now": {"parameters": []}}
STATEMENTS = {"book": {"parameters": ["slot"]}}


class Asker:
    """Does what the test says."""

    def __init__(self) -> None:
        self.writes: list[str] = []
        self.asked = 0
        self.outcome: Callable[[], Written | RefusedBySource] = lambda: Written(reference="A-1")
        self.arrived: bool | None = None

    def ask(self, query: str, parameters: Mapping[str, Any]) -> list[PlainRow]:
        self.asked += 1
        return [{"n": number, "asked": self.asked} for number in range(3)]

    def write(self, statement: str, parameters: Mapping[str, Any], key: str) -> Written | RefusedBySource:
        self.writes.append(key)
        return self.outcome()

    def written(self, statement: str, parameters: Mapping[str, Any], key: str) -> bool | None:
        return self.arrived


@pytest.fixture
def asker() -> Asker:
    return Asker()


@pytest.fixture
def answering(tmp_path: Path, asker: Asker) -> Answering:
    made = setup(queries=QUERIES, statements=STATEMENTS)
    return Answering(Beside(tmp_path, made).place.store, made, InMemory(Rows(), asker))


def raising(error: Exception) -> Callable[[], Written]:
    def outcome() -> Written:
        raise error

    return outcome


def book(answering: Answering, key: str = "k1") -> Answered:
    return answering.write("book", {"slot": 1}, key)


def test_the_same_key_is_carried_out_once(answering: Answering, asker: Asker) -> None:
    assert [book(answering) for _ in range(3)] == [Answered(fate="done", reference="A-1")] * 3
    asker.outcome = lambda: RefusedBySource(reason="the slot is gone")
    assert [book(answering, "k2").fate for _ in range(2)] == ["refused", "refused"]
    assert asker.writes == ["k1", "k2"]


@pytest.mark.parametrize("error", [NotNow("away"), Refused("no such table")])
def test_what_certainly_did_not_happen_may_be_tried_again(answering: Answering, asker: Asker, error: Exception) -> None:
    asker.outcome = raising(error)
    with pytest.raises(type(error)):
        book(answering)
    asker.outcome = lambda: Written()
    assert book(answering).fate == "done"


@pytest.mark.parametrize("error", [Unsure("cut off"), ValueError("a fault of the driver")])
@pytest.mark.parametrize(("arrived", "fate", "writes"), [(True, "done", 1), (None, "unknown", 1), (False, "not now", 2)])
def test_whose_end_nobody_saw_is_asked_for(
    answering: Answering, asker: Asker, error: Exception, arrived: bool | None, fate: str, writes: int
) -> None:
    asker.outcome, asker.arrived = raising(error), arrived
    if fate == "not now":
        with pytest.raises(NotNow):
            book(answering)
        asker.outcome, fate = (lambda: Written()), "done"
    assert book(answering).fate == fate
    assert book(answering).fate == fate
    assert len(asker.writes) == writes


@pytest.mark.parametrize(("arrived", "fate", "writes"), [(True, "done", 0), (None, "unknown", 0), (False, "done", 1)])
def test_who_was_killed_over_it_does_not_do_it_twice(
    answering: Answering, asker: Asker, arrived: bool | None, fate: str, writes: int
) -> None:
    with answering._store.begin() as connection:
        source_writes.begin(connection, "k1", source="his", statement="book", at=now_micros())
    asker.arrived = arrived
    assert book(answering).fate == fate
    assert len(asker.writes) == writes


def test_a_key_that_is_being_carried_out_is_left_to_who_does_it(answering: Answering, asker: Asker) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def outcome() -> Written:
        begun.set()
        assert go_on.wait(10)
        return Written()

    asker.outcome = outcome
    first = threading.Thread(target=book, args=(answering,))
    first.start()
    assert begun.wait(10)
    with pytest.raises(BeingWritten):
        book(answering)
    go_on.set()
    first.join()
    assert book(answering).fate == "done"
    assert asker.writes == ["k1"]


def test_answers_are_kept_where_that_is_declared(answering: Answering, asker: Asker) -> None:
    first = answering.ask("slots", {"doctor": "Wang"})
    assert answering.ask("slots", {"doctor": "Wang"}) == first
    assert len(first) == 2
    assert answering.ask("slots", {"doctor": "Li"}) != first
    assert answering.ask("now", {}) != answering.ask("now", {})
    assert asker.asked == 4


@pytest.mark.parametrize(("query", "parameters"), [("drop", {}), ("slots", {}), ("slots", {"doctor": 1, "more": 2})])
def test_what_is_not_declared_is_refused(answering: Answering, query: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        answering.ask(query, parameters)
