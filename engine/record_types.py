"""Record types: what an organisation's records look like, and which of their fields say who is to be reached.

A type is a JSON Schema (2020-12) of an object, the field that is its key, and the fields that are the contact's name,
telephone and so on. Every fault is found when the type is put in, so that a record is only ever compared with a sound
schema; a reference to another place is refused, for nobody fetches it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from engine.faults import Fault, dotted, from_validation, shown

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

MOST_FIELDS = 500
MESSAGES = {
    "is no JSON Schema: {reason}", "must describe an object (is {value})", "there is no field {value} in the schema",
    "only a reference within the schema, such as #/$defs/address (is {value})", "at most {limit} fields (has {actual})",
    "{value} is no pattern: {reason}", "the key is seen by everybody",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

_REFERENCES = ("$ref", "$dynamicRef")


Role = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class RecordType(BaseModel):
    """A record type as the API takes it (CONTRACT §3)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    fields: dict[str, Any] = Field(alias="schema")
    key: str = Field(min_length=1, max_length=200)
    name: str | None = None
    phone: str | None = None
    contact: str | None = None
    email: str | None = None
    time_zone: str | None = None
    language: str | None = None
    source_version: str | None = None
    """The field by which its source says how new a record is."""
    visible: dict[str, Annotated[list[Role], Field(max_length=50)]] = Field({}, max_length=MOST_FIELDS)
    """Fields that not everybody sees, with the roles that do; an administrator sees all."""

    def roles(self) -> Iterator[tuple[str, str]]:
        """What each named field is: the key, the contact's name …"""
        for role in ("key", "name", "phone", "contact", "email", "time_zone", "language", "source_version"):
            field = getattr(self, role)
            if field is not None:
                yield role, field


def read_record_type(data: Any) -> tuple[RecordType | None, list[Fault]]:
    """The record type in plain data, and every fault in it."""
    try:
        found = RecordType.model_validate(data)
    except ValidationError as error:
        return None, from_validation(error, "")
    faults = [*_faults_of_schema(found.fields)]
    listed = listed_fields(found.fields)
    if not faults and listed is not None:
        message = "there is no field {value} in the schema"
        faults.extend(
            Fault(role, message, {"value": shown(field)}) for role, field in found.roles() if field not in listed
        )
        faults.extend(
            Fault(dotted("visible", field), message, {"value": shown(field)})
            for field in found.visible
            if field not in listed
        )
    if found.key in found.visible:
        faults.append(Fault(dotted("visible", found.key), "the key is seen by everybody"))
    return (None if faults else found), faults


def listed_fields(schema: Any) -> list[str] | None:
    """The fields that a schema lists; None if it takes others, too."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return None
    open_ended = schema.get("additionalProperties") not in (None, False) or "patternProperties" in schema
    combined = any(word in schema for word in ("$ref", "allOf", "anyOf", "oneOf"))
    return None if open_ended or combined else list(schema["properties"])


@cache
def _meta() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # it is large, and only who changes a record type asks

    return Draft202012Validator(Draft202012Validator.META_SCHEMA)


def _faults_of_schema(schema: dict[str, Any]) -> Iterator[Fault]:
    wrong = False
    for error in _meta().iter_errors(schema):
        wrong = True
        reason = error.message if len(error.message) <= 200 else error.message[:199] + "…"
        yield Fault(dotted("schema", *error.absolute_path), "is no JSON Schema: {reason}", {"reason": reason})
    if wrong:
        return
    if schema.get("type", "object") != "object":
        message = "must describe an object (is {value})"
        yield Fault("schema.type", message, {"value": shown(schema["type"])})
    fields = schema.get("properties", {})
    if len(fields) > MOST_FIELDS:
        message = "at most {limit} fields (has {actual})"
        yield Fault("schema.properties", message, {"limit": MOST_FIELDS, "actual": len(fields)})
    found = list(_faults_inside(schema, "schema"))
    yield from found or _fault_of_quick(schema)


def _fault_of_quick(schema: dict[str, Any]) -> Iterator[Fault]:
    """What the validator of records by the thousand cannot take: a pattern that only Python knows."""
    import jsonschema_rs

    try:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=False)
    except ValueError as error:
        yield Fault("schema", "is no JSON Schema: {reason}", {"reason": str(error).splitlines()[0][:200]})


def _faults_inside(part: Any, path: str) -> Iterator[Fault]:
    """References that lead outside, and patterns that are none."""
    if isinstance(part, list):
        for number, entry in enumerate(part):
            yield from _faults_inside(entry, dotted(path, number))
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        place = dotted(path, key)
        if key in _REFERENCES and isinstance(value, str) and not value.startswith("#"):
            message = "only a reference within the schema, such as #/$defs/address (is {value})"
            yield Fault(place, message, {"value": shown(value)})
        elif key == "pattern" and isinstance(value, str):
            yield from _faults_of_pattern(value, place)
        elif key not in ("const", "default", "enum", "examples"):
            yield from _faults_inside(value, place)


def _faults_of_pattern(pattern: str, path: str) -> Iterator[Fault]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield Fault(path, "{value} is no pattern: {reason}", {"value": shown(pattern), "reason": str(error)})
