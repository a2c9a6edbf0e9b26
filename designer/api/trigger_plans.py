"""What a trigger has to come, what it has started, and what one would do: before it is made, and after."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from designer.access import flow_rights
from designer.access.identity import store
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.paging import PageQuery, page
from designer.api.record_data import intake_of
from designer.api.replies import reply, resource
from designer.api.shapes.triggers import PlannedShape, PlansShape, StartsShape
from designer.api.trigger_bodies import TriggerBody, TriggerPath
from designer.api.triggers import config_of, found
from designer.campaign_words import said
from designer.problems import Problem
from designer.words import say
from engine.faults import Fault, shown
from engine.host import subjects
from engine.records.change import Change
from engine.records.seeing import seen_contact
from engine.store import from_micros, id_text, plans, records, started, to_micros
from engine.store.plans import Plan
from engine.store.started import Started
from engine.triggers import refusals
from engine.triggers.date import DateTrigger
from engine.triggers.record import RecordTrigger
from engine.triggers.schedule import ScheduleTrigger
from engine.triggers.scope import Look

api = resource("trigger_plans", 404)
SHOWN_MOMENTS = 10
MESSAGES = {
    "there is no record {value} of this type", "is required", "The record has no such date.",
    "What cancels it holds.", "The condition does not hold.", "This change starts nothing.",
    "The moment has passed.",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class PlansQuery(PageQuery):
    due: bool = Field(True, description="Only what is still to come; false for all, with what became of it.")


class TriggerSample(TriggerBody):
    """A trigger that may not have a flow yet."""

    flow: str = Field("", max_length=64)


class PlannedBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    trigger: TriggerSample
    record: str | dict[str, Any] | None = Field(None, description="A record's key, or a record as it might come.")
    before: dict[str, Any] | None = Field(None, description="What it was before; none for a new one.")
    at: AwareDatetime | None = Field(None, description="At this time; now if not given.")


@api.get("/triggers/<trigger>/plans", responses={200: PlansShape})
@needs("flows.read")
def list_plans(path: TriggerPath, query: PlansQuery) -> Response:
    """What is due when, and for whom, by time."""
    trigger, after = found(path), query.after(tuple[int, bytes])
    with store().read() as connection:
        flow_rights.require(connection, "follow", trigger.flow_id)
        rows = plans.page(
            connection, trigger.id, after=after, limit=query.limit + 1, open_only=query.due,
            of_records=trigger.kind != "schedule",
        )  # fmt: skip
        about = subjects.by_ids(connection, store(), [row.record_id for row in rows if row.record_id])
    return reply(page(rows, query.limit, lambda row: (row.moment, row.record_id), lambda row: _plan(row, about)))


@api.get("/triggers/<trigger>/starts", responses={200: StartsShape})
@needs("flows.read")
def list_starts(path: TriggerPath, query: PageQuery) -> Response:
    """What it has started, the newest first."""
    trigger = found(path)
    with store().read() as connection:
        flow_rights.require(connection, "follow", trigger.flow_id)
        rows = started.of_trigger(connection, trigger.id, before=query.after(bytes), limit=query.limit + 1)
    return reply(page(rows, query.limit, lambda row: row.session_id, _start))


@api.post("/triggers/preview", responses={200: PlannedShape})
@needs("flows.edit")
def preview_trigger(body: PlannedBody) -> Response:
    """What a trigger would do, and when: the next moments of a schedule, or what becomes of a record. Makes nothing."""
    config, at = config_of(body.trigger), body.at or datetime.now(UTC)
    zone = store().time_zone
    preview: dict[str, Any] = {
        "moments": [], "over_at": None, "time_zone": zone, "starts": True, "reason": None, "errors": [],
    }  # fmt: skip
    if isinstance(config, ScheduleTrigger):
        clocks = config.zone(zone)
        moments = [moment.astimezone(clocks) for moment in islice(config.moments(at, clocks), SHOWN_MOMENTS)]
        return reply(preview | {"moments": moments, "time_zone": clocks.key})
    if not isinstance(config, RecordTrigger | DateTrigger):
        return reply(preview)
    with store().read() as connection:
        change = _sample(connection, body, config.record_type)
    look = Look(change.after, change.contact, at=to_micros(at), time_zone=zone, before=change.before)
    preview["time_zone"] = look.zone.key
    if isinstance(config, DateTrigger) and (planned := config.planned(change.after, look.zone)) is not None:
        preview["moments"] = [from_micros(planned.moment).astimezone(look.zone)]
        preview["over_at"] = None if planned.over_at is None else from_micros(planned.over_at)
    reason = why_not(config, change, look, to_micros(at))
    return reply(preview | {"starts": reason is None, "reason": None if reason is None else say(reason)})


def why_not(config: RecordTrigger | DateTrigger, change: Change, look: Look, at: int) -> str | None:
    """Why this trigger starts nothing for a record as it stands; None if it does."""
    if config.cancels(look):
        return "What cancels it holds."
    if isinstance(config, RecordTrigger):
        return None if config.starts(change, look) else "This change starts nothing."
    planned = config.planned(change.after, look.zone)
    if planned is None:
        return "The record has no such date."
    if not config.holds(look):
        return "The condition does not hold."
    passed = planned.is_over(at) or (planned.moment <= at and config.if_past == "skip")
    return "The moment has passed." if passed else None


def _sample(connection: sa.Connection, body: PlannedBody, record_type: str) -> Change:
    """The record that a preview is asked for; raises Problem."""
    intake = intake_of(connection, record_type)
    if body.record is None:
        raise Problem(422, "The request does not fit.", errors=[Fault("record", "is required")])
    if isinstance(body.record, str):
        row = records.get(connection, record_type, body.record)
        if row is None:
            wrong = Fault("record", "there is no record {value} of this type", {"value": shown(body.record)})
            raise Problem(422, "The request does not fit.", errors=[wrong])
        (there,) = subjects.as_changes(connection, store(), [row])
        return there
    person = intake.person.key(body.record, str(body.record.get(intake.kind.key, "")))
    contact = ({} if person is None else {"id": person}) | intake.person.fields(body.record)
    return Change(
        record_id=bytes(16), record_type=record_type, key="", before=body.before, after=body.record, contact_id=None,
        contact=contact, version=1, at=0, source="api",
    )  # fmt: skip


def _plan(row: Plan, about: dict[bytes, Change]) -> dict[str, Any]:
    record = about.get(row.record_id)
    return {
        "moment": from_micros(row.moment),
        "due": row.due_at is not None,
        "fate": row.fate,
        "reason": None if row.reason is None else said(refusals.phrase(row.reason)),
        "session": None if row.session_id is None else id_text(row.session_id),
        "record": None if record is None else record.key,
        "record_type": None if record is None else record.record_type,
        "contact": None if record is None else seen_contact(record.contact, sight()),
        "changed_at": from_micros(row.changed_at),
    }


def _start(row: Started) -> dict[str, Any]:
    return {
        "session": id_text(row.session_id),
        "record": None if row.record_id is None else id_text(row.record_id),
        "once_for": row.what,
        "at": from_micros(row.at),
    }
