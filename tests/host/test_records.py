"""Sessions about records that are kept: begun with their newest content, told of changes, writing into them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.host import ingest, sleeping
from engine.host.programs import Programs
from engine.host.record_doors import door
from engine.records.rows import Row
from engine.session.session import shown
from engine.store import Store, Stores, definitions, inbox, new_id, now_micros, records
from engine.store.inbox import Start
from engine.store.tenant import contact_address, record_type, session
from tests.host.conftest import publish

VISIT = {
    "schema": {
        "type": "object", "required": ["no"],
        "properties": {"no": {"type": "string"}, "who": {}, "tel": {}, "ward": {"enum": ["a", "b"]}},
    },
    "key": "no", "phone": "tel", "contact": "who",
}  # fmt: skip
V1 = {"no": "V1", "who": "P1", "tel": "13800000001", "ward": "a"}


def flow(**nodes: Any) -> dict[str, Any]:
    done = {"done": "kept", "failed": "refused"}
    first = next(iter(nodes))
    return {
        "callweave": 1, "name": first, "languages": ["en"], "start": first, "record_type": "visit",
        "nodes": {
            **{name: {"type": name, "config": config, "outlets": done} for name, config in nodes.items()},
            "kept": {"type": "end", "config": {"outcome": "{{ record.ward }} {{ contact.phone }} {{ contact.id }}"}},
            "refused": {"type": "end", "config": {"outcome": "refused"}},
        },
    }  # fmt: skip


def prepared(stores: Stores) -> Store:
    store = stores.tenant("main")
    with store.begin() as connection:
        definitions.put(connection, record_type, "visit", VISIT, at=1)
    put(store, V1)
    return store


def put(store: Store, data: dict[str, Any]) -> ingest.Ingested:
    return ingest.ingest(store, "visit", [Row(data=data)], source="api", at=now_micros())


def begin(store: Store, document: dict[str, Any]) -> bytes:
    identity, flow_id = new_id(), publish(store, document)
    with store.begin() as connection:
        kept = records.by_keys(connection, "visit", ["V1"])["V1"]
        start = Start(flow_id=flow_id, version=1, contact={}, record={}, record_id=kept.id)
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    return identity


def serve(store: Store) -> None:
    while sleeping.serve(store, Programs("UTC")):
        pass


def ended(store: Store, identity: bytes) -> tuple[str, str | None]:
    with store.read() as connection:
        row = connection.execute(sa.select(session.c.status, session.c.outcome).where(session.c.id == identity)).one()
    return row.status, row.outcome


WAIT = {
    "callweave": 1, "name": "Wait", "languages": ["en"], "start": "w",
    "nodes": {
        "w": {
            "type": "wait_for", "config": {"what": "record", "when": "record.ward == 'b'"}, "outlets": {"received": "e"},
        },
        "e": {"type": "end", "config": {"outcome": "{{ record.ward }} {{ results.w.value | join: ',' }}"}},
    },
}  # fmt: skip


def test_a_session_begins_with_what_is_kept_at_that_moment_and_hears_of_changes(stores: Stores) -> None:
    store = prepared(stores)
    identity = begin(store, WAIT)
    put(store, V1 | {"tel": "13800000002"})  # while the start waits in the inbox
    serve(store)
    assert ended(store, identity)[0] == "waiting"
    put(store, V1 | {"tel": "13800000003"})
    serve(store)
    assert ended(store, identity)[0] == "waiting", "what it waits for has not come"
    put(store, V1 | {"tel": "13800000003", "ward": "b"})
    serve(store)
    assert ended(store, identity) == ("completed", "b ward")
    put(store, V1)
    assert sleeping.serve(store, Programs("UTC")) == [], "who has ended is told nothing"


def test_a_session_writes_into_its_record(stores: Stores) -> None:
    store = prepared(stores)
    waits, writes = begin(store, WAIT), begin(store, flow(update_record={"fields": {"ward": "b"}}))
    serve(store)
    assert ended(store, writes) == ("completed", "b 13800000001 P1")
    assert ended(store, waits) == ("completed", "b ward"), "another session about it is told"
    with store.begin() as connection:
        kept = records.by_keys(connection, "visit", ["V1"])["V1"]
        assert (kept.data["ward"], kept.version, kept.source) == ("b", 2, "session")
        [before] = records.history(connection, kept.id, before=None, limit=9)
    assert before.version == 1 and '"ward":"a"' in before.body


def test_what_does_not_fit_the_type_is_refused(stores: Stores) -> None:
    store = prepared(stores)
    wrong, key = (begin(store, flow(update_record={"fields": fields})) for fields in ({"ward": "x"}, {"no": "V2"}))
    serve(store)
    assert ended(store, wrong) == ("completed", "refused")
    assert ended(store, key) == ("completed", "refused")
    with store.read() as connection:
        kept = records.get(connection, "visit", "V1")
        row = connection.execute(sa.select(session.c.state).where(session.c.id == wrong)).one()
    assert kept is not None and kept.version == 1
    assert "'x' is not one of" in shown(row.state).runs[0].results["update_record"]["reason"]


def test_a_session_writes_into_its_contact_and_the_source_does_not_undo_it(stores: Stores) -> None:
    store = prepared(stores)
    identity = begin(store, flow(update_contact={"fields": {"phone": "13911111111"}}))
    serve(store)
    assert ended(store, identity) == ("completed", "a 13911111111 P1")
    put(store, V1 | {"ward": "b"})  # the source has the old number still, and says nothing new of it
    with store.read() as connection:
        rows = connection.execute(sa.select(contact_address.c.address, contact_address.c.current)).all()
    assert sorted(map(tuple, rows)) == [("+8613800000001", False), ("+8613911111111", True)]
    assert door(store, "visit").kind.phone == "tel"


def test_the_owner_of_a_call_writes_into_the_record_too(stores: Stores) -> None:
    """What a group commit of live sessions writes goes the same way."""
    from engine.events import SessionStarted
    from engine.host.commits import Committer, Entry
    from engine.host.turn import Held

    store = prepared(stores)
    flow_id = publish(store, flow(update_record={"fields": {"ward": "b"}}))
    program = Programs("UTC").get(store, flow_id, 1)
    with store.read() as connection:
        kept = records.get(connection, "visit", "V1")
    assert kept is not None
    held = Held(
        tenant="main", id=new_id(), flow_id=flow_id, version=1, program=program, contact={}, record=kept.data,
        owner=None, epoch=0, started_at=now_micros(), record_id=kept.id, contact_id=kept.contact_id,
    )  # fmt: skip
    turn = held.take(SessionStarted())
    assert turn is not None and held.answer(turn.commands[0]) is None
    committer = Committer(store, fenced=lambda: None)
    committer.add(Entry(held.writing()))
    committer.close()
    serve(store)
    assert ended(store, held.id)[1] == "b"
