"""Sessions as rows: revision and epoch keep a second writer out, and a due session is given to one worker."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from engine.store import Stores, new_id, sessions
from engine.store.outbox import OutboxRow
from engine.store.sessions import JournalRow, LegRow, SessionRow, Writing
from engine.store.tenant import journal, leg, outbox, session, waiting


def row(**changes: Any) -> SessionRow:
    """A session's row after its first turn."""
    made = SessionRow(
        id=new_id(), flow_id=new_id(), version=1, status="waiting", outcome=None, node="a", rev=1, state=b"one",
        contact=b"c", record=b"r", owner=None, owner_epoch=0, wake_at=None, started_at=1, updated_at=1, ended_at=None,
    )  # fmt: skip
    return replace(made, **changes)


def first(made: SessionRow, **changes: Any) -> Writing:
    """The writing that makes a session's row."""
    return replace(Writing(row=made, follows=None, journal=[turn(made)], legs={}), **changes)


def then(before: SessionRow, state: bytes, /, **changes: Any) -> Writing:
    """The writing of the next turn, which follows the revision of `before`."""
    after = replace(before, **{"rev": before.rev + 1, "state": state, "updated_at": before.rev + 1} | changes)
    return Writing(row=after, follows=before.rev, journal=[turn(after)], legs={})


def turn(made: SessionRow) -> JournalRow:
    return JournalRow(session_id=made.id, turn=made.rev, at=made.updated_at, body=made.state)


def written(stores: Stores, *writings: Writing, known: tuple[str, ...] = ()) -> list[bytes]:
    """Write as the host does: rolled back if a session is another's."""
    with stores.tenant("main").begin() as connection:
        lost = sessions.write(connection, writings, known)
        if lost:
            connection.rollback()
        return lost


def states(stores: Stores) -> dict[bytes, tuple[int, bytes]]:
    with stores.tenant("main").read() as connection:
        found = connection.execute(sa.select(session.c.id, session.c.rev, session.c.state))
        return {each.id: (each.rev, each.state) for each in found}


def all_of(stores: Stores, table: sa.Table, *columns: str) -> list[tuple[Any, ...]]:
    with stores.tenant("main").read() as connection:
        found = connection.execute(sa.select(*(table.c[name] for name in columns)).order_by(*table.primary_key))
        return [tuple(each) for each in found]


def test_a_group_is_written_with_everything_that_belongs_to_it(stores: Stores) -> None:
    made = [row(state=b"%d" % number) for number in range(50)]
    assert written(stores, *(first(each) for each in made)) == []
    party = LegRow(session_id=made[0].id, leg="chan-1", direction="in", caller="1", called="2", state="offered", started_at=1)
    asked = OutboxRow(id=new_id(), session_id=made[0].id, command_id="1", gateway="sms", state="due", body=b"b", attempts=0, due_at=1, updated_at=1)
    group = [then(each, b"next") for each in made] + [first(row(state=b"new"))]
    group[0] = replace(group[0], legs={"chan-1": party}, outbox=[asked], snapshot=True)
    group[0].row.contact = b"changed"
    assert written(stores, *group) == []
    assert sorted(states(stores).values()) == [(1, b"new")] + [(2, b"next")] * 50
    assert len(all_of(stores, journal, "turn")) == 101
    assert all_of(stores, outbox, "command_id", "state") == [("1", "due")]
    with stores.tenant("main").read() as connection:
        [loaded] = sessions.load(connection, [made[0].id]).values()
    assert (loaded.row, loaded.legs, loaded.last_turn) == (group[0].row, [party], b"next")
    gone = replace(then(group[0].row, b"end"), legs={"chan-1": replace(party, state="ended", ended_at=9, cause="normal")})
    assert written(stores, gone, known=("chan-1",)) == []
    assert all_of(stores, leg, "leg", "state", "ended_at", "cause") == [("chan-1", "ended", 9, "normal")]


@pytest.mark.parametrize("state", [b"theirs", b"ours"], ids=["another state", "the same state"])
def test_who_follows_an_old_revision_writes_nothing(stores: Stores, state: bytes) -> None:
    contested, beside = row(), row()
    written(stores, first(contested), first(beside))
    assert written(stores, then(contested, state)) == []
    lost = written(stores, then(contested, b"ours"), then(beside, b"beside"), first(row()))
    assert contested.id in lost
    assert states(stores) == {contested.id: (2, state), beside.id: (1, b"one")}
    assert len(all_of(stores, journal, "turn")) == 3


def test_who_is_late_for_one_session_is_told_of_that_one_alone(stores: Stores) -> None:
    """Beside it in the batch one has ended and one goes on; its row is another's, with another state."""
    contested, ends, goes_on = (row(state=state) for state in (b"contested", b"ends", b"goes on"))
    assert written(stores, first(contested), first(ends), first(goes_on)) == []
    assert written(stores, then(contested, b"another's")) == []
    group = then(contested, b"ours"), then(ends, b"ended", status="completed", ended_at=9), then(goes_on, b"on")
    assert written(stores, *group) == [contested.id]
    assert states(stores)[ends.id] == (1, b"ends")
    assert written(stores, *group[1:]) == []
    assert dict(all_of(stores, session, "id", "ended_at")) == {contested.id: None, goes_on.id: None, ends.id: 9}


def test_an_older_epoch_writes_nothing(stores: Stores) -> None:
    ours, others, free = row(owner="a", owner_epoch=3), row(owner="b", owner_epoch=3), row()
    written(stores, first(ours), first(others), first(free))
    with stores.tenant("main").begin() as connection:
        assert sessions.raise_epoch(connection, "a", 4) == 1
        assert sessions.raise_epoch(connection, "a", 4) == 0, "it is raised, never lowered"
        assert sessions.raise_epoch(connection, "a", 3) == 0
        assert [found.row.owner_epoch for found in sessions.owned(connection, "a")] == [4]
    assert written(stores, then(ours, b"late"), then(others, b"fine")) == [ours.id]
    assert written(stores, then(others, b"fine"), then(replace(ours, owner_epoch=4), b"mine")) == []
    assert states(stores)[ours.id] == (2, b"mine")


def test_what_a_session_waits_for_replaces_what_it_waited_for(stores: Stores) -> None:
    made, beside = row(), row()
    written(stores, first(made, listens=[("sms", "138"), ("sms", "138"), ("signal", "x")]), first(beside, listens=[("sms", "138")]))
    assert len(all_of(stores, waiting, "kind")) == 3
    written(stores, then(made, b"same"))
    assert len(all_of(stores, waiting, "kind")) == 3, "None leaves it"
    before = [("sms", "138"), ("sms", "138"), ("signal", "x")]
    written(stores, replace(then(replace(made, rev=2), b"other"), listens=[("record", "k" * 300)], listened=before))
    assert set(all_of(stores, waiting, "kind", "key", "session_id")) == {
        ("record", "k" * 200, made.id), ("sms", "138", beside.id),
    }  # fmt: skip
    written(stores, replace(then(replace(made, rev=3), b"none"), listens=[], listened=[("record", "k" * 300)]))
    assert all_of(stores, waiting, "session_id") == [(beside.id,)]
