"""How a campaign's people stand, how its sessions ended, and how many attempts it began in each minute of late."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.ids import first_id
from engine.store.tenant import attempt, campaign_member
from engine.store.times import SECOND

MINUTE = 60 * SECOND
MOST_OUTCOMES = 50


class Stand(msgspec.Struct, frozen=True):
    """So many people in one state; `tried` says whether they were contacted before, `fate` how that went last."""

    state: str
    tried: bool
    fate: str | None
    people: int


class Outcome(msgspec.Struct, frozen=True):
    """So many people whose last attempt's session ended so."""

    outcome: str
    completed: bool
    sessions: int


def people(connection: sa.Connection, campaign_id: bytes) -> list[Stand]:
    """The members of a campaign by how they stand."""
    tried = campaign_member.c.attempts > sa.literal(0, literal_execute=True)
    grouping = (campaign_member.c.state, tried, campaign_member.c.fate)
    mine = campaign_member.c.campaign_id == campaign_id
    rows = connection.execute(sa.select(*grouping, sa.func.count()).where(mine).group_by(*grouping))
    return [Stand(row[0], bool(row[1]), row[2], row[3]) for row in rows]


def outcomes(connection: sa.Connection, campaign_id: bytes) -> list[Outcome]:
    """How the sessions of a campaign have ended, the most frequent first."""
    mine = sa.and_(attempt.c.campaign_id == campaign_id, attempt.c.outcome.is_not(None))
    grouping, counted = (attempt.c.outcome, attempt.c.completed), sa.func.count()
    grouped = sa.select(*grouping, counted).where(mine).group_by(*grouping).order_by(counted.desc())
    return [Outcome(row[0], bool(row[1]), row[2]) for row in connection.execute(grouped.limit(MOST_OUTCOMES))]


def minutes(connection: sa.Connection, campaign_id: bytes, *, since: int) -> dict[int, int]:
    """Attempts of a campaign by the minute in which they began."""
    minute = attempt.c.at - attempt.c.at % sa.literal(MINUTE, literal_execute=True)
    lately = sa.and_(attempt.c.campaign_id == campaign_id, attempt.c.session_id >= first_id(since))
    rows = connection.execute(sa.select(minute, sa.func.count()).where(lately).group_by(minute))
    return {int(row[0]): row[1] for row in rows}
