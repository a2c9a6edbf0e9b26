"""What a session is told from outside its flow: other sessions it starts, its fields, its end by time, another version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from engine.events import SessionCancelled, SessionMoved, SignalReceived
from engine.host import bulk_jobs, metrics, sleeping
from engine.host.programs import Programs
from engine.host.rounds import Rounds
from engine.host.settings import Settings
from engine.store import Store, Stores, bulk_events, flow_state, flows, id_text, inbox, new_id, now_micros
from engine.store.bulk_events import Which
from engine.store.flow_state import FlowSettings
from engine.store.inbox import Posted, Start
from engine.store.starts import MAX_HOPS
from engine.store.tenant import inbox as inbox_table
from engine.store.tenant import journal, lineage, session
from tests.host.conftest import publish

HOUR = 3600 * 1_000_000
Nodes = dict[str, dict[str, Any]]


def document(name: str, nodes: Nodes) -> dict[str, Any]:
    return {"callweave": 1, "name": name, "languages": ["en"], "start": next(iter(nodes)), "nodes": nodes}


def node(kind: str, /, outlets: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    return {"type": kind, "config": config, "outlets": outlets or {}}


WAITING = {"wait": node("wait_for", {"received": "end"}, what="signal", name="go"), "end": node("end", outcome="done")}


def begin(store: Store, flow_id: bytes, contact: dict[str, Any] | None = None, **more: Any) -> bytes:
    identity = new_id()
    start = Start(flow_id=flow_id, version=1, contact=contact or {}, record={}, **more)
    with store.begin() as connection:
        inbox.put_start(connection, session_id=identity, source="test", start=start, at=now_micros())
    return identity


def tell(store: Store, identity: bytes, event: Any) -> None:
    with store.begin() as connection:
        inbox.put(
            connection, session_id=identity, source="test", external_id=new_id().hex(), posted=Posted(event=event), at=now_micros()
        )  # fmt: skip


def serve(store: Store, programs: Programs | None = None) -> None:
    programs = programs or Programs("UTC")
    while sleeping.serve_batch(store, programs).any:
        pass


def rows(store: Store) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(sa.select(session).order_by(session.c.id)))


def results(row: Any) -> dict[str, Any]:
    from engine.session.state import State

    found: dict[str, Any] = msgspec.msgpack.decode(row.state, type=State).runs[0].results
    return found


def test_a_flow_starts_another_once_with_inputs_for_the_same_contact(stores: Stores) -> None:
    store = stores.tenant("main")
    publish(store, document("Second", {"end": node("end", outcome="{{ vars.said }} {{ contact.name }}")}))
    first = publish(store, document("First", {"go": node("start_flow", {"done": "end"}, flow="Second", inputs={"said": "hello"}), "end": node("end", outcome="started")}))
    parent = begin(store, first, {"name": "Ann", "phone": "138"})
    serve(store)
    found = {row.id: row for row in rows(store)}
    [child] = [row for row in found.values() if row.id != parent]
    assert (found[parent].outcome, child.outcome, child.contact_key) == ("started", "hello Ann", "phone:138")
    with store.read() as connection:
        assert [tuple(row) for row in connection.execute(sa.select(lineage.c.parent_id, lineage.c.root_id, lineage.c.hops))] == [(parent, parent, 1)]
        sources = connection.execute(sa.select(inbox_table.c.source, inbox_table.c.done_at).where(inbox_table.c.source == "start_flow")).all()
    assert len(sources) == 2 and all(row.done_at is not None for row in sources), "one start and one answer"


@pytest.mark.parametrize(
    ("state", "published", "reason"),
    [("paused", True, "is paused"), ("retired", True, "is retired"), ("active", False, "is not published"), (None, False, "there is no flow")],
)
def test_a_start_that_cannot_be_says_why(stores: Stores, state: Any, published: bool, reason: str) -> None:
    store = stores.tenant("main")
    if state is not None:
        other = publish(store, document("Second", WAITING))
        with store.begin() as connection:
            flow_state.set_state(connection, other, state)
            if not published:
                connection.execute(flows.flow.update().where(flows.flow.c.id == other).values(published=None))
    first = publish(store, document("First", {"go": node("start_flow", {"failed": "end"}, flow="Second"), "end": node("end", outcome="not")}))
    begin(store, first)
    serve(store)
    [row] = rows(store)
    assert row.outcome == "not"
    assert reason in results(row)["go"]["reason"]


def test_two_flows_that_start_one_another_come_to_an_end(stores: Stores) -> None:
    store = stores.tenant("main")
    for name, other in (("Ping", "Pong"), ("Pong", "Ping")):
        made = publish(store, document(name, {"go": node("start_flow", {"failed": "stop"}, flow=other), "stop": node("end", outcome="stopped")}))
    begin(store, made)
    serve(store)
    outcomes = [row.outcome for row in rows(store)]
    assert len(outcomes) == MAX_HOPS + 1
    assert outcomes.count("stopped") == 1


def test_a_chain_with_time_between_its_links_goes_on(stores: Stores) -> None:
    store = stores.tenant("main")
    made = publish(store, document("Daily", {"wait": node("wait_for", {"received": "go"}, what="signal", name="go"), "go": node("start_flow", {"done": "end"}, flow="Daily"), "end": node("end", outcome="ok")}))
    begin(store, made)
    serve(store)
    [row] = rows(store)
    with store.begin() as connection:
        connection.execute(lineage.insert().values(session_id=row.id, parent_id=b"p" * 16, root_id=b"r" * 16, hops=MAX_HOPS, at=1))
        connection.execute(session.update().values(started_at=now_micros() - 2 * HOUR))
    tell(store, row.id, SignalReceived(name="go"))
    serve(store)
    assert sorted(row.status for row in rows(store)) == ["completed", "waiting"]


def test_a_contact_has_no_more_sessions_of_a_flow_than_it_allows(stores: Stores) -> None:
    store = stores.tenant("main")
    second = publish(store, document("Second", WAITING))
    with store.begin() as connection:
        flow_state.set_settings(connection, second, FlowSettings(live_per_contact=1))
    first = publish(store, document("First", {"go": node("start_flow", {"done": "end", "failed": "no"}, flow="Second"), "end": node("end", outcome="yes"), "no": node("end", outcome="no")}))
    for _ in range(2):
        begin(store, first, {"phone": "138-0000"})
        serve(store)
    begin(store, first, {"phone": "139"})
    serve(store)
    assert sorted(str(row.outcome) for row in rows(store) if row.flow_id == first) == ["no", "yes", "yes"]


def test_fields_of_contact_and_record_change_in_the_session(stores: Stores) -> None:
    store = stores.tenant("main")
    made = publish(store, document("F", {
        "who": node("update_contact", {"done": "rec"}, fields={"name": "Bo"}),
        "rec": node("update_record", {"done": "end", "failed": "none"}, fields={"x": "2"}),
        "end": node("end", outcome="{{ contact.name }} {{ record.x }}"), "none": node("end", outcome="{{ contact.name }} {{ results.rec.reason }}"),
    }))  # fmt: skip
    begin(store, made, {"name": "Ann"})
    serve(store)
    [row] = rows(store)
    assert row.outcome == "Bo the session has no record"
    assert msgspec.msgpack.decode(row.contact) == {"name": "Bo"}


def test_a_session_expires_when_its_flow_says_and_not_before(stores: Stores) -> None:
    store = stores.tenant("main")
    made = publish(store, document("F", WAITING))
    with store.begin() as connection:
        flow_state.set_settings(connection, made, FlowSettings(expires_after=90))
        standing = flow_state.standing(connection, made)
    at = now_micros()
    soon = begin(store, made, expires_at=standing.expires_at(at))
    by_default = begin(store, made)
    serve(store)
    found = {row.id: row for row in rows(store)}
    assert found[soon].wake_at == found[soon].expires_at == at + 90_000_000
    assert found[by_default].expires_at - found[by_default].started_at == 365 * 24 * HOUR
    with store.begin() as connection:
        connection.execute(session.update().where(session.c.id == soon).values(wake_at=at, expires_at=at))
    serve(store)
    found = {row.id: row for row in rows(store)}
    assert (found[soon].status, found[soon].wake_at, found[by_default].status) == ("expired", None, "waiting")


def test_a_session_moves_to_another_version_and_its_row_and_journal_say_so(stores: Stores) -> None:
    store = stores.tenant("main")
    made = publish(store, document("F", WAITING))
    here, gone = begin(store, made), begin(store, made)
    serve(store)
    text = document("F", {"hold": WAITING["wait"], "end": node("end", outcome="new")})
    with store.begin() as connection:
        flows.publish(connection, made, document=msgspec.json.encode(text).decode(), sha256="1" * 64, message="", at=now_micros())
    key = f"{id_text(made)}@2"
    tell(store, here, SessionMoved(version=2, key=key, nodes={"wait": "hold"}))
    tell(store, gone, SessionMoved(version=2, key=key))
    serve(store)
    found = {row.id: row for row in rows(store)}
    assert (found[here].version, found[here].node) == (2, "hold")
    assert (found[gone].version, found[gone].node) == (1, "wait"), "its node has no counterpart: it stays"
    tell(store, here, SignalReceived(name="go"))
    tell(store, gone, SignalReceived(name="go"))
    serve(store)
    found = {row.id: row for row in rows(store)}
    assert (found[here].outcome, found[gone].outcome) == ("new", "done")
    with store.read() as connection:
        bodies = connection.scalars(sa.select(journal.c.body).where(journal.c.session_id == here).order_by(journal.c.turn)).all()
    assert [msgspec.msgpack.decode(body)["event"]["type"] for body in bodies] == ["session_started", "session_moved", "signal_received"]


def test_many_are_cancelled_batch_by_batch_from_where_it_was_left(stores: Stores) -> None:
    store = stores.tenant("main")
    one, other = publish(store, document("F", WAITING)), publish(store, document("G", WAITING))
    for number in range(7):
        begin(store, one if number < 5 else other)
    serve(store)
    which = Which(flow=id_text(one), statuses=["waiting"], node="wait", started_before=now_micros())
    with store.begin() as connection:
        assert bulk_events.count(connection, which) == 5
        made = bulk_events.create(connection, which, SessionCancelled(reason="ward closed"), at=now_micros())
    with store.begin() as connection:
        assert bulk_events.carry_on(connection, made.id, at=now_micros(), limit=3), "there is more"
    with store.read() as connection:
        assert bulk_events.unfinished(connection) == [made.id]
    late = begin(store, one)
    serve(store)
    while bulk_jobs.bring(store, made.id):
        pass
    serve(store)
    with store.read() as connection:
        done = bulk_events.get(connection, made.id)
        assert bulk_events.unfinished(connection) == []
    assert done is not None and (done.total, done.done, done.ended_at is not None) == (5, 5, True)
    found = {row.id: row for row in rows(store)}
    assert found.pop(late).status == "waiting", "it began after it was asked for"
    assert sorted((row.status, row.outcome) for row in found.values()) == [("cancelled", "ward closed")] * 5 + [("waiting", None)] * 2


def test_what_is_done_is_counted(stores: Stores) -> None:
    def count(text: str) -> float:
        lines = metrics.exposition().decode().splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(text + " ")), 0.0)

    names = (
        'callweave_turns_total{host="sleeping"}', 'callweave_sessions_started_total{host="sleeping"}',
        'callweave_sessions_ended_total{status="expired"}', 'callweave_timer_lateness_seconds_count{host="sleeping"}',
        'callweave_inbox_applied_total{host="sleeping"}',
    )  # fmt: skip
    before = [count(name) for name in names]
    store = stores.tenant("main")
    begin(store, publish(store, document("F", WAITING)), expires_at=now_micros() - 5_000_000)
    serve(store)
    serve(store)
    assert [row.status for row in rows(store)] == ["expired"]
    assert [count(name) - old for name, old in zip(names, before, strict=True)] == [2, 1, 1, 1, 1]


def test_a_session_with_somebody_on_the_line_expires_by_its_owner(stores: Stores, tmp_path: Path, database_urls: dict[str, str]) -> None:
    store = stores.tenant("main")
    identity = begin(store, publish(store, document("F", WAITING)))
    serve(store)
    past = now_micros() - 1_000_000
    with store.begin() as connection:
        connection.execute(session.update().values(owner="asterisk a", wake_at=past, expires_at=past))
    settings = Settings(data=tmp_path / "data", telephony="simulated", redis_url=f"unix://{tmp_path}/none.sock", **database_urls)
    rounds = Rounds(settings, stores)
    for _ in range(2):
        rounds.go()
    serve(store)
    assert [row.status for row in rows(store)] == ["waiting"], "no worker writes what an engine owns"
    with store.begin() as connection:
        claimed = inbox.claim(connection, at=now_micros(), until=now_micros(), owner="asterisk a")
    assert [(row.session_id, row.posted.event.type) for row in claimed] == [(identity, "session_expired")]
