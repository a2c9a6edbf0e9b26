"""Starts by triggers: many at once, each once, as far as the flow and the contact admit them.

A start is a row of the inbox, and a row that says for what it is the only one; both are written in the transaction of
whoever asks, so that what is started is started exactly once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.contact_key import contact_key
from engine.events import SessionStarted
from engine.records.change import Change
from engine.store import inbox, new_id, started
from engine.store.bound_triggers import Bound
from engine.store.bulk import Select
from engine.store.flow_state import LIVE_PER_CONTACT
from engine.store.ids import new_ids
from engine.store.inbox import Posted, Start
from engine.store.started import Started
from engine.store.tenant import session
from engine.triggers import refusals
from engine.triggers.config import Once
from engine.triggers.once import once_key
from engine.triggers.scope import Look

SOURCE = "trigger"
_LIVE = Select(
    sa.select(session.c.contact_key, session.c.flow_id, sa.func.count())
    .where(session.c.ended_at.is_(None))
    .group_by(session.c.contact_key, session.c.flow_id),
    session.c.contact_key,
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A start that a trigger wants; `what` says for what it is the only one."""

    trigger: Bound
    what: str
    about: Change | None = None
    """The record, and whom it is about."""


class Began(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: the session, or why there is none."""

    session_id: bytes | None = None
    reason: str | None = None


def wanted(trigger: Bound, once: Once | None, about: Change, look: Look, otherwise: str) -> Wanted:
    """A start for a record; `otherwise` is what it is the only one for where `once` says nothing."""
    person = contact_key(about.contact) if once in ("contact", "day") else None
    what = once_key(once, about.record_id, person, lambda: look.day, otherwise)
    return Wanted(trigger=trigger, what=what, about=about)


def begin(connection: sa.Connection, starts: Sequence[Wanted], *, at: int) -> list[Began]:
    """Start them, as far as may be; what became of each, in their order."""
    if not starts:
        return []
    admission = _Admission(connection, starts)
    found: list[Began | None] = [admission.refusal(each) for each in starts]
    open_ones = [(number, each) for number, each in enumerate(starts) if found[number] is None]
    ids = new_ids(len(open_ones)) if len(open_ones) > 1 else [new_id() for _ in open_ones]
    rows = [
        Started(
            trigger_id=each.trigger.id, what=each.what, session_id=identity, at=at,
            record_id=None if each.about is None else each.about.record_id,
        )
        for identity, (_, each) in zip(ids, open_ones, strict=True)
    ]  # fmt: skip
    ours = started.add(connection, rows)
    posts = []
    for identity, (number, each) in zip(ids, open_ones, strict=True):
        if identity in ours:
            found[number] = Began(session_id=identity)
            posts.append((identity, SOURCE, f"{each.trigger.id.hex()} {each.what}", _post(each, at)))
        else:
            found[number] = Began(reason=refusals.BEFORE)
    inbox.put_each(connection, posts, at=at)
    return [each or Began() for each in found]


def _post(each: Wanted, at: int) -> Posted:
    flow, about = each.trigger.flow, each.about
    assert flow.published is not None
    start = Start(
        flow_id=flow.id, version=flow.published, contact={} if about is None else about.contact,
        record={} if about is None else about.after, expires_at=flow.expires_at(at),
        record_id=None if about is None else about.record_id, contact_id=None if about is None else about.contact_id,
    )  # fmt: skip
    return Posted(event=SessionStarted(), start=start)


class _Admission:
    """Whether flows and contacts admit sessions: asked once for all of a batch, and counted on within it."""

    def __init__(self, connection: sa.Connection, starts: Sequence[Wanted]) -> None:
        self._keys = {id(each): contact_key(each.about.contact) for each in starts if each.about is not None}
        keys = list({key for key in self._keys.values() if key is not None})
        self._of_flow: Counter[tuple[str, bytes]] = Counter()
        self._all: Counter[str] = Counter()
        for key, flow_id, count in _LIVE.run(connection, keys):
            self._of_flow[key, flow_id] += count
            self._all[key] += count

    def refusal(self, each: Wanted) -> Began | None:
        """Why this one does not begin; None if it does."""
        flow = each.trigger.flow
        if not each.trigger.enabled:
            return Began(reason=refusals.SWITCHED_OFF)
        if flow.published is None:
            return Began(reason=refusals.NOT_PUBLISHED)
        if flow.state != "active":
            return Began(reason=refusals.written(refusals.NOT_ACTIVE, state=flow.state))
        key = self._keys.get(id(each))
        if key is None:
            return None
        own = flow.settings.live_per_contact
        if own is not None and self._of_flow[key, flow.id] >= own:
            return Began(reason=refusals.written(refusals.OWN_SESSIONS, count=own))
        if self._all[key] >= LIVE_PER_CONTACT:
            return Began(reason=refusals.written(refusals.ALL_SESSIONS, count=LIVE_PER_CONTACT))
        self._of_flow[key, flow.id] += 1
        self._all[key] += 1
        return None
