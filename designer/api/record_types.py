"""`/record-types`: what an organisation's records look like, and which of their fields say who is to be reached."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, Field

from designer.access.rights import needs
from designer.api import definitions as resources
from designer.api.paging import PageQuery
from designer.api.replies import json_body, resource
from designer.problems import Problem
from engine.record_types import read_record_type
from engine.store.tenant import record_type

api = resource("record_types", 404)
UNKNOWN = "There is no such record type."
MESSAGES = {UNKNOWN}
"""Sentences of this module; each has its translation."""
_FIELD: dict[str, object] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
BODY = json_body(
    {
        "type": "object",
        "required": ["schema", "key"],
        "properties": {
            "schema": {"type": "object", "description": "JSON Schema (2020-12) of a record."},
            "key": {"type": "string", "description": "The field that tells one record from another."},
            "name": _FIELD | {"description": "The field with the contact's name."},
            "phone": _FIELD | {"description": "The field with the contact's telephone number."},
            "contact": _FIELD | {"description": "The field that tells one person from another, such as patient_no."},
            "email": _FIELD,
            "time_zone": _FIELD,
            "language": _FIELD,
            "source_version": _FIELD
            | {"description": "The field by which the source says how new a record is: an older one changes nothing."},
            "visible": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
                "description": "Fields that not everybody is shown, with the roles that are. Of a telephone number or "
                "mail address all others see the ends, of other fields nothing. Administrators see all.",
            },
        },
    },
    "A record type.",
)


class RecordTypeShape(BaseModel):
    type: str
    fields: dict[str, Any] = Field(alias="schema")
    key: str
    name: str | None = None
    phone: str | None = None
    contact: str | None = None
    email: str | None = None
    time_zone: str | None = None
    language: str | None = None
    source_version: str | None = None
    visible: dict[str, list[str]] = {}
    created_at: str
    updated_at: str


class RecordTypesShape(BaseModel):
    items: list[RecordTypeShape]
    next: str | None


class RecordTypePath(BaseModel):
    type: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")


@api.get("/record-types", responses={200: RecordTypesShape})
@needs("material.read")
def list_record_types(query: PageQuery) -> Response:
    """Every record type, by name."""
    return resources.listed(record_type, "type", query)


@api.get("/record-types/<type>", responses={200: RecordTypeShape})
@needs("material.read")
def get_record_type(path: RecordTypePath) -> Response:
    """One record type."""
    return resources.one(record_type, "type", path.type, UNKNOWN)


@api.put("/record-types/<type>", responses={200: RecordTypeShape, 201: RecordTypeShape}, openapi_extensions=BODY)
@needs("material.edit")
def put_record_type(path: RecordTypePath) -> Response:
    """Keep a record type; flows that name it are checked against its fields. 422 with every fault."""
    found, faults = read_record_type(resources.given("type", path.type))
    if found is None:
        raise Problem(422, "This is no record type.", errors=faults)
    return resources.keep(record_type, "type", path.type, found.model_dump(by_alias=True))
