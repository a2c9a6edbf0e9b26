"""Starts whose moment has come: those counted from a record's date, and those of schedules.

The clock sees that something is due and tells the workers, as it does with sessions (`host/turn_jobs.py`). A worker
takes the rows that are due, looks at each record as it is now, writes the starts and what became of the plans, and
commits all of it at once: so none is early, and each happens once, however many workers there are. What goes through
many records, a schedule's audience or the first look of a new trigger, does so a batch at a time and notes how far it
has come.

A new trigger, and one that was changed, looks at all records twice: what somebody was just writing while it came, in a
transaction that knew nothing of it, is seen the second time.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from engine.host import beginning, following, subjects
from engine.host.beginning import Began, Wanted
from engine.records.change import Change
from engine.store import Store, bound_triggers, from_micros, now_micros, plans, records, to_micros
from engine.store.bound_triggers import Bound
from engine.store.plans import Fate, Plan
from engine.store.times import SECOND
from engine.triggers import refusals
from engine.triggers.date import DateTrigger
from engine.triggers.schedule import Audience, ScheduleTrigger
from engine.triggers.scope import Look

KINDS = ("date", "schedule")
BATCH = 200
UNREADABLE_PAUSE = 300 * SECOND
AGAIN_AFTER = 60 * SECOND
"""Longer than anybody takes to write a batch of records."""
AUDIENCE = 300
"""Records of an audience that are looked at in one transaction."""


class ServedPlans(msgspec.Struct):
    """What one transaction did."""

    plans: int = 0
    sessions: int = 0


def serve(store: Store, *, at: int | None = None) -> ServedPlans:
    """Serve what is due, a batch of it."""
    at = now_micros() if at is None else at
    with store.begin() as connection:
        due = plans.take(connection, at=at, limit=BATCH)
        if due:
            work = _Work(connection, store, at)
            work.serve_dates(due)
            return ServedPlans(plans=len(due), sessions=work.sessions)
        whole = plans.take_whole(connection, at=at)
        if whole is None:
            return ServedPlans()
        work = _Work(connection, store, at)
        work.serve_whole(whole)
        return ServedPlans(plans=1, sessions=work.sessions)


class _Work:
    """One transaction's work."""

    def __init__(self, connection: sa.Connection, store: Store, at: int) -> None:
        self._connection = connection
        self._store = store
        self._triggers = {each.id: each for each in bound_triggers.bound(connection, KINDS)}
        self._at = at
        self.sessions = 0

    def serve_dates(self, due: list[Plan]) -> None:
        """Start flows for the records whose moments have come."""
        about = subjects.by_ids(self._connection, self._store, list({plan.record_id for plan in due}))
        starts: list[tuple[Plan, Wanted]] = []
        ends: list[tuple[bytes, bytes, Fate, str | None, bytes | None]] = []
        for plan in due:
            found = self._wanted(plan, about.get(plan.record_id))
            if isinstance(found, Wanted):
                starts.append((plan, found))
            else:
                ends.append((plan.trigger_id, plan.record_id, *found, None))
        for (plan, _), began in zip(starts, self._begin([each for _, each in starts]), strict=True):
            fate: Fate = "started" if began.session_id is not None else "not_started"
            ends.append((plan.trigger_id, plan.record_id, fate, began.reason, began.session_id))
        plans.end(self._connection, ends, at=self._at)

    def serve_whole(self, plan: Plan) -> None:
        """A schedule's moment, or a new trigger's first look at all records."""
        trigger = self._triggers.get(plan.trigger_id)
        config = None if trigger is None else trigger.config
        if trigger is None:  # it cannot be read by this installation
            later = self._at + UNREADABLE_PAUSE
            plans.go_on(self._connection, plan.trigger_id, moment=later, after=plan.after, at=self._at, fate=plan.fate)
        elif isinstance(config, ScheduleTrigger):
            self._serve_schedule(plan, trigger, config)
        elif isinstance(config, DateTrigger):
            self._look_at_all(plan, trigger, config)

    def _wanted(self, plan: Plan, about: Change | None) -> Wanted | tuple[Fate, str]:
        """The start of a plan, or why there is none."""
        trigger = self._triggers.get(plan.trigger_id)
        config = None if trigger is None else trigger.config
        if trigger is None or not isinstance(config, DateTrigger):
            return "not_started", refusals.NOT_READ
        if about is None:
            return "cancelled", "the record is deleted"
        if plan.over_at is not None and self._at >= plan.over_at:
            return "over", "its date has come before it was served"
        look = Look(about.after, about.contact, at=self._at, time_zone=self._store.time_zone)
        if config.cancels(look) or not config.holds(look):
            return "not_started", refusals.NOT_HELD
        return beginning.wanted(trigger, config.once, about, look, f"moment {about.record_id.hex()} {plan.moment}")

    def _serve_schedule(self, plan: Plan, trigger: Bound, config: ScheduleTrigger) -> None:
        if config.audience is None:
            self._begin([Wanted(trigger=trigger, what=f"moment {plan.moment}")])
        else:
            last = self._serve_audience(plan, trigger, config.audience, config)
            if last is not None:
                moment = plan.moment
                plans.go_on(self._connection, plan.trigger_id, moment=moment, after=last.encode(), at=self._at)
                return
        self._plan_next(plan, config)

    def _serve_audience(
        self, plan: Plan, trigger: Bound, audience: Audience, config: ScheduleTrigger
    ) -> str | None:  # fmt: skip
        """Start the next of an audience; the last record's key if there are more."""
        after = None if plan.after is None else plan.after.decode()
        rows = records.page(self._connection, audience.record_type, after=after, limit=AUDIENCE)
        wanted = []
        for each in subjects.as_changes(self._connection, self._store, rows) if trigger.enabled else ():
            look = Look(each.after, each.contact, at=self._at, time_zone=self._store.time_zone)
            if audience.when is None or audience.when.test(look):
                what = f"moment {each.record_id.hex()} {plan.moment}"
                wanted.append(beginning.wanted(trigger, config.once, each, look, what))
        self._begin(wanted)
        return rows[-1].key if len(rows) == AUDIENCE else None

    def _plan_next(self, plan: Plan, config: ScheduleTrigger) -> None:
        """What was missed meanwhile is made good by this one start: the next moment is one to come."""
        moment = next_moment(config, from_micros(max(plan.moment, self._at)), self._store.time_zone)
        if moment is None:
            plans.end(self._connection, [(plan.trigger_id, plan.record_id, "done", None, None)], at=self._at)
        else:
            plans.go_on(self._connection, plan.trigger_id, moment=moment, after=None, at=self._at)

    def _look_at_all(self, plan: Plan, trigger: Bound, config: DateTrigger) -> None:
        """Plan as of the moment the look was asked for: what came due since is late, and not past."""
        after = None if plan.after is None else plan.after.decode()
        rows = records.page(self._connection, config.record_type, after=after, limit=AUDIENCE)
        still = subjects.held(self._connection, rows)
        about = subjects.as_changes(self._connection, self._store, still)
        following.plan_all(self._connection, trigger, about, at=plan.moment, time_zone=self._store.time_zone)
        if len(rows) == AUDIENCE:
            last = rows[-1].key.encode()
            plans.go_on(
                self._connection, plan.trigger_id, moment=plan.moment, after=last, at=self._at, fate=plan.fate
            )  # fmt: skip
        elif plan.fate is None:
            moment = self._at + AGAIN_AFTER
            plans.go_on(self._connection, plan.trigger_id, moment=moment, after=None, at=self._at, fate="again")
        else:
            plans.end(self._connection, [(plan.trigger_id, plan.record_id, "done", None, None)], at=self._at)

    def _begin(self, wanted: list[Wanted]) -> list[Began]:
        began = beginning.begin(self._connection, wanted, at=self._at)
        self.sessions += sum(each.session_id is not None for each in began)
        return began


