"""Start, pause, resume, stop and finish: each changes a campaign's state, with a note of who did it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.events import SessionCancelled
from engine.host.campaigns.beginning import SOURCE
from engine.host.campaigns.fates import STOPPED
from engine.store import Store, attempt_facts, attempts, campaign_members, campaign_notes, campaigns, flow_state, inbox
from engine.store.campaign_notes import Note
from engine.store.campaigns import Campaign, State
from engine.store.inbox import Posted

BATCH = 200


class WrongState(Exception):
    """The campaign is in a state in which this cannot be done."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class NotPublished(Exception):
    """Its flow has no published version, or begins no sessions."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def start(connection: sa.Connection, identity: bytes, *, by: str, at: int) -> Campaign:
    """Begin: from now on its audience is being frozen. Raises CampaignUnknown, WrongState, NotPublished."""
    campaign = campaigns.get(connection, identity, lock=True)
    if campaign.state != "draft":
        raise WrongState(campaign.state)
    flow = flow_state.standing(connection, campaign.flow_id)
    if flow.published is None:
        raise NotPublished("not_published")
    if flow.state != "active":
        raise NotPublished(flow.state)
    campaigns.change(
        connection, identity, at=at, state="running", version=flow.published, started_at=at, going_since=at
    )
    _note(connection, identity, "started", {"by": by, "version": flow.published}, at)
    return campaigns.get(connection, identity, whole=True)


def pause(connection: sa.Connection, identity: bytes, *, by: str, at: int) -> Campaign:
    """Begin nothing more, and dial nothing more; those who are on the line stay there."""
    return _move(connection, identity, "running", "paused", by=by, at=at)


def resume(connection: sa.Connection, identity: bytes, *, by: str, at: int) -> Campaign:
    """Go on where it was paused."""
    return _move(connection, identity, "paused", "running", by=by, at=at, going_since=at)


def _move(
    connection: sa.Connection, identity: bytes, was: State, state: State, *, by: str, at: int, **values: Any
) -> Campaign:
    if not campaigns.change(connection, identity, at=at, among=[was], state=state, **values):
        raise WrongState(campaigns.get(connection, identity).state)
    _note(connection, identity, "paused" if state == "paused" else "resumed", {"by": by}, at)
    return campaigns.get(connection, identity, whole=True)


def stop(
    store: Store, identity: bytes, *, why: dict[str, Any], by: str, at: int, ringing: bool = False,
    talking: bool = False,
) -> Campaign:  # fmt: skip
    """End it at once: nothing begins any more, what is not dialled is cancelled; also what rings, or all, if asked.

    The campaign's state is written first: from then on neither its driver nor a line takes on anything of it.
    """
    with store.begin() as connection:
        open_states: list[State] = ["draft", "running", "paused"]
        if not campaigns.change(connection, identity, at=at, among=open_states, state="stopped", why=why, ended_at=at):
            raise WrongState(campaigns.get(connection, identity).state)
        _note(connection, identity, "stopped", {"by": by, "why": why, "ringing": ringing, "talking": talking}, at)
    with store.read() as connection:
        on_their_way = attempts.of_campaign_open(connection, identity)
    for first in range(0, len(on_their_way), BATCH):
        some = on_their_way[first : first + BATCH]
        with store.begin() as connection:
            facts = attempt_facts.of(connection, some)
            wanted = [each for each in some if _is_meant(facts[each], ringing=ringing, talking=talking)]
            posted = Posted(event=SessionCancelled(reason=STOPPED))
            inbox.put_each(connection, [(each, SOURCE, f"{each.hex()}-{STOPPED}", posted) for each in wanted], at=at)
    with store.read() as connection:
        return campaigns.get(connection, identity, whole=True)


def _is_meant(facts: attempt_facts.Facts, *, ringing: bool, talking: bool) -> bool:
    if facts.ended_at is not None:
        return False
    live = [each for each in facts.legs if each.ended_at is None]
    if not live:
        return facts.status is None or not facts.legs
    return talking or (ringing and all(each.answered_at is None for each in live))


def finish(store: Store, identity: bytes, *, at: int) -> bool:
    """Call it finished if nobody waits and nobody is under way; whether it is."""
    with store.read() as connection:
        if campaign_members.anybody_left(connection, identity):
            return False
    with store.begin() as connection:
        if campaign_members.anybody_left(connection, identity):
            return False
        if campaigns.change(connection, identity, at=at, among=["running"], state="finished", ended_at=at):
            _note(connection, identity, "finished", {}, at)
    return True


def cancel_member(connection: sa.Connection, campaign_id: bytes, member_id: bytes, *, by: str, at: int) -> str | None:
    """Take somebody out: he is not contacted again. His state before; None if there is no such member."""
    member = campaign_members.get(connection, campaign_id, member_id)
    if member is None:
        return None
    if member.state == "waiting":
        why = {"code": "cancelled", "values": {}}
        state: campaign_members.State = "done" if member.attempts else "left_out"
        changed = campaign_members.Changed(id=member_id, was="waiting", state=state, next_at=None, why=why)
        if campaign_members.change(connection, [changed], at=at):
            note = Note(campaign_id=campaign_id, member_id=member_id, at=at, what="taken_out", detail={"by": by})
            campaign_notes.add(connection, [note])
    return member.state


def _note(connection: sa.Connection, identity: bytes, what: str, detail: dict[str, Any], at: int) -> None:
    campaign_notes.add(connection, [Note(campaign_id=identity, member_id=None, at=at, what=what, detail=detail)])

