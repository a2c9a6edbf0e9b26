"""Who is in campaigns: put there once, waiting for his moment, under way, done or left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Insert, Select
from engine.store.tenant import campaign, campaign_member

State = Literal["waiting", "under_way", "done", "left_out"]
STATES = ("waiting", "under_way", "done", "left_out")


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One person of one campaign. `key` is who he is, `address` where he is reached in the one spelling.

    `contact` and `record` are what his sessions get, as they were when the campaign was started; `fate` is that of his
    last attempt, `why` the reason for his state. A member that waits and has no `next_at` is not planned yet.
    """

    id: bytes
    campaign_id: bytes
    key: str
    place: int
    number: str
    address: str
    contact_id: bytes | None
    contact: dict[str, Any]
    record_id: bytes | None
    record: dict[str, Any]
    zone: str
    state: State
    next_at: int | None
    attempts: int
    fate: str | None
    why: dict[str, Any] | None
    updated_at: int


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of a member that was in the state `was`."""

    id: bytes
    was: State
    state: State
    next_at: int | None
    why: dict[str, Any] | None
    fate: str | None = None
    """None: as it was."""


_COLUMNS = [campaign_member.c[name] for name in Member.__struct_fields__]
_NEW = (
    "id", "campaign_id", "key", "place", "number", "address", "contact_id", "contact", "record_id", "record", "zone",
    "state", "next_at", "attempts", "updated_at",
)  # fmt: skip
_INSERT = Insert(campaign_member, _NEW, new_only=True)
_BY_ID = Select(sa.select(*_COLUMNS), campaign_member.c.id)
_pack = msgspec.msgpack.Encoder().encode


def add(connection: sa.Connection, members: Sequence[Member]) -> int:
    """Put them in, each person once; how many were new. Their `why` is set apart."""
    rows = [
        tuple(_pack(value) if isinstance(value, dict) else value for value in (getattr(one, name) for name in _NEW))
        for one in members
    ]
    count = _INSERT.run(connection, rows)
    for one in members:
        if one.why is not None:
            mine = sa.and_(campaign_member.c.id == one.id)
            connection.execute(campaign_member.update().where(mine).values(why=one.why))
    return count


def due(connection: sa.Connection, campaign_id: bytes, *, at: int, limit: int) -> list[Member]:
    """Those whose moment has come, who has waited longest first."""
    waiting = sa.and_(campaign_member.c.campaign_id == campaign_id, _is("waiting"), campaign_member.c.next_at <= at)
    order = (campaign_member.c.next_at, campaign_member.c.place)
    return _members(connection, sa.select(*_COLUMNS).where(waiting).order_by(*order).limit(limit))


def next_moment(connection: sa.Connection, campaign_id: bytes) -> int | None:
    """When the next of those who wait is due."""
    waiting = sa.and_(campaign_member.c.campaign_id == campaign_id, _is("waiting"))
    moment: int | None = connection.scalar(sa.select(sa.func.min(campaign_member.c.next_at)).where(waiting))
    return moment


def unplanned(connection: sa.Connection, campaign_id: bytes, *, after: int, limit: int) -> list[tuple[bytes, int, str]]:
    """Id, place and zone of members that wait for no moment yet, by their place."""
    mine = sa.and_(
        campaign_member.c.campaign_id == campaign_id, campaign_member.c.state == "waiting",
        campaign_member.c.next_at.is_(None), campaign_member.c.place > after,
    )  # fmt: skip
    columns = (campaign_member.c.id, campaign_member.c.place, campaign_member.c.zone)
    rows = connection.execute(sa.select(*columns).where(mine).order_by(campaign_member.c.place).limit(limit))
    return [(row.id, row.place, row.zone) for row in rows]


def plan(connection: sa.Connection, moments: Iterable[tuple[bytes, int]]) -> None:
    """Set the moments of members who have none."""
    statement = (
        campaign_member.update()
        .where(campaign_member.c.id == sa.bindparam("member"), campaign_member.c.state == "waiting")
        .values(next_at=sa.bindparam("moment"))
    )
    rows = [{"member": identity, "moment": moment} for identity, moment in moments]
    if rows:
        connection.execute(statement, rows)


def set_out(connection: sa.Connection, identity: bytes, *, number: int, at: int) -> bool:
    """His attempt of this number is under way; False if he does not wait for it any more."""
    mine = sa.and_(campaign_member.c.id == identity, _is("waiting"), campaign_member.c.attempts == number - 1)
    values: dict[str, Any] = {
        "state": "under_way", "attempts": number, "next_at": None, "why": None, "updated_at": at,
    }  # fmt: skip
    return bool(connection.execute(campaign_member.update().where(mine).values(values)).rowcount)


def change(connection: sa.Connection, changes: Sequence[Changed], *, at: int) -> int:
    """Write what has become of members; how many were as they had been read."""
    count = 0
    for one in changes:
        values: dict[str, Any] = {"state": one.state, "next_at": one.next_at, "why": one.why, "updated_at": at}
        if one.fate is not None:
            values["fate"] = one.fate
        mine = sa.and_(campaign_member.c.id == one.id, campaign_member.c.state == one.was)
        count += connection.execute(campaign_member.update().where(mine).values(values)).rowcount
    return count


def get(connection: sa.Connection, campaign_id: bytes, identity: bytes) -> Member | None:
    """A member of a campaign."""
    mine = sa.and_(campaign_member.c.campaign_id == campaign_id, campaign_member.c.id == identity)
    return next(iter(_members(connection, sa.select(*_COLUMNS).where(mine))), None)


def every(connection: sa.Connection, identities: Collection[bytes]) -> dict[bytes, Member]:
    """The members of these ids."""
    return {one.id: one for one in (_member(row) for row in _BY_ID.run(connection, list(identities)))}


def page(
    connection: sa.Connection, campaign_id: bytes, *, after: int | None, limit: int, state: str | None = None,
    address: str | None = None, fate: str | None = None,
) -> list[Member]:  # fmt: skip
    """Members in the order of the audience."""
    statement = sa.select(*_COLUMNS).where(campaign_member.c.campaign_id == campaign_id)
    for column, value in (("state", state), ("address", address), ("fate", fate)):
        if value is not None:
            statement = statement.where(campaign_member.c[column] == value)
    if after is not None:
        statement = statement.where(campaign_member.c.place > after)
    return _members(connection, statement.order_by(campaign_member.c.place).limit(limit))


def counts(connection: sa.Connection, campaign_id: bytes) -> dict[str, int]:
    """How many members are in each state."""
    grouped = (
        sa.select(campaign_member.c.state, sa.func.count())
        .where(campaign_member.c.campaign_id == campaign_id)
        .group_by(campaign_member.c.state)
    )
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in connection.execute(grouped)}


def last_moment(connection: sa.Connection, campaign_id: bytes) -> int | None:
    """When the last of those who wait is due."""
    waiting = sa.and_(campaign_member.c.campaign_id == campaign_id, _is("waiting"))
    moment: int | None = connection.scalar(sa.select(sa.func.max(campaign_member.c.next_at)).where(waiting))
    return moment


def left_by_zone(connection: sa.Connection, campaign_id: bytes) -> dict[str, int]:
    """How many are not done in each time zone."""
    left = sa.and_(
        campaign_member.c.campaign_id == campaign_id, campaign_member.c.state.in_(("waiting", "under_way"))
    )  # fmt: skip
    grouped = sa.select(campaign_member.c.zone, sa.func.count()).where(left).group_by(campaign_member.c.zone)
    return {row[0]: row[1] for row in connection.execute(grouped)}


def anybody_left(connection: sa.Connection, campaign_id: bytes) -> bool:
    """Whether somebody of a campaign waits, or is under way."""
    left = sa.and_(
        campaign_member.c.campaign_id == campaign_id, campaign_member.c.state.in_(("waiting", "under_way"))
    )  # fmt: skip
    return connection.execute(sa.select(campaign_member.c.id).where(left).limit(1)).first() is not None


def of_person(connection: sa.Connection, keys: Collection[str], addresses: Collection[str]) -> list[Member]:
    """All memberships of a person, by the keys and the addresses that he has."""
    his = sa.or_(campaign_member.c.key.in_(list(keys)), campaign_member.c.address.in_(list(addresses)))
    return _members(connection, sa.select(*_COLUMNS).where(his).order_by(campaign_member.c.id))


def coming(
    connection: sa.Connection, addresses: Collection[str], but: bytes
) -> list[tuple[str, bytes, bytes, int]]:
    """Address, campaign, member and moment of those that other running campaigns still mean to contact."""
    others = sa.and_(
        campaign_member.c.address.in_(list(addresses)), campaign_member.c.campaign_id != but, _is("waiting"),
        campaign_member.c.next_at.is_not(None), campaign.c.state == "running",
    )  # fmt: skip
    columns = (
        campaign_member.c.address, campaign_member.c.campaign_id, campaign_member.c.id, campaign_member.c.next_at,
    )  # fmt: skip
    joined = sa.select(*columns).join_from(campaign_member, campaign, campaign.c.id == campaign_member.c.campaign_id)
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(joined.where(others))]


def _is(state: str) -> sa.ColumnElement[bool]:
    """A state as a literal, for an index of those rows alone to be used."""
    return campaign_member.c.state == sa.literal(state, literal_execute=True)


def _members(connection: sa.Connection, statement: sa.Select[Any]) -> list[Member]:
    return [_member(tuple(row)) for row in connection.execute(statement)]


def _member(values: Sequence[Any]) -> Member:
    found = dict(zip(Member.__struct_fields__, values, strict=True))
    found["contact"] = msgspec.msgpack.decode(found["contact"])
    found["record"] = msgspec.msgpack.decode(found["record"])
    if isinstance(found["why"], (str, bytes)):  # read on the driver's own cursor
        found["why"] = msgspec.json.decode(found["why"])
    return Member(**found)
