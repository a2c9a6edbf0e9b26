"""An event put twice counts once, and two who claim never get the same row."""

from __future__ import annotations

import sqlalchemy as sa

from engine.events import SessionCancelled
from engine.store import Stores, inbox, new_id, tenant
from engine.store.inbox import Posted, Start

CANCEL = Posted(event=SessionCancelled(reason="enough"))


def session(connection: sa.Connection, owner: str | None) -> bytes:
    identity = new_id()
    connection.execute(
        tenant.session.insert().values(
            id=identity, flow_id=new_id(), version=1, status="running", rev=1, state=b"", owner=owner, owner_epoch=1,
            started_at=1, updated_at=1,
        )
    )  # fmt: skip
    return identity


def test_the_same_event_counts_once(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        put = [
            inbox.put(connection, session_id=new_id(), source="api", external_id=name, posted=CANCEL, at=1)
            for name in ("a", "a", "b")
        ]
        assert put == [True, False, True]
        assert len(inbox.claim(connection, at=2, until=9)) == 2


def test_a_claim_holds_until_its_end_and_done_for_ever(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        inbox.put(connection, session_id=new_id(), source="api", external_id="a", posted=CANCEL, at=1)
        [row] = inbox.claim(connection, at=10, until=20)
        assert row.posted == CANCEL
        assert inbox.claim(connection, at=15, until=25) == []
        assert inbox.claim(connection, at=21, until=31) == [row]
        inbox.done(connection, [row.id], at=22)
        assert inbox.claim(connection, at=99, until=120) == []


def test_an_owner_gets_its_own_sessions_rows_only(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        owned, free, unborn = session(connection, "engine-1"), session(connection, None), new_id()
        for number, identity in enumerate((owned, free, unborn)):
            inbox.put(connection, session_id=identity, source="api", external_id=str(number), posted=CANCEL, at=1)
        assert [row.session_id for row in inbox.claim(connection, at=2, until=9, owner="engine-1")] == [owned]
        assert inbox.claim(connection, at=2, until=9, owner="engine-2") == []
        assert [row.session_id for row in inbox.claim(connection, at=2, until=9)] == [free, unborn]


def test_rows_come_in_their_order_and_no_more_than_asked(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        for number in range(7):
            inbox.put(connection, session_id=new_id(), source="api", external_id=str(number), posted=CANCEL, at=1)
        first = inbox.claim(connection, at=2, until=9, limit=4)
        second = inbox.claim(connection, at=2, until=9, limit=4)
    assert [len(first), len(second)] == [4, 3]
    identities = [row.id for row in [*first, *second]]
    assert identities == sorted(identities)


def test_a_start_is_known_until_it_is_done(stores: Stores) -> None:
    start = Start(flow_id=new_id(), version=3, contact={"phone": "1"}, record={"a": [1, None]})
    identity = new_id()
    with stores.tenant("main").begin() as connection:
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=5)
        assert inbox.pending_start(connection, identity) == (start, 5)
        [row] = inbox.claim(connection, at=6, until=9)
        inbox.done(connection, [row.id], at=6)
        assert inbox.pending_start(connection, identity) is None
