"""What is kept is neither lost nor doubled, whoever dies when, and whatever answer is lost (store-and-forward)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callweave.connector.sending import Sending, _sent
from engine.faults import Fault
from engine.sources import wire
from engine.sources.source import Arrival, Batch
from engine.store import spool
from tests.connector.place import Beside, Rows, setup

ACTIONS = st.one_of(
    st.tuples(st.just("change"), st.integers(0, 5), st.integers(0, 99)),
    st.tuples(st.just("read"), st.integers(1, 4)),
    st.tuples(st.just("torn"), st.integers(1, 4)),
    st.tuples(st.just("send"), st.sampled_from(["taken", "answer lost", "not arrived"]), st.integers(1, 5)),
    st.tuples(st.just("killed")),
    st.tuples(st.just("saved")),
    st.tuples(st.just("restored"), st.booleans()),
)  # fmt: skip


class Torn(Exception):
    """The process dies in the midst of a transaction."""


class Platform:
    """Takes rows by their positions, as `store/connectors.py` does."""

    def __init__(self) -> None:
        self.stream = b""
        self.through = 0
        self.records: dict[str, Any] = {}
        self.applied: list[tuple[bytes, int]] = []

    def welcome(self, stream: bytes) -> int:
        """Up to which position a stream has come in."""
        return self.through if stream == self.stream else 0

    def take(self, stream: bytes, rows: list[wire.Sent]) -> wire.BatchTaken:
        if stream != self.stream:
            self.stream, self.through = stream, 0
        for row in rows:
            if row.position > self.through:
                self.applied.append((stream, row.position))
                self.records[row.data["no"]] = row.data["ward"]
        self.through = max([self.through, *(row.position for row in rows)])
        return wire.BatchTaken(through=self.through)


@given(actions=st.lists(ACTIONS, max_size=18))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_platform_ends_with_what_the_source_has(actions: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        beside, reader, platform = Beside(Path(folder), setup()), Rows(), Platform()
        wanted: dict[str, Any] = {}
        saved: dict[str, bytes] = {}

        def send(fate: str, limit: int) -> bool:
            rows = beside.place.head(limit)
            if rows:
                beside.place.about_to_send(rows[-1].position)
            if rows and fate != "not arrived":
                taken = platform.take(beside.place.stream, [_sent(row) for row in rows])
                if fate == "taken":
                    Sending(beside.place, None, "")._done(rows, taken)  # type: ignore[arg-type]
            return bool(rows)

        for action, *arguments in actions:
            if action == "change":
                number, ward = arguments
                wanted[f"V{number}"] = ward
                reader.rows.append({"no": f"V{number}", "ward": ward})
            elif action == "read":
                beside.read(reader, arguments[0])
            elif action == "torn":
                patch.setattr(spool, "set_cursor", _torn)
                with pytest.raises(Torn):
                    beside.read(reader, arguments[0])
                patch.undo()
                beside.killed()
                beside.place.compare(platform.welcome(beside.place.stream))
            elif action == "send":
                send(*arguments)
            elif action == "killed":
                beside.killed()
                beside.place.compare(platform.welcome(beside.place.stream))
            elif action == "saved":
                saved = beside.saved()
            elif saved:
                beside.restored(saved)
                if arguments[0]:
                    beside.read(reader)
                beside.place.compare(platform.welcome(beside.place.stream))
        while beside.keeper.cursor("visits") != str(len(reader.rows)).encode():
            beside.read(reader)
        while send("taken", 3):
            pass
        assert platform.records == wanted
        assert len(set(platform.applied)) == len(platform.applied)
        beside.place.close()


def _torn(*_arguments: Any, **_named: Any) -> None:
    raise Torn


@pytest.fixture
def beside(tmp_path: Path) -> Beside:
    return Beside(tmp_path, setup())


def test_a_message_that_is_sent_again_is_dropped_and_a_wrong_one_kept_once(beside: Beside) -> None:
    good = Arrival(rows=[{"no": "V1", "ward": "a"}], id="m1")
    assert beside.keeper.keep_arrivals("visits", [good, good]) == [[], []]
    beside.killed()
    assert beside.keeper.keep_arrivals("visits", [good]) == [[]]
    assert len(beside.place.head(10)) == 1
    wrong = Arrival(id="m2", text="MSH|…", faults=(Fault("MSH.9", "is required"),))
    for _ in range(2):
        assert beside.keeper.keep_arrivals("visits", [wrong])[0][0].path == "MSH.9"
    with beside.place.store.read() as connection:
        kept = spool.latest_faulty(connection, "his", limit=10)
    assert [row.text for row in kept] == ["MSH|…"]
    assert beside.keeper.keep_arrivals("visits", [Arrival(rows=[{"no": "V2"}], id="m2")]) == [[]]
    with beside.place.store.read() as connection:
        assert spool.count_faulty(connection, "his") == 0


def test_a_changed_mapping_reads_the_feed_anew(tmp_path: Path) -> None:
    reader = Rows()
    reader.rows = [{"no": "V1", "ward": "a"}]
    beside = Beside(tmp_path, setup())
    beside.read(reader)
    assert beside.keeper.cursor("visits") == b"1"
    beside.place.close()
    other = Beside(tmp_path, setup([{"feed": "visits", "record_type": "visit", "fields": {"no": "{{ row.no }}"}}]))
    assert other.keeper.cursor("visits") is None


def test_the_latest_faults_are_kept_and_no_more(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "FAULTS_KEPT", 5)
    for number in range(4):
        faults = tuple(Fault(f"line {number}.{each}", "is required") for each in range(3))
        beside.keeper.keep_batch("visits", Batch(rows=[], cursor=b"1", faults=faults))
    with beside.place.store.read() as connection:
        rows = spool.latest_faulty(connection, "his", limit=100)
    assert len(rows) == 5
    assert rows[0].errors[0]["path"] == "line 3.2"
