"""What triggers will do for a record, have done, or have not, and why: the answer to "why was nobody called?"."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.record_data import RecordPath, found, intake_of
from designer.api.replies import reply, resource
from designer.api.shapes.triggers import OfRecordShape
from designer.api.trigger_plans import why_not
from designer.api.triggers import trigger_data
from designer.campaign_words import said
from designer.words import say
from engine.faults import Phrase
from engine.host import subjects
from engine.records.change import Change
from engine.store import bound_triggers, from_micros, id_text, made_at, now_micros, plans, started, triggers
from engine.store.bound_triggers import Bound
from engine.store.plans import Plan
from engine.store.started import Started
from engine.triggers import refusals
from engine.triggers.config import TriggerConfig
from engine.triggers.date import DateTrigger
from engine.triggers.record import RecordTrigger
from engine.triggers.schedule import ScheduleTrigger
from engine.triggers.scope import Look

api = resource("record_triggers", 404)
KINDS = ("record", "date", "schedule")
NEWER = "The trigger is newer than the record's last change."
NO_CHANGE = "No change of the record was one that it starts at."
NOT_YET = "Its next moment has not come."
PAST = "The moment has passed."
LATE = "Its date had come before anybody could be called."
MESSAGES = {NEWER, NO_CHANGE, NOT_YET, PAST, LATE}
"""Sentences of this module; each has its translation."""
_WHY = {"past": PAST, "over": LATE}


@api.get("/records/<type>/<path:key>/triggers", responses={200: OfRecordShape})
@needs("records.read")
def list_triggers_of_record(path: RecordPath) -> Response:
    """Each trigger that is about records of this type: what it will do for this one, has done, or has not, and why.

    Only those of flows whose sessions you may follow.
    """
    here, at = store(), now_micros()
    with here.read() as connection:
        intake_of(connection, path.type)
        row = found(connection, path)
        (change,) = subjects.as_changes(connection, here, [row])
        look = Look(change.after, change.contact, at=at, time_zone=here.time_zone, before=None)
        planned = {each.trigger_id: each for each in plans.of_record(connection, row.id)}
        began = started.of_record(connection, row.id)
        items = [
            {"trigger": trigger_data(kept), **_stands(one, planned.get(one.id), began.get(one.id), change, look, at)}
            for one in _about(connection, path.type)
            if (kept := triggers.get(connection, one.id)) is not None
        ]
    return reply({"items": items})


def _about(connection: sa.Connection, record_type: str) -> list[Bound]:
    unseen = flow_rights.unseen(connection, who())
    every = bound_triggers.bound(connection, KINDS)
    return [one for one in every if _type_of(one.config) == record_type and one.flow.id not in unseen]


def _type_of(config: TriggerConfig) -> str | None:
    if isinstance(config, RecordTrigger | DateTrigger):
        return config.record_type
    audience = config.audience if isinstance(config, ScheduleTrigger) else None
    return None if audience is None else audience.record_type


def _stands(
    one: Bound, plan: Plan | None, began: Started | None, change: Change, look: Look, at: int
) -> dict[str, Any]:
    """How a trigger stands to the record: by what happened last, or by how the record is now."""
    if plan is not None and plan.due_at is not None:
        return _told("planned", plan.moment, None if one.enabled else say(refusals.SWITCHED_OFF), None)
    if plan is not None and (began is None or plan.changed_at >= began.at):
        why = _WHY.get(plan.fate or "") if plan.reason is None else refusals.phrase(plan.reason)
        words = None if why is None else said(why if isinstance(why, Phrase) else Phrase(why))
        return _told(plan.fate or "none", plan.moment, words, plan.session_id)
    if began is not None:
        return _told("started", began.at, None, began.session_id)
    return _told("none", None, say(_why_never(one, change, look, at)), None)


def _told(state: str, moment: int | None, why: str | None, session: bytes | None) -> dict[str, Any]:
    return {
        "state": state, "moment": None if moment is None else from_micros(moment), "why": why,
        "session": None if session is None else id_text(session),
    }  # fmt: skip


def _why_never(one: Bound, change: Change, look: Look, at: int) -> str:
    config = one.config
    if not one.enabled:
        return refusals.SWITCHED_OFF
    if isinstance(config, DateTrigger):
        return why_not(config, change, look, at) or NOT_YET
    if isinstance(config, ScheduleTrigger):
        when = None if config.audience is None else config.audience.when
        return NOT_YET if when is None or when.test(look) else refusals.NOT_HELD
    if isinstance(config, RecordTrigger) and config.when is not None and not config.when.test(look):
        return refusals.NOT_HELD
    return NEWER if made_at(one.id) > change.at else NO_CHANGE
