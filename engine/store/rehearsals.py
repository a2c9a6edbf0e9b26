"""Rehearsals: asked for by the API, done by a worker, kept for a week.

A job is a hint; the row is the truth. Whoever takes a row notes it, and one that has been silent for a minute may be
taken again, three times at most. One that somebody stops is `stopping` until who has it in hand has written down what
there is so far; if nobody has, it is stopped at once. Whom a rehearsal was about is forgotten when it has ended: a
report counts people, and names them by their place in the audience.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.ids import new_id
from engine.store.tenant import rehearsal
from engine.store.times import SECOND

State = Literal["waiting", "running", "stopping", "done", "stopped", "failed"]
KEPT = 7 * 86_400 * SECOND
"""Microseconds."""
SILENT = 60 * SECOND
TRIES = 3
BY_SOMEBODY = {"code": "person", "values": {}}
"""Why one is stopped."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One rehearsal."""

    id: bytes
    flow_id: bytes | None
    """The flow of which a sample is played; None without one."""
    state: State
    share: float
    tries: int
    asked: dict[str, Any]
    report: dict[str, Any] | None
    why: dict[str, Any] | None
    created_at: int
    updated_at: int
    ended_at: int | None


def create(connection: sa.Connection, asked: dict[str, Any], flow_id: bytes | None, *, at: int) -> Kept:
    """Ask for one; old ones go."""
    connection.execute(rehearsal.delete().where(rehearsal.c.created_at < at - KEPT))
    made = Kept(
        id=new_id(), flow_id=flow_id, state="waiting", share=0.0, tries=0, asked=asked, report=None, why=None,
        created_at=at, updated_at=at, ended_at=None,
    )  # fmt: skip
    connection.execute(rehearsal.insert().values(msgspec.structs.asdict(made)))
    return made


def get(connection: sa.Connection, identity: bytes) -> Kept | None:
    """One of them."""
    row = connection.execute(sa.select(rehearsal).where(rehearsal.c.id == identity)).one_or_none()
    return None if row is None else Kept(**row._mapping)


def page(
    connection: sa.Connection, *, before: bytes | None, limit: int, unseen: Collection[bytes] = ()
) -> list[Kept]:  # fmt: skip
    """The newest first; none of `unseen` flows."""
    statement = sa.select(rehearsal).order_by(rehearsal.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(rehearsal.c.id < before)
    if unseen:
        statement = statement.where(sa.or_(rehearsal.c.flow_id.is_(None), rehearsal.c.flow_id.not_in(unseen)))
    return [Kept(**row._mapping) for row in connection.execute(statement)]


def wants_a_worker(one: Kept, *, at: int) -> bool:
    """Whether nobody is at it, as far as can be seen."""
    if one.state == "waiting":
        return True
    return one.state in ("running", "stopping") and one.updated_at < at - SILENT


def take(connection: sa.Connection, identity: bytes, *, at: int) -> Kept | None:
    """Begin it; None if somebody is at it, or it has ended. One that was begun too often has failed."""
    current = get(connection, identity)
    if current is None or not wants_a_worker(current, at=at):
        return None
    values: dict[str, Any] = {"state": "running", "share": 0.0, "tries": current.tries + 1, "updated_at": at}
    if current.state == "stopping":
        values = _ended("stopped", current.asked, why=BY_SOMEBODY, at=at)
    elif current.tries >= TRIES:
        values = _ended("failed", current.asked, why={"code": "interrupted"}, at=at)
    same = (rehearsal.c.id == identity, rehearsal.c.state == current.state, rehearsal.c.tries == current.tries)
    if connection.execute(rehearsal.update().where(*same).values(values)).rowcount != 1:
        return None
    return get(connection, identity) if values["state"] == "running" else None


def come_so_far(connection: sa.Connection, one: Kept, share: float, *, at: int) -> bool:
    """Note how far it is; whether to go on: nobody has stopped it, and no other has taken it."""
    connection.execute(rehearsal.update().where(*_mine(one)).values(share=share, updated_at=at))
    found = connection.execute(sa.select(rehearsal.c.id).where(*_mine(one), rehearsal.c.state == "running"))
    return found.one_or_none() is not None


def stop(connection: sa.Connection, identity: bytes, *, at: int) -> Kept | None:
    """Have it ended before its end; one that has ended stays as it is. None if there is none."""
    locked = sa.select(rehearsal).where(rehearsal.c.id == identity).with_for_update()
    row = connection.execute(locked).one_or_none()
    if row is None:
        return None
    current = Kept(**row._mapping)
    values: dict[str, Any] = {}
    if wants_a_worker(current, at=at):
        values = _ended("stopped", current.asked, why=BY_SOMEBODY, at=at)
    elif current.state == "running":
        values = {"state": "stopping"}
    if values:
        connection.execute(rehearsal.update().where(rehearsal.c.id == identity).values(values))
    return get(connection, identity)


def end(
    connection: sa.Connection, one: Kept, *, report: dict[str, Any] | None, why: dict[str, Any] | None, at: int
) -> None:  # fmt: skip
    """It has come to its end: with a report, or with the reason why there is none, or only a part of one."""
    state: State = "done" if report is not None else "failed"
    if why == BY_SOMEBODY:
        state = "stopped"
    values = _ended(state, one.asked, why=why, at=at) | {"report": report} | ({"share": 1.0} if state == "done" else {})
    connection.execute(rehearsal.update().where(*_mine(one)).values(values))


def _ended(state: State, asked: dict[str, Any], *, why: dict[str, Any] | None, at: int) -> dict[str, Any]:
    """Who was named one by one is forgotten."""
    audience = asked.get("audience") or {}
    if isinstance(audience.get("contacts"), list):
        asked = asked | {"audience": {"contacts": len(audience["contacts"])}}
    return {"state": state, "asked": asked, "why": why, "updated_at": at, "ended_at": at}


def _mine(one: Kept) -> tuple[sa.ColumnElement[bool], ...]:
    """The row, as long as it is this try's."""
    under_way = rehearsal.c.state.in_(("running", "stopping"))
    return rehearsal.c.id == one.id, under_way, rehearsal.c.tries == one.tries
