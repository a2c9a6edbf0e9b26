"""Why was, or wasn't, this person contacted? All that was considered and done, in one line of time.

Nothing is reckoned anew but the last entry, which says what the rules say at this moment; all others were written down
when they happened: by the campaign's driver, by triggers, by sessions, by who came onto a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.calendars import Calendar
from engine.campaigns import decide
from engine.host.campaigns import rules
from engine.store import attempts, campaign_members, campaign_notes, campaigns, from_micros, made_at, to_micros, trails
from engine.store.attempts import AttemptRow
from engine.store.campaign_members import Member
from engine.store.campaign_notes import Note
from engine.store.campaigns import Campaign
from engine.store.trails import Trail


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was considered or done. `why` is a reason's code and values, where it was one."""

    at: int
    kind: str
    values: dict[str, Any] = {}
    why: dict[str, Any] | None = None
    campaign: bytes | None = None
    member: bytes | None = None
    session: bytes | None = None
    trigger: bytes | None = None


def of_member(
    connection: sa.Connection, campaign: Campaign, member: Member, calendars: Mapping[str, Calendar], *, zone: str,
    at: int,
) -> list[Entry]:  # fmt: skip
    """A member of one campaign."""
    rows = attempts.of_members(connection, [member.id]).get(member.id, [])
    trail = trails.find(connection, sessions=[row.session_id for row in rows], addresses=[member.address])
    entries = [
        *_of_campaigns(connection, [campaign.id]), *_of_members(connection, [member]), *_of_attempts(rows, member.id),
        *_of_trail(trail), *_now(connection, campaign, member, rows, calendars, zone, at),
    ]
    return _in_order(entries)


def of_contact(
    connection: sa.Connection, contact_id: bytes, *, keys: Sequence[str], addresses: Sequence[str],
    records: Sequence[bytes], calendars: Mapping[str, Calendar], zone: str, at: int,
) -> list[Entry]:  # fmt: skip
    """A person, over all campaigns and triggers."""
    members = campaign_members.of_person(connection, keys, addresses)
    theirs = campaigns.every(connection, {member.campaign_id for member in members})
    rows = attempts.of_members(connection, [member.id for member in members])
    sessions = [row.session_id for found in rows.values() for row in found]
    trail = trails.find(
        connection, sessions=sessions, contact_id=contact_id, addresses=addresses, records=records
    )
    entries = [*_of_campaigns(connection, list(theirs)), *_of_members(connection, members), *_of_trail(trail)]
    for member in members:
        his = rows.get(member.id, [])
        entries += _of_attempts(his, member.id)
        entries += _now(connection, theirs[member.campaign_id], member, his, calendars, zone, at)
    return _in_order(entries)


def _of_campaigns(connection: sa.Connection, ids: Sequence[bytes]) -> Iterable[Entry]:
    for note in campaign_notes.of_campaigns(connection, ids):
        yield _noted(note, "campaign")


def _of_members(connection: sa.Connection, members: Sequence[Member]) -> Iterable[Entry]:
    for member in members:
        yield Entry(at=made_at(member.id), kind="member.put_in", campaign=member.campaign_id, member=member.id)
    for note in campaign_notes.of_members(connection, [member.id for member in members]):
        yield _noted(note, "member")


def _noted(note: Note, of: str) -> Entry:
    values = {name: value for name, value in note.detail.items() if name != "why" and value is not None}
    return Entry(
        at=note.at, kind=f"{of}.{note.what}", values=values, why=note.detail.get("why"), campaign=note.campaign_id,
        member=note.member_id,
    )  # fmt: skip


def _of_attempts(rows: Sequence[AttemptRow], member: bytes) -> Iterable[Entry]:
    for row in rows:
        of: dict[str, Any] = {"campaign": row.campaign_id, "member": member, "session": row.session_id}
        yield Entry(at=row.at, kind="attempt.started", values={"number": row.number, "address": row.called}, **of)
        if row.ended_at is not None:
            values = {
                "number": row.number, "fate": row.fate, "cause": row.cause, "rang": bool(row.rang),
                "completed": bool(row.completed), "outcome": row.outcome,
            }  # fmt: skip
            yield Entry(at=row.ended_at, kind="attempt.ended", values=values, **of)


def _of_trail(trail: Trail) -> Iterable[Entry]:
    for one in trail.sessions:
        yield Entry(at=one.started_at, kind="session.began", values={"flow": one.flow}, session=one.id)
        if one.ended_at is not None:
            values = {"outcome": one.outcome or one.status, "status": one.status}
            yield Entry(at=one.ended_at, kind="session.ended", values=values, session=one.id)
    for leg in trail.legs:
        out = leg["direction"] == "out"
        values = {"address": leg["called"] if out else leg["caller"], "trunk": leg["trunk"] or ""}
        kind, of = "call.placed" if out else "call.came_in", leg["session_id"]
        yield Entry(at=leg["started_at"], kind=kind, values=values, session=of)
        if leg["answered_at"] is not None and out:
            yield Entry(at=leg["answered_at"], kind="call.answered", session=of)
        if leg["ended_at"] is not None:
            ended = {"fate": leg["fate"] or "answered", "cause": leg["cause"] or ""}
            yield Entry(at=leg["ended_at"], kind="call.ended", values=ended, session=of)
    for text in trail.messages:
        at = text["sent_at"] or text["queued_at"] or text["ended_at"] or made_at(text["id"])
        values = {"address": text["peer"], "state": text["state"], "medium": text["medium"], "reason": text["reason"]}
        yield Entry(at=at, kind=f"message.{text['direction']}", values=values, session=text["session_id"])
    for each in trail.consents:
        kind = "consent.given" if each["given"] else "consent.taken"
        values = {name: each[name] for name in ("address", "medium", "source", "reason")}
        yield Entry(at=each["at"], kind=kind, values=values)
    for start in trail.starts:
        of_record = {"record": start["record_id"]}
        yield Entry(
            at=start["at"], kind="trigger.started", values=of_record, session=start["session_id"],
            trigger=start["trigger_id"],
        )  # fmt: skip
    for planned in trail.plans:
        values = {"record": planned["record_id"], "fate": planned["fate"], "reason": planned["reason"]}
        kind = "plan.made" if planned["due_at"] is not None else "plan.ended"
        yield Entry(
            at=planned["moment"], kind=kind, values=values, session=planned["session_id"], trigger=planned["trigger_id"]
        )


def _now(
    connection: sa.Connection, campaign: Campaign, member: Member, rows: Sequence[AttemptRow],
    calendars: Mapping[str, Calendar], zone: str, at: int,
) -> Iterable[Entry]:  # fmt: skip
    """What the rules say at this moment of somebody who waits."""
    if member.state != "waiting" or campaign.state not in campaigns.OPEN:
        return
    policy = rules.policy_of(campaign)
    about = [] if member.record_id is None else [member.record_id]
    around = rules.around(connection, campaign, policy, [member.address], at=at, about=about)
    him = rules.person(campaign, member, rows, around, zone=zone)
    verdict = decide(policy, him, from_micros(at), calendar=rules.calendar_of(policy, calendars))
    reasons = rules.told(verdict.reasons)
    values = {"next_at": None if verdict.at is None else to_micros(verdict.at), "reasons": reasons}
    yield Entry(
        at=at, kind="member.now", values=values, why=reasons[-1], campaign=campaign.id, member=member.id
    )


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.at)
