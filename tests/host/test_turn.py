"""The invariants at the head of host/turn.py, each shown: on SQLite and PostgreSQL, with workers that race and die."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from engine.events import CommandFailed, MessageSent, SignalReceived
from engine.flow import canonical
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, Stores, flows, inbox, job_rows, new_id, now_micros
from engine.store.inbox import Posted, Start
from engine.store.tenant import inbox as inbox_table
from engine.store.tenant import journal, session
from engine.store.tenant import outbox as outbox_table
from tests.host.conftest import publish


def counting(outcome: str = "{{ vars.said }}") -> dict[str, Any]:
    """A flow that waits for signals for ever, and notes the last one."""
    return {
        "callweave": 1, "name": "Counting", "languages": ["en"], "start": "wait",
        "nodes": {
            "wait": {
                "type": "wait_for", "config": {"what": "signal", "name": "go"},
                "outlets": {"received": "note"},
            },
            "note": {
                "type": "set", "config": {"variables": {"said": "{{ vars.said }}{{ results.wait.value.n }}"}},
                "outlets": {"done": "last"},
            },
            "last": {
                "type": "branch", "config": {"conditions": [{"label": "end", "when": "results.wait.value.n == 'end'"}]},
                "outlets": {"end": "end", "else": "wait"},
            },
            "end": {"type": "end", "config": {"outcome": outcome}},
        },
    }  # fmt: skip


TEXTING: dict[str, Any] = {
    "callweave": 1, "name": "Texting", "languages": ["en"], "start": "text",
    "nodes": {
        "text": {
            "type": "send_sms", "config": {"to": "13800000000", "text": "Hello"},
            "outlets": {"sent": "sent", "failed": "failed"},
        },
        "sent": {"type": "end", "config": {"outcome": "sent"}},
        "failed": {"type": "end", "config": {"outcome": "failed"}},
    },
}  # fmt: skip


def start(store: Store, flow_id: bytes, count: int = 1) -> list[bytes]:
    """New sessions, not yet served."""
    ids = [new_id() for _ in range(count)]
    with store.begin() as connection:
        for identity in ids:
            asked = Start(flow_id=flow_id, version=1, contact={}, record={})
            inbox.put_start(connection, session_id=identity, source="api", start=asked, at=now_micros())
    return ids


def signal(store: Store, identity: bytes, said: str, external_id: str) -> bool:
    """Call a session by the flow's name; whether that was new."""
    with store.begin() as connection:
        return inbox.put(
            connection, session_id=identity, source="test", external_id=external_id, at=now_micros(),
            posted=Posted(event=SignalReceived(name="go", data={"n": said})),
        )  # fmt: skip


def drain(store: Store, programs: Programs | None = None) -> None:
    while sleeping.serve_batch(store, programs or Programs("UTC")).any:
        pass


def of(store: Store, table: sa.Table, *columns: str) -> list[tuple[Any, ...]]:
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*(table.c[name] for name in columns)))]


def test_every_event_is_applied_exactly_once_by_workers_that_race(stores: Stores) -> None:
    """Signals are put, some of them twice, while three workers serve; each stands in the outcome once, in its order."""
    store = stores.tenant("main")
    ids = start(store, publish(store, counting()), 12)
    words = [str(number) for number in range(8)]
    putting = threading.Event()

    def work() -> None:
        while not putting.is_set():
            sleeping.serve_batch(store, Programs("UTC"))
        drain(store)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for word in [*words, "end"]:
        for identity in ids:
            assert signal(store, identity, word, f"{identity.hex()}-{word}")
            assert not signal(store, identity, word, f"{identity.hex()}-{word}"), "it was put before"
    putting.set()
    for worker in workers:
        worker.join(120)
    drain(store)
    assert {row[0] for row in of(store, session, "outcome")} == {"".join([*words, "end"])}
    assert len(of(store, journal, "turn")) == len(ids) * (1 + len(words) + 1)
    assert None not in {row[0] for row in of(store, inbox_table, "done_at")}


