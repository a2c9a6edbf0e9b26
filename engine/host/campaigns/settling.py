"""Learning what became of attempts, and deciding with the pure rules what follows for each member.

Two things are learnt apart. An attempt is *settled* once nobody of it is on the line: its place among the calls at once
is free. It has *ended* with its session, which may go on for days after the call; only then is it known whether the
person was led to the end, and only then is there another attempt, for nobody is to be in one campaign twice at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.calendars import Calendar
from engine.campaigns import Done, Retry, after_attempt
from engine.host.campaigns import fates, rules
from engine.host.campaigns.fates import CallNodes
from engine.store import Store, attempt_facts, attempts, campaign_members, campaign_notes
from engine.store.attempts import AttemptRow, Settled
from engine.store.campaign_members import Changed, Member
from engine.store.campaign_notes import Note
from engine.store.campaigns import Campaign
from engine.store.times import to_micros

BATCH = 100


def settle(
    store: Store, rows: Sequence[AttemptRow], campaigns: Mapping[bytes, Campaign], calendars: Mapping[str, Calendar],
    call_nodes: CallNodes, *, at: int, pause: Callable[[Store], None],
) -> int:  # fmt: skip
    """Look at these attempts, and write what is new of them; how many."""
    count = 0
    for first in range(0, len(rows), BATCH):
        some = rows[first : first + BATCH]
        with store.read() as connection:
            facts = attempt_facts.of(connection, [row.session_id for row in some])
        news = [
            found
            for row in some
            if row.campaign_id in campaigns
            and (found := _news(row, facts[row.session_id], campaigns[row.campaign_id], call_nodes, at)) is not None
        ]
        if not news:
            continue
        by_id = {row.session_id: row for row in some}
        ended = {by_id[one.session_id].member_id for one in news if one.ended_at is not None}
        with store.begin() as connection:
            attempts.settle(connection, news)
            members = campaign_members.every(connection, ended)
            histories = attempts.of_members(connection, ended)
            follows = [
                _follows(campaigns[member.campaign_id], member, histories[member.id], calendars, zone=store.time_zone)
                for member in members.values()
                if member.state == "under_way" and member.campaign_id in campaigns
            ]
            campaign_members.change(connection, follows, at=at)
            campaign_notes.add(connection, [_note(members[one.id], one, at) for one in follows])
        count += len(news)
        pause(store)
    return count


def _news(
    row: AttemptRow, facts: attempt_facts.Facts, campaign: Campaign, call_nodes: CallNodes, at: int
) -> Settled | None:
    found = fates.settled(row, facts, rules.settings_of(campaign), call_nodes, at=at)
    if found is None or (row.settled_at is not None and found.ended_at is None):
        return None
    return found


def _follows(
    campaign: Campaign, member: Member, history: Sequence[AttemptRow], calendars: Mapping[str, Calendar], *, zone: str
) -> Changed:
    """What follows a member's last attempt."""
    policy = rules.policy_of(campaign)
    found = after_attempt(
        policy, [rules.attempt_of(row) for row in history], zone=rules.zone_of(member.zone, zone),
        calendar=rules.calendar_of(policy, calendars),
    )  # fmt: skip
    fate = history[-1].fate
    if isinstance(found, Done):
        why = rules.told([found.reason])[-1]
        return Changed(id=member.id, was="under_way", state="done", next_at=None, why=why, fate=fate)
    if campaign.state == "stopped":
        why = {"code": "campaign_stopped", "values": {}}
        return Changed(id=member.id, was="under_way", state="done", next_at=None, why=why, fate=fate)
    return _again(member, found, fate)


def _again(member: Member, found: Retry, fate: str | None) -> Changed:
    why = {**rules.told(found.reasons)[-1], "reasons": rules.told(found.reasons)}
    return Changed(id=member.id, was="under_way", state="waiting", next_at=to_micros(found.at), why=why, fate=fate)


def _note(member: Member, changed: Changed, at: int) -> Note:
    detail = {"attempt": member.attempts, "why": changed.why, "next_at": changed.next_at}
    what = "retry" if changed.state == "waiting" else "done"
    return Note(campaign_id=member.campaign_id, member_id=member.id, at=at, what=what, detail=detail)

