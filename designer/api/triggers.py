"""`/triggers`: what starts a flow. A telephone number starts one flow of the whole platform, a word one of yours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api import trigger_fitting
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.flows import TriggerShape, TriggersShape
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host import planned
from engine.store import from_micros, id_text, now_micros, triggers
from engine.store.flows import FlowUnknown
from engine.store.triggers import CALLED, SMS, NumberTaken, Trigger, WordTaken
from engine.texting.addresses import canonical
from engine.triggers import read_trigger
from engine.triggers.config import TriggerConfig
from engine.triggers.schedule import ScheduleTrigger
from engine.triggers.scope import zone_of
from engine.triggers.sms import SmsTrigger

api = resource("triggers", 404, 409)
GONE = "There is no such trigger."
MESSAGES = {GONE, "never comes", "The number {number} starts a flow already.", "The word {word} starts a flow already."}
"""Sentences of this module; each has its translation."""


class TriggerBody(BaseModel):
    """Each kind has its own fields; one that a kind does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["call", "sms", "fax", "missed_call", "record", "date", "schedule", "manual"] = Field(
        description="`call`: somebody calls a number. `sms`: a text answers nothing. `fax`: a machine calls a number "
        "kept for faxes. `missed_call`: somebody calls back whom we called in vain. `record`: a record is new or has "
        "changed. `date`: so long before or after a date of a record. `schedule`: again and again. `manual`: a person."
    )
    flow: str = Field(max_length=64, description="The flow's id.")
    number: str | None = Field(None, description="Of ours, as the trunk gives it; of `sms` any of yours without it.")
    keyword: str | list[str] | None = Field(None, description="Of `sms`: a word that the text says, or several.")
    record_type: str | None = Field(None, description="Of which records.")
    on: list[str] | None = Field(None, description="Of `record`: created, updated, or both.")
    changed: str | None = Field(None, description="Of `record`: only where this field has another value than before.")
    when: str | None = Field(None, description="Only where this holds: record.ward == 'cardio' and before.ward != ''.")
    becomes: bool | None = Field(None, description="Of `record`: only where the condition did not hold before.")
    cancel_when: str | None = Field(
        None, description="Where this holds, nothing is started, and what was planned or started is cancelled."
    )
    once: str | None = Field(None, description="record, contact, or day (for a contact); each time if not given.")
    field: str | None = Field(None, description="Of `date`: the field with the date.")
    offset: str | None = Field(None, description="Of `date`: before or after it, such as -1d or 2h.")
    at: str | None = Field(None, description="Of `date`: at this time of day where the contact lives, such as 10:00.")
    if_past: str | None = Field(None, description="Of `date`: skip (default) or start what has passed already.")
    rrule: str | None = Field(None, description="Of `schedule`: FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0.")
    time_zone: str | None = Field(None, description="Of `schedule`: on whose clocks; the organisation's if not given.")
    start: str | None = Field(None, description="Of `schedule`: from when on it counts; from now on if not given.")
    audience: dict[str, Any] | None = Field(None, description="Of `schedule`: {record_type, when} for each of whom.")

    @property
    def config(self) -> dict[str, Any]:
        """What its kind is told: all that was given."""
        given = self.model_dump(exclude={"kind", "flow"})
        return {name: value for name, value in given.items() if value is not None}


class TriggersQuery(PageQuery):
    flow: str | None = Field(None, max_length=64, description="Of this flow only.")
    kind: str | None = Field(None, max_length=40, description="Of this kind only.")


class TriggerPath(BaseModel):
    trigger: str = Field(max_length=64)


class TriggerChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(description="Whether it starts anything. What is planned meanwhile is not made good.")


@api.post("/triggers", responses={201: TriggerShape})
@once
@needs("flows.publish")
def create_trigger(body: TriggerBody) -> Response:
    """Let something start a flow; 409 if the number or the word starts one already, 422 with every fault."""
    flow_id = identity_in(body.flow, "flow")
    with store().read() as connection:
        flow_rights.require(connection, "publish", flow_id)
    config = config_of(body)
    try:
        made = _bound(body, config, flow_id)
    except NumberTaken as taken:
        raise Problem(409, "The number {number} starts a flow already.", {"number": body.number}) from taken
    except WordTaken as taken:
        raise Problem(409, "The word {word} starts a flow already.", {"word": shown(taken.word)}) from taken
    except FlowUnknown as unknown:
        wrong = Fault("flow", "there is no flow {value}", {"value": shown(body.flow)})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from unknown
    parts().hint(who().tenant)
    return reply(trigger_data(made), 201, Location=f"/api/v1/triggers/{id_text(made.id)}")


