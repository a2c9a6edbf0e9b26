"""What a change of records brings about: triggers start what they start, plans move, sessions hear of it.

It is part of the transaction that writes the records, so that a record is in the store exactly when all that it brings
about is on its way; a record that is posted twice changes nothing and brings about nothing (DECISIONS 1, 22).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from engine.events import RecordChanged, SessionCancelled
from engine.host import beginning
from engine.host.beginning import Wanted
from engine.records.change import Change
from engine.store import bound_triggers, inbox, plans, started
from engine.store.bound_triggers import Bound
from engine.store.bulk import Select
from engine.store.inbox import Posted
from engine.store.tenant import session
from engine.store.times import from_micros
from engine.triggers import refusals
from engine.triggers.date import DateTrigger
from engine.triggers.record import RecordTrigger
from engine.triggers.scope import Look

SOURCE = "record"
KINDS = ("record", "date")
_ABOUT = Select(sa.select(session.c.record_id, session.c.id).where(session.c.ended_at.is_(None)), session.c.record_id)
"""The sessions that are about a record and have not ended."""


def follow(connection: sa.Connection, changes: Sequence[Change], *, at: int, time_zone: str) -> int:
    """Bring about what these changes bring about; how many sessions were started.

    `at` is now, in microseconds; `time_zone` is that of contacts who have none (`Store.time_zone`).
    """
    fresh: dict[bytes, int] = {}
    triggers = bound_triggers.bound(connection, KINDS)
    for some in _rounds(changes) if triggers else ():
        round_ = _Round(triggers, at, time_zone)
        for change in some:
            round_.take(change)
        fresh |= round_.write(connection)
    _tell(connection, changes, fresh, at=at)
    return len(fresh)


def forget(connection: sa.Connection, record_ids: Sequence[bytes], *, at: int) -> None:
    """These records are no more: what was planned for them is not done, and what could be cancelled is."""
    plans.cancel_of_records(connection, record_ids, refusals.DELETED, at=at)
    live = started.live(connection, record_ids)
    if live:
        ending = {each.id for each in bound_triggers.bound(connection, KINDS) if _may_cancel(each)}
        pairs = {(record_id, trigger_id) for record_id, trigger_id, _ in live if trigger_id in ending}
        _cancel(connection, pairs, refusals.DELETED, at=at)


def plan_all(connection: sa.Connection, trigger: Bound, about: Iterable[Change], *, at: int, time_zone: str) -> None:
    """Plan what a trigger by a date starts for records that were there before it."""
    round_ = _Round([trigger], at, time_zone)
    for each in about:
        round_.take(each)
    round_.write(connection)


class _Round:
    """Changes of different records, and what they bring about."""

    def __init__(self, triggers: Sequence[Bound], at: int, time_zone: str) -> None:
        self._triggers = triggers
        self._at = at
        self._time_zone = time_zone
        self._starts: list[Wanted] = []
        self._planned: list[tuple[bytes, bytes, int, int, int | None]] = []
        self._lapsed: list[tuple[bytes, bytes, int]] = []
        self._unplanned: dict[str, list[tuple[bytes, bytes]]] = {}
        self._ended: dict[str, set[tuple[bytes, bytes]]] = {}

    def take(self, change: Change) -> None:
        """Ask each trigger what this change means to it."""
        look: Look | None = None
        for trigger in self._triggers:
            config = trigger.config
            if not isinstance(config, RecordTrigger | DateTrigger) or config.record_type != change.record_type:
                continue
            if look is None:
                look = Look(
                    change.after, change.contact, at=self._at, time_zone=self._time_zone, before=change.before
                )  # fmt: skip
            if config.cancels(look):
                self._end(trigger, change, config.cancel_when.source if config.cancel_when is not None else "")
            elif isinstance(config, DateTrigger):
                self._plan(trigger, config, change, look)
            elif trigger.enabled and config.starts(change, look):
                otherwise = f"version {change.record_id.hex()} {change.version}"
                self._starts.append(beginning.wanted(trigger, config.once, change, look, otherwise))

    def write(self, connection: sa.Connection) -> dict[bytes, int]:
        """Write it; the sessions that were started, each with its record's version.

        Plans first: who serves one has its row until he is done.
        """
        plans.put(connection, self._planned, at=self._at)
        plans.lapse(connection, self._lapsed, at=self._at)
        for reason, pairs in self._unplanned.items():
            plans.cancel(connection, pairs, reason, at=self._at)
        began = beginning.begin(connection, self._starts, at=self._at)
        refused = [
            (start.trigger.id, start.about.record_id, each.reason)
            for each, start in zip(began, self._starts, strict=True)
            if each.reason is not None and each.reason != refusals.BEFORE and start.about is not None
        ]
        plans.refuse(connection, refused, at=self._at)
        for reason, ended in self._ended.items():
            _cancel(connection, ended, reason, at=self._at)
        return {
            each.session_id: start.about.version
            for each, start in zip(began, self._starts, strict=True)
            if each.session_id is not None and start.about is not None
        }

    def _plan(self, trigger: Bound, config: DateTrigger, change: Change, look: Look) -> None:
        planned = config.planned(change.after, look.zone)
        pair = trigger.id, change.record_id
        if planned is None:
            if change.before is not None and config.date_of(change.before) is not None:
                self._end(trigger, change, refusals.written(refusals.NO_DATE, field=config.field))
        elif not config.may_hold(look):
            if change.before is not None:
                self._unplanned.setdefault(refusals.NOT_HELD, []).append(pair)
        elif planned.moment > self._at or (config.if_past == "start" and not planned.is_over(self._at)):
            self._planned.append((*pair, planned.moment, planned.moment, planned.over_at))
        elif change.before is not None:
            self._lapsed.append((*pair, planned.moment))

    def _end(self, trigger: Bound, change: Change, reason: str) -> None:
        """Nothing is to come for the record; what was started for it is cancelled."""
        if change.before is None:
            return
        if trigger.kind == "date":
            self._unplanned.setdefault(reason, []).append((trigger.id, change.record_id))
        self._ended.setdefault(reason, set()).add((change.record_id, trigger.id))


def _may_cancel(trigger: Bound) -> bool:
    """Whether its sessions end with what started them: those counted from a date do, others if it says when."""
    config = trigger.config
    return isinstance(config, DateTrigger) or (isinstance(config, RecordTrigger) and config.cancel_when is not None)


def _cancel(connection: sa.Connection, pairs: set[tuple[bytes, bytes]], reason: str, *, at: int) -> None:
    """Cancel what these triggers have started for these records, and has not ended."""
    live = started.live(connection, {record_id for record_id, _ in pairs})
    event = SessionCancelled(at=from_micros(at), reason=reason[:200])
    told = [
        (session_id, beginning.SOURCE, f"{session_id.hex()} cancel", Posted(event=event))
        for record_id, trigger_id, session_id in sorted(live)
        if (record_id, trigger_id) in pairs
    ]
    inbox.put_each(connection, told, at=at)


def _rounds(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """The changes in their order, no record twice in a round: what one brings about, the next may end."""
    seen: set[bytes] = set()
    some: list[Change] = []
    for change in changes:
        if change.record_id in seen:
            yield some
            seen, some = set(), []
        seen.add(change.record_id)
        some.append(change)
    if some:
        yield some


def _tell(connection: sa.Connection, changes: Sequence[Change], fresh: dict[bytes, int], *, at: int) -> None:
    """Tell the sessions that are about one of these records, but for the one that has changed it and for `fresh` ones.

    Those that wait for it go on; all others know it as it is now (DECISIONS 13). One that was started with what the
    record was before, and has no row yet, hears of it after its start.
    """
    by_id = {change.record_id: change for change in changes if change.version > 1}
    known = list(by_id)
    about = [(row[0], row[1]) for row in _ABOUT.run(connection, known)] + started.pending(connection, known)
    told = []
    for record_id, session_id in dict.fromkeys(about):
        change = by_id[record_id]
        if session_id == change.session_id or fresh.get(session_id) == change.version:
            continue
        before, after = change.before or {}, change.after
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        event = RecordChanged(at=from_micros(at), record=after, changed=changed)
        told.append((session_id, SOURCE, f"{session_id.hex()}-{change.version}", Posted(event=event)))
    inbox.put_each(connection, told, at=at)
