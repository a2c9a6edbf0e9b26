"""Whether a trigger fits what there is: its record type, the fields of that, and a flow that takes faxes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa

from designer.access.identity import store
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host.record_doors import RecordTypeUnknown, door_in
from engine.record_types import listed_fields
from engine.store import Store, flow_state, flows
from engine.triggers.config import TriggerConfig
from engine.triggers.date import DateTrigger
from engine.triggers.manual import ManualTrigger
from engine.triggers.record import RecordTrigger
from engine.triggers.schedule import ScheduleTrigger

MESSAGES = {
    "there is no record type {value}", "there is no field {value} in the schema",
    "this flow has no node that takes a fax",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def faults(connection: sa.Connection, kept: Store, config: TriggerConfig) -> Iterator[Fault]:
    """What does not fit the record types that there are."""
    wanted: list[tuple[str, str]] = []
    path, name = "record_type", None
    if isinstance(config, RecordTrigger | DateTrigger | ManualTrigger):
        name = config.record_type
        field = {RecordTrigger: "changed", DateTrigger: "field"}.get(type(config))
        if field is not None and (value := getattr(config, field)) is not None:
            wanted.append((field, value))
    elif isinstance(config, ScheduleTrigger) and config.audience is not None:
        path, name = "audience.record_type", config.audience.record_type
    if name is None:
        return
    try:
        intake = door_in(connection, kept, name)
    except RecordTypeUnknown:
        yield Fault(path, "there is no record type {value}", {"value": shown(name)})
        return
    listed = listed_fields(intake.kind.fields)
    for place, field in wanted:
        if listed is not None and field not in listed:
            yield Fault(place, "there is no field {value} in the schema", {"value": shown(field)})


def takes_faxes(kind: str, flow_id: bytes) -> None:
    """A number that is kept for faxes starts a flow that takes them; raises Problem 422, and FlowUnknown of any kind.

    It is asked before the number is reserved, which is a change of its own, in the platform's database.
    """
    with store().read() as connection:
        published = flow_state.standing(connection, flow_id).published
        if kind != "fax":
            return
        version = None if published is None else flows.version_document(connection, flow_id, published)
        document = flows.draft(connection, flow_id)[0] if version is None else version[1]
    nodes = msgspec.json.decode(document).get("nodes", {})
    if not any(isinstance(node, dict) and node.get("type") == "receive_fax" for node in nodes.values()):
        wrong = Fault("flow", "this flow has no node that takes a fax")
        raise Problem(422, "The request does not fit.", errors=[wrong])
