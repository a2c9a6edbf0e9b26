"""Whose turn it is: the members whose moment has come are put to the rules, and those whom nothing holds back set out.

An attempt's row, its member's state and the start in the inbox are one transaction, and the session's id follows from
the attempt; so a driver that dies, or a second one, starts nobody twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from engine.calendars import Calendar
from engine.campaigns import decide
from engine.host.campaigns import rules
from engine.store import Store, attempts, campaign_members, campaign_notes, campaigns, flow_state, inbox, starts
from engine.store.attempts import AttemptRow
from engine.store.campaign_members import Changed, Member
from engine.store.campaign_notes import Note
from engine.store.campaigns import Campaign
from engine.store.inbox import Start
from engine.store.starts import CannotStart
from engine.store.times import SECOND, from_micros, to_micros

SOURCE = "campaign"
SPARE = 10
"""Members that are put to the rules in one look besides those who may set out."""
LOOKED_AT = 200
"""The same where the last look held many back."""
BUSY_FOR = 600 * SECOND
"""Microseconds after which somebody is looked at again who has as many sessions as are allowed."""


class Looked(msgspec.Struct):
    """What one look at those who are due came to."""

    chosen: list[Member] = []
    held_back: list[Changed] = []


def look(
    store: Store, campaign: Campaign, calendars: Mapping[str, Calendar], *, most: int, at: int, many: bool = False
) -> Looked:
    """Who may set out now, at most so many, and who is held back; nothing is written. `many`: look at more of them."""
    policy = rules.policy_of(campaign)
    calendar = rules.calendar_of(policy, calendars)
    now = from_micros(at)
    with store.read() as connection:
        due = campaign_members.due(connection, campaign.id, at=at, limit=max(most, LOOKED_AT) if many else most + SPARE)
        histories = attempts.of_members(connection, [member.id for member in due if member.attempts])
        around = rules.around(
            connection, campaign, policy, {member.address for member in due}, at=at,
            about={member.record_id for member in due if member.record_id is not None},
        )  # fmt: skip
    looked = Looked(chosen=[], held_back=[])
    addresses: set[str] = set()
    for member in due:
        if len(looked.chosen) >= most:
            break
        if policy.cap is not None and member.address in addresses:
            continue  # the one that sets out now is a touch that the next look sees
        him = rules.person(campaign, member, histories.get(member.id, ()), around, zone=store.time_zone)
        verdict = decide(policy, him, now, calendar=calendar)
        if verdict.at is not None and verdict.at <= now:
            looked.chosen.append(member)
            addresses.add(member.address)
            continue
        reasons = rules.told(verdict.reasons)
        why = {**reasons[-1], "reasons": reasons}
        looked.held_back.append(
            Changed(
                id=member.id, was="waiting", why=why, next_at=None if verdict.at is None else to_micros(verdict.at),
                state="waiting" if verdict.at is not None else "done" if member.attempts else "left_out",
            )
        )  # fmt: skip
    return looked


def hold_back(store: Store, campaign: Campaign, held_back: Sequence[Changed], *, at: int) -> None:
    """Write who has to wait, or is never contacted, and why."""
    with store.begin() as connection:
        campaign_members.change(connection, held_back, at=at)
        campaign_notes.add(connection, [_note(campaign, one, at) for one in held_back])


def set_out(
    store: Store, campaign: Campaign, chosen: Sequence[Member], calendars: Mapping[str, Calendar], *, at: int,
    may_act: Callable[[], bool],
) -> int:  # fmt: skip
    """Start their sessions, each once; how many were started."""
    policy = rules.policy_of(campaign)
    calendar = rules.calendar_of(policy, calendars)
    began = 0
    with store.begin() as connection:
        current = campaigns.get(connection, campaign.id, lock=True)
        if current.state != "running" or current.version is None or not may_act():
            return 0
        flow = flow_state.standing(connection, current.flow_id)
        for member in chosen:
            try:
                starts.admitted(connection, flow, member.contact)
            except CannotStart as refusal:
                if refusal.word != "too_many":
                    return began
                _put_off(connection, current, member, at)
                continue
            number = member.attempts + 1
            if not campaign_members.set_out(connection, member.id, number=number, at=at):
                continue
            session_id = attempts.session_of(current.id, member.id, number, at=at)
            zone = rules.zone_of(member.zone, store.time_zone)
            row = AttemptRow(
                session_id=session_id, campaign_id=current.id, member_id=member.id, number=number, at=at,
                called=member.number, address=member.address,
                not_after=rules.window_end(policy, calendar, zone, at),
            )  # fmt: skip
            if not attempts.begin(connection, row):
                continue
            start = Start(
                flow_id=current.flow_id, version=current.version, contact=member.contact, record=member.record,
                expires_at=flow.expires_at(at), record_id=member.record_id, contact_id=member.contact_id,
            )  # fmt: skip
            inbox.put_start(connection, session_id=session_id, source=SOURCE, start=start, at=at)
            began += 1
    return began


def _put_off(connection: sa.Connection, campaign: Campaign, member: Member, at: int) -> None:
    why = {"code": "too_many_sessions", "values": {}, "until": at + BUSY_FOR}
    changed = Changed(id=member.id, was="waiting", state="waiting", next_at=at + BUSY_FOR, why=why)
    campaign_members.change(connection, [changed], at=at)
    campaign_notes.add(connection, [_note(campaign, changed, at)])


def _note(campaign: Campaign, changed: Changed, at: int) -> Note:
    detail = {"why": changed.why, "next_at": changed.next_at}
    what = "held_back" if changed.state == "waiting" else "left_out" if changed.state == "left_out" else "done"
    return Note(campaign_id=campaign.id, member_id=changed.id, at=at, what=what, detail=detail)