def test_a_worker_that_dies_before_its_commit_has_done_nothing(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a turn stays that is not committed: no effect has left; taken again, its command has the same id."""
    store = stores.tenant("main")
    start(store, publish(store, TEXTING), 3)
    seen: list[list[tuple[str, bytes]]] = []
    commit = sleeping.commit

    def dies(connection: Any, writings: Any, *args: Any, **more: Any) -> Any:
        commit(connection, writings, *args, **more)
        seen.append(sorted((row.command_id, row.session_id) for writing in writings for row in writing.outbox))
        raise KeyboardInterrupt

    monkeypatch.setattr(sleeping, "commit", dies)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            sleeping.serve_batch(store, Programs("UTC"))
        assert of(store, outbox_table, "id") == of(store, session, "id") == of(store, journal, "turn") == []
        assert {row[0] for row in of(store, inbox_table, "done_at")} == {None}
    monkeypatch.setattr(sleeping, "commit", commit)
    drain(store)
    rows = sorted(of(store, outbox_table, "command_id", "session_id"))
    assert seen == [rows, rows]
    assert {row[0] for row in of(store, outbox_table, "state")} == {"due"}


def test_an_effect_is_written_with_the_turn_that_asks_for_it(stores: Stores) -> None:
    store = stores.tenant("main")
    [identity] = start(store, publish(store, TEXTING))
    drain(store)
    with store.read() as connection:
        [row] = job_rows.waiting(connection, at=now_micros(), gateways=["sms"])
        body = job_rows.body(connection, row)
    assert body is not None and msgspec.msgpack.decode(body)["text"] == "Hello"
    assert of(store, session, "id", "status", "node") == [(identity, "running", "text")]


@pytest.mark.parametrize("late", ["another command's", "doubled"])
def test_a_late_or_a_doubled_answer_changes_nothing(stores: Stores, late: str) -> None:
    store = stores.tenant("main")
    [identity] = start(store, publish(store, TEXTING))
    drain(store)
    [(command,)] = of(store, outbox_table, "command_id")

    def answer(command_id: str, event: type, external_id: str, **more: Any) -> None:
        with store.begin() as connection:
            inbox.put(
                connection, session_id=identity, source="outbox", external_id=external_id, at=now_micros(),
                posted=Posted(event=event(command_id=command_id, **more)),
            )  # fmt: skip
        drain(store)

    if late == "doubled":
        answer(command, MessageSent, "first", state="sent")
    before = of(store, session, "rev", "state", "outcome")
    answer("99" if late != "doubled" else command, CommandFailed, "second", reason="late")
    assert of(store, session, "rev", "state", "outcome") == before
    assert None not in {row[0] for row in of(store, inbox_table, "done_at")}, "it counts as applied"
    assert len(of(store, journal, "turn")) == (2 if late == "doubled" else 1)


def test_a_session_keeps_to_its_version(stores: Stores) -> None:
    store = stores.tenant("main")
    flow_id = publish(store, counting("first"))
    [identity] = start(store, flow_id)
    drain(store)
    text = canonical(counting("second"))
    with store.begin() as connection:
        flows.publish(connection, flow_id, document=text, sha256="1" * 64, message="", at=now_micros())
    signal(store, identity, "end", "1")
    drain(store)
    assert of(store, session, "version", "outcome") == [(1, "first")]


def test_a_row_that_another_has_written_is_not_written_over(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it came about: the batch is left, its events stay open, and the next look serves them."""
    store = stores.tenant("main")
    [identity] = start(store, publish(store, counting()))
    drain(store)
    signal(store, identity, "a", "1")
    commit = sleeping.commit

    def late(connection: sa.Connection, writings: Any, *args: Any, **more: Any) -> Any:
        connection.execute(session.update().values(rev=session.c.rev + 1))
        return commit(connection, writings, *args, **more)

    monkeypatch.setattr(sleeping, "commit", late)
    assert not sleeping.serve_batch(store, Programs("UTC")).any
    assert of(store, session, "rev") == [(1,)]
    monkeypatch.setattr(sleeping, "commit", commit)
    drain(store)
    assert of(store, session, "rev") == [(2,)]


def test_a_parked_session_waits_longer_and_longer_and_then_goes_on(stores: Stores) -> None:
    """One whose version is not there: its events are put off, others are served, and it goes on when it can."""
    store = stores.tenant("main")
    flow_id = publish(store, counting())
    [parked] = [new_id()]
    with store.begin() as connection:
        asked = Start(flow_id=flow_id, version=2, contact={}, record={})
        inbox.put_start(connection, session_id=parked, source="api", start=asked, at=now_micros())
    [served] = start(store, flow_id)
    drain(store)
    assert of(store, session, "id") == [(served,)]
    with store.read() as connection:
        [until] = connection.scalars(sa.select(inbox_table.c.claimed_until).where(inbox_table.c.session_id == parked))
    assert sleeping.PARKED_AT_LEAST <= until - now_micros() + 1_000_000 <= sleeping.PARKED_AT_MOST
    text = canonical(counting())
    with store.begin() as connection:
        flows.publish(connection, flow_id, document=text, sha256="1" * 64, message="", at=now_micros())
        connection.execute(inbox_table.update().values(claimed_until=None).where(inbox_table.c.session_id == parked))
    drain(store)
    assert {row[0] for row in of(store, session, "id")} == {parked, served}


def test_a_session_that_is_woken_for_nothing_is_not_looked_at_for_ever(stores: Stores) -> None:
    """Its row says a moment that its state does not know: it must not keep the clock and the workers at it."""
    store = stores.tenant("main")
    start(store, publish(store, counting()))
    drain(store)
    with store.begin() as connection:
        connection.execute(session.update().values(wake_at=now_micros()))
    assert sleeping.serve(store, Programs("UTC")) == []
    [(wake_at, rev)] = of(store, session, "wake_at", "rev")
    assert (wake_at > now_micros(), rev) == (True, 1)
