"""`/calendars`: opening hours and holidays under a name, which flows go by from that moment on (CONTRACT §6)."""

from __future__ import annotations

import json

from flask import Response
from pydantic import BaseModel, Field, ValidationError

from designer.access.identity import store
from designer.access.rights import needs
from designer.api import definitions as resources
from designer.api.paging import PageQuery
from designer.api.replies import json_body, resource
from designer.problems import Problem
from engine.calendars import WEEKDAYS, Calendar
from engine.faults import from_validation
from engine.store import campaigns, definitions, flows
from engine.store.tenant import calendar

api = resource("calendars", 404, 409)
UNKNOWN = "There is no such calendar."
MESSAGES = {UNKNOWN}
"""Sentences of this module; each has its translation."""
NAMED_AS = '"calendar": {name}'
"""How a document in its canonical form names a calendar."""
_TEXT: dict[str, object] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
_HOURS = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
    "examples": [[["08:00", "12:00"], ["14:00", "17:30"]]],
}
_CALENDAR = {
    "type": "object",
    "properties": {
        "time_zone": _TEXT | {"description": "The contact's if not given."},
        "week": {"type": "object", "properties": dict.fromkeys(WEEKDAYS, _HOURS), "additionalProperties": False},
        "holidays": _TEXT | {"description": "A country's public holidays: CN, DE-BY."},
        "except": {"type": "object", "additionalProperties": _HOURS, "description": "Hours of single days, by date."},
    },
}
BODY = json_body(_CALENDAR, "When an organisation is open.")


class CalendarShape(BaseModel):
    name: str
    time_zone: str | None = None
    week: dict[str, list[tuple[str, str]]] = {}
    holidays: str | None = None
    exceptions: dict[str, list[tuple[str, str]]] = Field({}, alias="except")
    created_at: str
    updated_at: str


class CalendarsShape(BaseModel):
    items: list[CalendarShape]
    next: str | None


class CalendarPath(BaseModel):
    name: str = Field(min_length=1, max_length=64)


@api.get("/calendars", responses={200: CalendarsShape})
@needs("material.read")
def list_calendars(query: PageQuery) -> Response:
    """Every calendar, by name."""
    return resources.listed(calendar, "name", query)


@api.get("/calendars/<name>", responses={200: CalendarShape})
@needs("material.read")
def get_calendar(path: CalendarPath) -> Response:
    """One calendar."""
    return resources.one(calendar, "name", path.name, UNKNOWN)


@api.put("/calendars/<name>", responses={200: CalendarShape, 201: CalendarShape}, openapi_extensions=BODY)
@needs("material.edit")
def put_calendar(path: CalendarPath) -> Response:
    """Keep a calendar; sessions that run go by it from now on. 422 with every fault."""
    given = resources.given("name", path.name)
    try:
        Calendar.model_validate(given)
    except ValidationError as error:
        raise Problem(422, "This is no calendar.", errors=from_validation(error, "")) from error
    return resources.keep(calendar, "name", path.name, given)


@api.delete("/calendars/<name>", responses={204: None})
@needs("material.edit")
def delete_calendar(path: CalendarPath) -> Response:
    """Remove a calendar; 409 as long as a draft, a published version or a campaign that is not over names it."""
    with store().begin() as connection:
        naming = flows.with_words(connection, NAMED_AS.format(name=json.dumps(path.name, ensure_ascii=False)))
        if naming:
            raise Problem(409, "These flows go by this calendar: {flows}.", {"flows": ", ".join(naming)})
        planning = campaigns.going_by(connection, path.name)
        if planning:
            raise Problem(409, "These campaigns go by this calendar: {campaigns}.", {"campaigns": ", ".join(planning)})
        if not definitions.remove(connection, calendar, path.name):
            raise Problem(404, UNKNOWN)
    return Response(status=204)
