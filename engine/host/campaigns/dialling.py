"""The gate between a campaign's sessions and the line: the pace holds where calls are placed, not where they are asked.

Between a session's start and its call lie a worker, the outbox and a trunk; after an outage what has gathered there
would leave at once. So the transaction that claims a call asks here: calls of one campaign are spaced by its rate, by a
moment in its row that no restart forgets; a call whose window has closed is not placed, nor one of a campaign that is
paused or stopped. A session that calls once more, days later, gets a place among the calls at once like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa

from engine.calendars import Calendar
from engine.campaigns import Pacer
from engine.campaigns.windows import closed
from engine.events import SessionCancelled
from engine.host.campaigns import rules
from engine.host.campaigns.beginning import SOURCE
from engine.host.campaigns.fates import STOPPED, TOO_LATE
from engine.store import attempts, calls, campaign_dials, campaign_members, campaigns, inbox
from engine.store.attempts import AttemptRow
from engine.store.campaigns import Campaign
from engine.store.inbox import Posted
from engine.store.outbox import OutboxRow
from engine.store.times import SECOND, from_micros, to_micros

EARLY = SECOND // 20
"""Microseconds by which a call may be before its moment, for looks are not exact."""
AGAIN = SECOND
"""Microseconds after which a call is looked at again whose campaign is paused, or has no place."""


class NotYet(msgspec.Struct, frozen=True):
    """The call is not to be placed before this moment."""

    until: int


class Never(msgspec.Struct, frozen=True):
    """The call is not to be placed: its session is cancelled with this word."""

    word: str


def admit(
    connection: sa.Connection, session_id: bytes, calendars: Mapping[str, Calendar], *, zone: str, at: int
) -> NotYet | Never | None:
    """Whether a session's call may be placed now; noted in this transaction if it may. None for yes."""
    row = attempts.by_session(connection, session_id)
    if row is None:
        return None
    campaign = campaigns.get(connection, row.campaign_id, lock=True)
    first = row.dialled_at is None
    if campaign.state == "stopped" and first:
        return Never(STOPPED)
    if first and row.not_after is not None and at > row.not_after:
        return Never(TOO_LATE)
    if campaign.state == "paused":
        return NotYet(at + AGAIN)
    policy = rules.policy_of(campaign)
    pacer = Pacer(policy.pace, from_micros(campaign.going_since or at))
    if not first and (shut := _closed(connection, campaign, row, calendars, zone, at)) is not None:
        return shut
    if row.settled_at is not None:
        most = pacer.lines(from_micros(at))
        if most is not None and attempts.running(connection).get(campaign.id, 0) >= most:
            return NotYet(at + AGAIN)
    gap = _gap(campaign, at)
    if gap and campaign.next_dial_at > at + EARLY:
        return NotYet(campaign.next_dial_at)
    campaign_dials.dialled(connection, row, max(at, campaign.next_dial_at) + gap, at=at)
    return None


def _closed(
    connection: sa.Connection, campaign: Campaign, row: AttemptRow, calendars: Mapping[str, Calendar], zone: str,
    at: int,
) -> NotYet | None:  # fmt: skip
    """A session's later calls keep to the windows as well: they wait for the next one."""
    policy = rules.policy_of(campaign)
    member = campaign_members.get(connection, campaign.id, row.member_id)
    here = rules.zone_of(member.zone if member is not None else zone, zone)
    reason = closed(policy, rules.calendar_of(policy, calendars), here, from_micros(at))
    if reason is None:
        return None
    return NotYet(at + 3600 * SECOND if reason.until is None else to_micros(reason.until))


def refuse(connection: sa.Connection, row: OutboxRow, word: str, *, at: int) -> None:
    """The call is not placed any more: its row ends, and its session is cancelled."""
    if calls.end(connection, row.id, "cancelled", at=at, reason=word):
        inbox.put(
            connection, session_id=row.session_id, source=SOURCE, external_id=f"{row.session_id.hex()}-{word}",
            posted=Posted(event=SessionCancelled(reason=word)), at=at,
        )  # fmt: skip


def next_ones(connection: sa.Connection, rows: Sequence[OutboxRow], *, at: int) -> tuple[list[OutboxRow], int | None]:
    """Those of the calls that are due which may be placed by now, and when the first of the others may: a look.

    What it lets through is asked again where it is claimed.
    """
    whose = campaign_dials.campaigns_of(connection, [row.session_id for row in rows])
    if not whose:
        return list(rows), None
    there = campaigns.every(connection, set(whose.values()))
    moments = {identity: max(at, campaign.next_dial_at) for identity, campaign in there.items()}
    kept, held = list[OutboxRow](), list[int]()
    for row in rows:
        campaign = there.get(whose.get(row.session_id, b""))
        if campaign is None:
            kept.append(row)
        elif campaign.state == "paused":
            held.append(at + AGAIN)
        elif moments[campaign.id] <= at + EARLY:
            kept.append(row)
            moments[campaign.id] += _gap(campaign, at)
        else:
            held.append(moments[campaign.id])
    return kept, min(held, default=None)


def _gap(campaign: Campaign, at: int) -> int:
    """Microseconds between two of its calls."""
    rate = Pacer(rules.policy_of(campaign).pace, from_micros(campaign.going_since or at)).rate(from_micros(at))
    return 0 if rate is None else int(SECOND / rate)