def next_moment(config: ScheduleTrigger, after: datetime, time_zone: str) -> int | None:
    """A schedule's first moment after one, in microseconds."""
    moment = config.after(after, config.zone(time_zone))
    return None if moment is None else to_micros(moment)


def begin_plans(connection: sa.Connection, trigger_id: bytes, config: object, *, at: int, time_zone: str) -> None:
    """What a new trigger has to come: a schedule its first moment, one by a date a look at the records there are."""
    moment: int | None = at
    if isinstance(config, ScheduleTrigger):
        moment = next_moment(config, from_micros(at), time_zone)
    elif not isinstance(config, DateTrigger):
        return
    if moment is not None:
        plans.put(connection, [(trigger_id, plans.NO_RECORD, moment, moment, None)], at=at)


def change_plans(connection: sa.Connection, trigger_id: bytes, config: object, *, at: int, time_zone: str) -> None:
    """What a trigger that is told something else has to come.

    One by a date looks at all records anew; what it has started it does not start again for the same moment. A
    schedule has the next moment of its new rule, but ends first what it is just starting.
    """
    current = plans.locked(connection, trigger_id)
    if isinstance(config, DateTrigger):
        plans.cancel_of_trigger(connection, trigger_id, refusals.CHANGED, at=at)
    elif current is not None and current.due_at is not None and current.due_at <= at:
        return
    begin_plans(connection, trigger_id, config, at=at, time_zone=time_zone)
