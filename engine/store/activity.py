"""What was called, sent and begun within a period, summed by quarters of an hour and read off indexes of times.

The zones of the world differ by whole quarters of an hour, so whoever shows hours or days makes them of these. `but`
are flows of which nothing is counted.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.ids import first_id
from engine.store.tenant import leg, message, session
from engine.store.times import SECOND
from engine.store.walked_flows import of_none

QUARTER = 900 * SECOND
MOST_SESSIONS = 50_000
"""Of a period the newest so many sessions are looked at: their rows are large."""
GOOD_LOSS, GOOD_JITTER = 10, 30_000
"""Tenths of a percent lost and microseconds of jitter, up to which a call is heard well."""


class Calls(msgspec.Struct, frozen=True):
    """Calls that began in a quarter: of one direction and fate. `rang` are the seconds until those were answered.

    Given up are those that ended before anybody answered.
    """

    at: int
    direction: str
    fate: str | None
    calls: int
    answered: int
    given_up: int
    talked: float
    rang: float


class Heard(msgspec.Struct, frozen=True):
    """How calls of a quarter were heard, of those that know: sums of tenths of a percent, and of microseconds."""

    at: int
    calls: int
    good: int
    loss: int
    jitter: int
    round_trip: int
    trips: int


class OfTrunk(msgspec.Struct, frozen=True):
    """Calls out by one trunk."""

    trunk: str
    calls: int
    answered: int
    failed: int


class Texts(msgspec.Struct, frozen=True):
    """Messages that were asked for, or came in, in a quarter."""

    at: int
    direction: str
    medium: str
    state: str
    count: int


class Ended(msgspec.Struct, frozen=True):
    """Sessions that began in a quarter, by what became of them."""

    at: int
    status: str
    outcome: str | None
    count: int


def calls(
    connection: sa.Connection, *, since: int, until: int, flow_id: bytes | None = None, but: Collection[bytes] = ()
) -> list[Calls]:
    """Calls of a period, those of one flow if asked for."""
    quarter = _quarter(leg.c.started_at)
    talked = sa.func.sum((leg.c.ended_at - leg.c.answered_at) / sa.literal(SECOND, literal_execute=True))
    rang = sa.func.sum((leg.c.answered_at - leg.c.started_at) / sa.literal(SECOND, literal_execute=True))
    unanswered = sa.case((leg.c.answered_at.is_(None), leg.c.ended_at))
    counts = (sa.func.count(), sa.func.count(leg.c.answered_at), sa.func.count(unanswered))
    statement = sa.select(quarter, leg.c.direction, leg.c.fate, *counts, talked, rang)
    grouped = _legs(statement, since, until, flow_id, but).group_by(quarter, leg.c.direction, leg.c.fate)
    return [
        Calls(int(row[0]), row[1], row[2], row[3], row[4], row[5], float(row[6] or 0), float(row[7] or 0))
        for row in connection.execute(grouped)
    ]


def heard(
    connection: sa.Connection, *, since: int, until: int, flow_id: bytes | None = None, but: Collection[bytes] = ()
) -> list[Heard]:
    """How the calls of a period were heard."""
    quarter, worst = _quarter(leg.c.started_at), sa.func.coalesce(leg.c.loss_in, 0)
    jitter, trip = sa.func.coalesce(leg.c.jitter_in, 0), sa.func.coalesce(leg.c.round_trip, 0)
    good = sa.case((sa.and_(worst <= GOOD_LOSS, jitter <= GOOD_JITTER), 1), else_=0)
    sums = [sa.func.sum(each) for each in (good, worst, jitter, trip)]
    statement = sa.select(quarter, sa.func.count(), *sums, sa.func.count(leg.c.round_trip))
    known = sa.or_(leg.c.loss_in.is_not(None), leg.c.jitter_in.is_not(None))
    grouped = _legs(statement, since, until, flow_id, but).where(known).group_by(quarter)
    return [Heard(*(int(value or 0) for value in row)) for row in connection.execute(grouped)]


def by_trunk(
    connection: sa.Connection, *, since: int, until: int, flow_id: bytes | None = None, but: Collection[bytes] = ()
) -> list[OfTrunk]:
    """Calls out of a period by their trunk."""
    failed = sa.func.sum(sa.case((leg.c.fate == "failed", 1), else_=0))
    statement = sa.select(leg.c.trunk, sa.func.count(), sa.func.count(leg.c.answered_at), failed)
    out = _legs(statement, since, until, flow_id, but).where(leg.c.direction == "out", leg.c.trunk.is_not(None))
    return [OfTrunk(row[0], row[1], row[2], int(row[3] or 0)) for row in connection.execute(out.group_by(leg.c.trunk))]


def texts(connection: sa.Connection, *, since: int, until: int, but: Collection[bytes] = ()) -> list[Texts]:
    """Messages of a period."""
    moment = sa.func.coalesce(message.c.queued_at, message.c.sending_at, message.c.sent_at, message.c.ended_at)
    quarter = _quarter(sa.func.coalesce(moment, sa.literal(since, literal_execute=True)))
    grouping = (quarter, message.c.direction, message.c.medium, message.c.state)
    within = sa.and_(message.c.id >= first_id(since), message.c.id < first_id(until))
    counted = sa.select(*grouping, sa.func.count()).where(within, of_none(message.c.session_id, but))
    grouped = counted.group_by(*grouping)
    return [Texts(int(row[0]), *row[1:]) for row in connection.execute(grouped)]


def sessions(
    connection: sa.Connection, *, since: int, until: int, flow_id: bytes | None = None, but: Collection[bytes] = ()
) -> list[Ended]:
    """Sessions that began in a period, the newest `MOST_SESSIONS` of them."""
    within = [session.c.id >= first_id(since), session.c.id < first_id(until)]
    if flow_id is not None:
        within.append(session.c.flow_id == flow_id)
    if but:
        within.append(session.c.flow_id.not_in(but))
    columns = (session.c.started_at, session.c.status, session.c.outcome)
    newest = sa.select(*columns).where(*within).order_by(session.c.id.desc()).limit(MOST_SESSIONS).subquery()
    grouping = (_quarter(newest.c.started_at), newest.c.status, newest.c.outcome)
    grouped = sa.select(*grouping, sa.func.count()).group_by(*grouping)
    return [Ended(int(row[0]), *row[1:]) for row in connection.execute(grouped)]


def _quarter(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The beginning of a moment's quarter; its numbers are literals, so that it is the same where rows are grouped."""
    return moment - moment % sa.literal(QUARTER, literal_execute=True)


def _legs(
    statement: sa.Select[Any], since: int, until: int, flow_id: bytes | None, but: Collection[bytes]
) -> sa.Select[Any]:
    within = statement.where(leg.c.started_at >= since, leg.c.started_at < until)
    if but:
        within = within.where(of_none(leg.c.session_id, but))
    if flow_id is None:
        return within
    return within.join_from(leg, session, session.c.id == leg.c.session_id).where(session.c.flow_id == flow_id)
