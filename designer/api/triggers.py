"""`/triggers`: what starts a flow. A telephone number starts one flow of the whole platform, a word one of yours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import Response, request

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed, unchanged
from designer.api import trigger_fitting
from designer.api.once import once
from designer.api.paging import identity, identity_in, page
from designer.api.replies import if_match, reads, reply, resource
from designer.api.shapes.flows import TriggerShape, TriggersShape
from designer.api.trigger_bodies import TriggerBody, TriggerChange, TriggerPath, TriggersQuery
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host import planned
from engine.store import from_micros, id_text, now_micros, trigger_changes, triggers
from engine.store.flows import FlowUnknown
from engine.store.trigger_changes import TriggerMoved
from engine.store.triggers import CALLED, SMS, NumberTaken, Trigger, WordTaken
from engine.texting.addresses import canonical
from engine.triggers import read_trigger
from engine.triggers.config import TriggerConfig
from engine.triggers.schedule import ScheduleTrigger
from engine.triggers.scope import zone_of
from engine.triggers.sms import SmsTrigger

api = resource("triggers", 404, 409, 412)
SCHEDULE = "schedule"
GONE = "There is no such trigger."
CROSSED = "Somebody else has changed this trigger since."
MESSAGES = {
    GONE, CROSSED, "never comes", "The number {number} starts a flow already.",
    "The word {word} starts a flow already.",
    "the kind of a trigger stays {expected} (is {value})",
}  # fmt: skip
"""Sentences of this module; each has its translation."""
IF_MATCH = if_match("trigger", 80)


@api.post("/triggers", responses={201: TriggerShape})
@once
@needs("flows.publish")
def create_trigger(body: TriggerBody) -> Response:
    """Let something start a flow; 409 if the number or the word starts one already, 422 with every fault."""
    flow_id = identity_in(body.flow, "flow")
    with store().read() as connection:
        flow_rights.require(connection, "publish", flow_id)
    config = config_of(body)
    made = _refusing(body, lambda: _bound(body, config, flow_id))
    parts().hint(who().tenant)
    return _shown(made, 201, Location=f"/api/v1/triggers/{id_text(made.id)}")


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
    return _shown(found(path))


@api.put("/triggers/<trigger>", responses={200: TriggerShape})
@reads(IF_MATCH)
@needs("flows.publish")
def put_trigger(path: TriggerPath, body: TriggerBody) -> Response:
    """Tell it something else: all that its kind is told, as when it is made. Its kind stays, and whether it is on.

    By a date: what is planned is planned anew. A schedule without `start` counts from when it counted before.
    """
    before = found(path)
    if body.kind != before.kind:
        stays = {"expected": before.kind, "value": body.kind}
        wrong = Fault("kind", "the kind of a trigger stays {expected} (is {value})", stays)
        raise Problem(422, "The request does not fit.", errors=[wrong])
    flow_id = identity_in(body.flow, "flow")
    with store().read() as connection:
        flow_rights.require(connection, "publish", flow_id)
    if body.kind == SCHEDULE and body.start is None:
        body.start = before.config.get("start")
    config = config_of(body)
    try:
        now = _refusing(body, lambda: _told(before, body, config, flow_id))
    except TriggerMoved:
        raise Problem(412, CROSSED) from None
    parts().hint(who().tenant)
    return _shown(now)


@api.patch("/triggers/<trigger>", responses={200: TriggerShape})
@needs("flows.publish")
def change_trigger(path: TriggerPath, body: TriggerChange) -> Response:
    """Switch it off or on. Off, it starts nothing; its plans still move with their records."""
    wanted = identity(path.trigger, GONE)
    with store().begin() as connection:
        if not trigger_changes.set_enabled(connection, wanted, body.enabled):
            raise Problem(404, GONE)
    return _shown(found(path))


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


def _refusing(body: TriggerBody, deed: Callable[[], Trigger]) -> Trigger:
    """Carry it out; raises Problem for a number or a word that somebody else has, and a flow that there is not."""
    try:
        return deed()
    except NumberTaken as taken:
        raise Problem(409, "The number {number} starts a flow already.", {"number": body.number}) from taken
    except WordTaken as taken:
        raise Problem(409, "The word {word} starts a flow already.", {"word": shown(taken.word)}) from taken
    except FlowUnknown as unknown:
        wrong = Fault("flow", "there is no flow {value}", {"value": shown(body.flow)})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from unknown


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
            number, words = _texted(body, config)
            return triggers.bind_sms(connection, flow_id=flow_id, number=number, words=words, at=at)
        given = body.config
        if isinstance(config, ScheduleTrigger) and config.start is None:
            given["start"] = _now_in(config.time_zone)
        made = triggers.bind(connection, kind=body.kind, flow_id=flow_id, config=given, at=at)
        planned.begin_plans(connection, made.id, config, at=at, time_zone=store().time_zone)
        return made


def _texted(body: TriggerBody, config: SmsTrigger) -> tuple[str, list[str]]:
    """The number and the words of a trigger of texts."""
    return canonical(body.number or "", parts().settings.country), config.keyword or []


def _told(before: Trigger, body: TriggerBody, config: TriggerConfig, flow_id: bytes) -> Trigger:
    """Tell the trigger what the body says, in one transaction; raises Problem 412 where it is another by now."""
    number = body.number if before.kind in CALLED else None
    if number is None:
        return _written(before, body, config, flow_id)
    trigger_fitting.takes_faxes(body.kind, flow_id)
    with trigger_changes.moving(parts().stores, who().tenant, before, number, at=now_micros()):
        return _written(before, body, config, flow_id)


def _written(before: Trigger, body: TriggerBody, config: TriggerConfig, flow_id: bytes) -> Trigger:
    at = now_micros()
    with store().begin() as connection:
        there = trigger_changes.locked(connection, before.id)
        if there is None:
            raise Problem(404, GONE)
        if request.headers.get("If-Match", "*").strip() not in ("*", etag(there)):
            raise Problem(412, CROSSED)
        told, number = body.config, there.number
        if there.kind in CALLED:
            told, number = {}, body.number
            if there.number != before.number:
                raise TriggerMoved
        elif isinstance(config, SmsTrigger):
            texted, words = _texted(body, config)
            triggers.words_free(connection, texted, words, but=there.id)
            told, number = {"words": words}, texted or None
        now = trigger_changes.write(connection, there, flow_id=flow_id, config=told, number=number)
        if now.config != there.config:
            planned.change_plans(connection, now.id, config, at=at, time_zone=store().time_zone)
        if now == there:
            unchanged()
        else:
            changed("triggers", id_text(now.id), before=trigger_data(there), after=trigger_data(now))
        return now


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


def etag(trigger: Trigger) -> str:
    """What tells this trigger from what it was and will be told."""
    told = [trigger.flow_id.hex(), trigger.number, trigger.config, trigger.enabled]
    written = msgspec.json.encode(told, order="sorted")
    return f'"{hashlib.sha256(written).hexdigest()[:32]}"'


def _shown(trigger: Trigger, status: int = 200, **headers: str) -> Response:
    return reply(trigger_data(trigger), status, ETag=etag(trigger), **headers)