@api.get("/triggers", responses={200: TriggersShape})
@needs("flows.read")
def list_triggers(query: TriggersQuery) -> Response:
    """Every trigger, the newest first."""
    flow_id = None if query.flow is None else identity_in(query.flow, "flow")
    with store().read() as connection:
        rows = triggers.page(
            connection, before=query.after(bytes), limit=query.limit + 1, flow_id=flow_id, kind=query.kind
        )
    return reply(page(rows, query.limit, lambda row: row.id, trigger_data))


@api.get("/triggers/<trigger>", responses={200: TriggerShape})
@needs("flows.read")
def get_trigger(path: TriggerPath) -> Response:
    """One trigger."""
    return reply(trigger_data(found(path)))


@api.patch("/triggers/<trigger>", responses={200: TriggerShape})
@needs("flows.publish")
def change_trigger(path: TriggerPath, body: TriggerChange) -> Response:
    """Switch it off or on. Off, it starts nothing; its plans still move with their records."""
    wanted = identity(path.trigger, GONE)
    with store().begin() as connection:
        if not triggers.set_enabled(connection, wanted, body.enabled):
            raise Problem(404, GONE)
    return reply(trigger_data(found(path)))


@api.delete("/triggers/<trigger>", responses={204: None})
@needs("flows.publish")
def delete_trigger(path: TriggerPath) -> Response:
    """Free the number or the words, and forget what is planned; sessions that were started go on."""
    wanted = identity(path.trigger, GONE)
    if not triggers.remove(parts().stores, who().tenant, wanted, at=now_micros()):
        raise Problem(404, GONE)
    return Response(status=204)


def found(path: TriggerPath) -> Trigger:
    """The trigger of an address; raises Problem 404."""
    wanted = identity(path.trigger, GONE)
    with store().read() as connection:
        row = triggers.get(connection, wanted)
    if row is None:
        raise Problem(404, GONE)
    return row


def config_of(body: TriggerBody) -> TriggerConfig:
    """The trigger of a body, with every fault in it that can be found; raises Problem 422."""
    config, faults = read_trigger(body.kind, body.config)
    if config is None:
        raise Problem(422, "The request does not fit.", errors=faults)
    with store().read() as connection:
        wrong = list(trigger_fitting.faults(connection, store(), config))
    if _never_comes(config):
        wrong.append(Fault("rrule", "never comes"))
    if wrong:
        raise Problem(422, "The request does not fit.", errors=wrong)
    return config


def _never_comes(config: TriggerConfig) -> bool:
    now = datetime.now(UTC)
    return isinstance(config, ScheduleTrigger) and planned.next_moment(config, now, store().time_zone) is None


def _bound(body: TriggerBody, config: TriggerConfig, flow_id: bytes) -> Trigger:
    at = now_micros()
    if body.kind in CALLED:
        assert body.number is not None
        trigger_fitting.takes_faxes(body.kind, flow_id)
        return triggers.bind_number(
            parts().stores, who().tenant, flow_id=flow_id, number=body.number, at=at, kind=body.kind
        )
    with store().begin() as connection:
        if body.kind == SMS:
            assert isinstance(config, SmsTrigger)
            number, words = canonical(body.number or "", parts().settings.country), config.keyword or []
            return triggers.bind_sms(connection, flow_id=flow_id, number=number, words=words, at=at)
        given = body.config
        if isinstance(config, ScheduleTrigger) and config.start is None:
            given["start"] = _now_in(config.time_zone)
        made = triggers.bind(connection, kind=body.kind, flow_id=flow_id, config=given, at=at)
        planned.begin_plans(connection, made.id, config, at=at, time_zone=store().time_zone)
        return made


def _now_in(time_zone: str | None) -> str:
    """Now, on these clocks: what a rule counts from stays as it was when it was made."""
    now = datetime.now(UTC).astimezone(zone_of({"time_zone": time_zone}, store().time_zone))
    return now.replace(tzinfo=None).isoformat(timespec="minutes")


def trigger_data(trigger: Trigger) -> dict[str, Any]:
    """A trigger as the API writes it: what every kind has, and what its kind was told."""
    told = {name: value for name, value in trigger.config.items() if name != "words"}
    return told | {
        "id": id_text(trigger.id),
        "kind": trigger.kind,
        "flow": id_text(trigger.flow_id),
        "number": trigger.number,
        "keyword": trigger.config.get("words"),
        "enabled": trigger.enabled,
        "created_at": from_micros(trigger.created_at),
    }
