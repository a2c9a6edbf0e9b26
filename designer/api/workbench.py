"""`/workbench`: a sample with a mapping: the records, the faults, and which triggers would start what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.replies import reply, resource
from designer.api.shapes.sources import WorkbenchShape
from designer.api.source_words import moment
from designer.problems import Problem
from designer.words import say_fault
from engine.faults import Fault, from_validation, shown
from engine.host.sources.workbench import Tried, tried
from engine.sources.kinds import KINDS, kind_of
from engine.sources.mapping import MappedRow, Mapping, filled, mapped
from engine.sources.source import Arrival
from engine.store import id_text, now_micros

api = resource("workbench")


class WorkbenchBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    row: dict[str, Any] | None = Field(None, description="A row, as a source gives it.")
    message: str | None = Field(None, max_length=500_000, description="Or a message as it comes, such as HL7 v2.")
    parts: dict[str, Any] | None = Field(None, description="Or the parts of a joined record, by name.")
    kind: str = Field("hl7", description="The kind of source that the message is for.")
    config: dict[str, Any] = Field(default_factory=dict, description="How that kind is set up, as far as it matters.")
    feed: str = Field("", description="The feed that the row is from.")
    records: list[dict[str, Any]] = Field(min_length=1, max_length=20, description="Mappings, as a source has them.")

    @model_validator(mode="after")
    def _one(self) -> WorkbenchBody:
        if sum(given is not None for given in (self.row, self.message, self.parts)) != 1:
            raise ValueError("a row, a message, or parts")
        return self


@api.post("/workbench", responses={200: WorkbenchShape})
@needs("sources.edit")
def try_rows(body: WorkbenchBody) -> Response:
    """Try a mapping; nothing is kept, and nothing starts."""
    mappings = _mappings(body)
    at = datetime.now(UTC)
    if body.parts is not None:
        scope: dict[str, Any] = {"row": next(iter(body.parts.values()), {}), "now": at, **body.parts}
        made = [filled(mapping, scope) for mapping in mappings]
        return reply({"rows": [_row(body.parts, made)], "errors": []})
    arrivals = [Arrival(rows=[body.row])] if body.row is not None else _sampled(body)
    rows = []
    for row in (row for arrival in arrivals for row in arrival.rows):
        made = [found for each in mappings if (found := _made(each, body.feed, row, at)) is not None]
        rows.append(_row(row, made))
    faults = [fault for arrival in arrivals for fault in arrival.faults]
    return reply({"rows": rows, "errors": [say_fault(fault) for fault in faults]})


def _made(mapping: Mapping, feed: str, row: dict[str, Any], at: datetime) -> MappedRow | list[Fault] | None:
    if mapping.parts is not None or (feed and not mapping.is_about(feed)):
        return None
    return mapped(mapping, row, at=at)


def _row(row: dict[str, Any], made: list[MappedRow | list[Fault]]) -> dict[str, Any]:
    records = [found for found in made if isinstance(found, MappedRow)]
    faults = [fault for found in made if isinstance(found, list) for fault in found]
    found = tried(store(), records, at=now_micros())
    return {"row": row, "errors": [say_fault(f) for f in faults], "records": [_record(each) for each in found]}


def _record(each: Tried) -> dict[str, Any]:
    return {
        "record_type": each.row.record_type, "key": each.key, "data": each.row.data,
        "source_version": each.row.source_version, "deleted": each.row.deleted, "becomes": each.becomes,
        "errors": [say_fault(fault) for fault in each.errors],
        "triggers": [
            {"trigger": id_text(would.trigger), "flow": id_text(would.flow), "does": would.does,
             "at": moment(would.at), "reason": would.reason}
            for would in each.triggers
        ],
    }  # fmt: skip


def _mappings(body: WorkbenchBody) -> list[Mapping]:
    found, faults = [], []
    for number, written in enumerate(body.records):
        try:
            found.append(Mapping.model_validate(written))
        except ValidationError as error:
            faults += from_validation(error, f"records.{number}")
    if faults:
        raise Problem(422, "The request does not fit.", errors=faults)
    return found


def _sampled(body: WorkbenchBody) -> list[Arrival]:
    """The rows of a message, by the kind that knows how to read it."""
    kind = kind_of(body.kind) if body.kind in KINDS else None
    if kind is None or kind.sample is None:
        wrong = Fault("kind", "{value} reads no messages", {"value": shown(body.kind)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    try:
        config = kind.config.model_validate(body.config)
    except ValidationError as error:
        raise Problem(422, "The request does not fit.", errors=from_validation(error, "config")) from None
    return list(kind.sample(config, body.message or ""))
