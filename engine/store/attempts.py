"""Attempts: each session that a campaign has started for a member, once, with what became of it.

The row is written in the transaction that asks for its session, and its member and number are unique: whoever comes
second, after a crash or beside another, changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.campaigns.stops import FAILED
from engine.store.bulk import Select
from engine.store.ids import first_id
from engine.store.inserting import insert_new
from engine.store.tenant import attempt


class AttemptRow(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt. Times are microseconds; `seconds` is how long they talked, `cost` is in millionths.

    `not_after` is the end of the window it was started in: it is not dialled after that.
    """

    session_id: bytes
    campaign_id: bytes
    member_id: bytes
    number: int
    called: str
    address: str
    at: int
    not_after: int | None = None
    dialled_at: int | None = None
    fate: str | None = None
    cause: str | None = None
    rang: bool | None = None
    completed: bool | None = None
    outcome: str | None = None
    seconds: float | None = None
    cost: int | None = None
    settled_at: int | None = None
    ended_at: int | None = None


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an attempt now; `ended_at` once its session has ended."""

    session_id: bytes
    fate: str | None
    cause: str | None
    rang: bool
    completed: bool | None
    outcome: str | None
    seconds: float
    cost: int
    settled_at: int
    dialled_at: int | None
    ended_at: int | None


_COLUMNS = [attempt.c[name] for name in AttemptRow.__struct_fields__]
_OF_MEMBERS = Select(sa.select(*_COLUMNS), attempt.c.member_id)
_TOUCHES = Select(
    sa.select(
        attempt.c.address, attempt.c.campaign_id, attempt.c.member_id, attempt.c.at, attempt.c.dialled_at,
        attempt.c.fate, attempt.c.rang,
    ),
    attempt.c.address,
)  # fmt: skip


def session_of(campaign_id: bytes, member_id: bytes, number: int, *, at: int) -> bytes:
    """The id of an attempt's session: a UUIDv7 of its moment, the rest from which attempt it is."""
    digest = hashlib.sha256(b"attempt" + campaign_id + member_id + number.to_bytes(4, "big")).digest()
    head = (at // 1000).to_bytes(6, "big")
    return head + bytes([0x70 | digest[0] & 0x0F, digest[1], 0x80 | digest[2] & 0x3F]) + digest[3:10]


def begin(connection: sa.Connection, row: AttemptRow) -> bool:
    """Enter an attempt; False if the member has one of this number."""
    return insert_new(connection, attempt, msgspec.structs.asdict(row))


def open_ones(connection: sa.Connection, *, limit: int) -> list[AttemptRow]:
    """Those that are not settled, the oldest first."""
    statement = sa.select(*_COLUMNS).where(attempt.c.settled_at.is_(None)).order_by(attempt.c.session_id).limit(limit)
    return [AttemptRow(**row._mapping) for row in connection.execute(statement)]


def unended(connection: sa.Connection, *, after: bytes, limit: int) -> list[AttemptRow]:
    """Those that are settled and whose session goes on, from one on, the oldest first."""
    going_on = sa.and_(
        attempt.c.ended_at.is_(None), attempt.c.settled_at.is_not(None), attempt.c.session_id > after
    )  # fmt: skip
    statement = sa.select(*_COLUMNS).where(going_on).order_by(attempt.c.session_id).limit(limit)
    return [AttemptRow(**row._mapping) for row in connection.execute(statement)]


def settle(connection: sa.Connection, facts: Sequence[Settled]) -> None:
    """Write what is known of attempts."""
    for one in facts:
        values = msgspec.structs.asdict(one)
        mine = attempt.c.session_id == values.pop("session_id")
        connection.execute(attempt.update().where(mine).values(values))


def running(connection: sa.Connection) -> dict[bytes, int]:
    """How many attempts of each campaign are not settled."""
    grouped = sa.select(attempt.c.campaign_id, sa.func.count()).where(attempt.c.settled_at.is_(None))
    return {row[0]: row[1] for row in connection.execute(grouped.group_by(attempt.c.campaign_id))}


def recent(connection: sa.Connection, campaign_id: bytes, *, since: int) -> list[int]:
    """The moments of a campaign's starts since then."""
    lately = sa.and_(attempt.c.campaign_id == campaign_id, attempt.c.session_id >= first_id(since))
    return sorted(connection.scalars(sa.select(attempt.c.at).where(lately)))


def of_members(connection: sa.Connection, members: Collection[bytes]) -> dict[bytes, list[AttemptRow]]:
    """The attempts of these members, each one's in their order."""
    found: dict[bytes, list[AttemptRow]] = {}
    for values in _OF_MEMBERS.run(connection, list(members)):
        row = AttemptRow(**dict(zip(AttemptRow.__struct_fields__, values, strict=True)))
        found.setdefault(row.member_id, []).append(row)
    return {member: sorted(rows, key=lambda row: row.number) for member, rows in found.items()}


class Contacted(msgspec.Struct, frozen=True):
    """An attempt at an address, by whichever campaign."""

    address: str
    campaign_id: bytes
    member_id: bytes
    at: int
    dialled_at: int | None
    fate: str | None
    rang: bool | None


def at_addresses(connection: sa.Connection, addresses: Collection[str], *, since: int) -> list[Contacted]:
    """The attempts at these addresses since then, by all campaigns."""
    found = (Contacted(*row) for row in _TOUCHES.run(connection, list(addresses)))
    return [one for one in found if one.at >= since]


def by_session(connection: sa.Connection, session_id: bytes) -> AttemptRow | None:
    """The attempt whose session this is."""
    row = connection.execute(sa.select(*_COLUMNS).where(attempt.c.session_id == session_id)).one_or_none()
    return None if row is None else AttemptRow(**row._mapping)


def page(
    connection: sa.Connection, campaign_id: bytes, *, before: bytes | None, limit: int, fate: str | None = None,
    member_id: bytes | None = None,
) -> list[AttemptRow]:  # fmt: skip
    """A campaign's ledger, the newest first."""
    statement = sa.select(*_COLUMNS).where(attempt.c.campaign_id == campaign_id)
    if before is not None:
        statement = statement.where(attempt.c.session_id < before)
    if fate is not None:
        statement = statement.where(attempt.c.fate == fate)
    if member_id is not None:
        statement = statement.where(attempt.c.member_id == member_id)
    rows = connection.execute(statement.order_by(attempt.c.session_id.desc()).limit(limit))
    return [AttemptRow(**row._mapping) for row in rows]


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign's attempts have come to."""

    attempts: int
    under_way: int
    rang: int
    completed: int
    seconds: float
    cost: int
    fates: dict[str, int]
    lasted: float
    """Seconds that a settled attempt took, from its start until nobody was on the line."""


def totals(connection: sa.Connection, campaign_id: bytes) -> Totals:
    """The sums over a campaign's attempts."""
    columns: list[Any] = [
        attempt.c.fate, sa.func.count(), sa.func.sum(sa.case((attempt.c.rang, 1), else_=0)),
        sa.func.sum(sa.case((attempt.c.completed, 1), else_=0)), sa.func.sum(attempt.c.seconds),
        sa.func.sum(attempt.c.cost), sa.func.sum(sa.case((attempt.c.settled_at.is_(None), 1), else_=0)),
        sa.func.sum(attempt.c.settled_at - attempt.c.at), sa.func.count(attempt.c.settled_at),
    ]  # fmt: skip
    rows = connection.execute(
        sa.select(*columns).where(attempt.c.campaign_id == campaign_id).group_by(attempt.c.fate)
    ).all()
    settled = sum(row[8] for row in rows)
    return Totals(
        attempts=sum(row[1] for row in rows), under_way=sum(row[6] or 0 for row in rows),
        rang=sum(row[2] or 0 for row in rows), completed=sum(row[3] or 0 for row in rows),
        seconds=float(sum(row[4] or 0 for row in rows)), cost=int(sum(row[5] or 0 for row in rows)),
        fates={row[0]: row[1] for row in rows if row[0] is not None},
        lasted=float(sum(row[7] or 0 for row in rows)) / 1e6 / settled if settled else 0.0,
    )  # fmt: skip


def spent(connection: sa.Connection, campaign_id: bytes) -> int:
    """What a campaign's attempts have cost, in millionths."""
    summed = sa.select(sa.func.sum(attempt.c.cost)).where(attempt.c.campaign_id == campaign_id)
    return int(connection.scalar(summed) or 0)


def latest_fates(connection: sa.Connection, campaign_id: bytes, *, limit: int, but: Collection[str]) -> list[str]:
    """The fates of the latest attempts that follow no failure, the newest last, but for those of some causes."""
    counts = sa.or_(attempt.c.cause.is_(None), attempt.c.cause.not_in(list(but)))
    known = sa.and_(attempt.c.campaign_id == campaign_id, attempt.c.fate.is_not(None), counts)
    before = attempt.alias()
    after_failure = sa.exists().where(
        before.c.member_id == attempt.c.member_id, before.c.number == attempt.c.number - 1, before.c.fate.in_(FAILED)
    )
    newest = sa.select(attempt.c.fate).where(known, ~after_failure).order_by(attempt.c.session_id.desc()).limit(limit)
    return [fate for fate in connection.scalars(newest) if fate is not None][::-1]


def undialled(connection: sa.Connection, campaign_id: bytes) -> list[bytes]:
    """Sessions of a campaign's open attempts whose call was not dialled yet."""
    mine = sa.and_(attempt.c.campaign_id == campaign_id, attempt.c.settled_at.is_(None), attempt.c.dialled_at.is_(None))
    return list(connection.scalars(sa.select(attempt.c.session_id).where(mine)))


def of_campaign_open(connection: sa.Connection, campaign_id: bytes) -> list[bytes]:
    """Sessions of a campaign's attempts that are not settled."""
    mine = sa.and_(attempt.c.campaign_id == campaign_id, attempt.c.settled_at.is_(None))
    return list(connection.scalars(sa.select(attempt.c.session_id).where(mine)))
