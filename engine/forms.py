"""A form that a person fills in: a list of fields, and the JSON Schema that it is shown and checked by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic.config import JsonDict

from engine.faults import Fault, shown
from engine.fields import Field, fault
from engine.labelled import once

MAX_TEXT = 4_000
MESSAGES = {"{value} is no date such as 2026-12-31", "must be text (is {value})"}
"""Sentences of this module; each has its translation."""
Kind = Literal["text", "long_text", "number", "whole_number", "date", "yes_no", "choice"]
KINDS: JsonDict = {
    "text": "Text", "long_text": "Long text", "number": "A number", "whole_number": "Whole number", "date": "Date",
    "yes_no": "Yes or no", "choice": "One of several",
}  # fmt: skip
MESSAGES = {"a choice needs something to choose from"}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": 200},
    "long_text": {"type": "string", "maxLength": MAX_TEXT, "multiline": True},
    "number": {"type": "number"},
    "whole_number": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "yes_no": {"type": "boolean"},
    "choice": {"type": "string"},
}

FormName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Option = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class FormField(BaseModel):
    """One thing to fill in."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: FormName = Field(
        title="Name", description="By it templates read what was filled in: results.<node>.form.<name>."
    )
    label: str = Field("", title="Label", max_length=200)
    type: Kind = Field("text", title="Kind", json_schema_extra={"labels": KINDS})
    required: bool = Field(False, title="Required")
    choices: list[Option] = Field([], title="To choose from", max_length=50)

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise fault("a choice needs something to choose from")
        return self


def named_apart(fields: list[FormField]) -> list[FormField]:
    """The fields, if each has a name of its own."""
    once(field.name for field in fields)
    return fields


def json_schema(fields: Sequence[FormField]) -> dict[str, Any]:
    """The JSON Schema of the form; none if there is nothing to fill in."""
    if not fields:
        return {}
    properties = {
        field.name: {"title": field.label or field.name}
        | _SCHEMAS[field.type]
        | ({"enum": list(field.choices)} if field.type == "choice" else {})
        for field in fields
    }
    required = [field.name for field in fields if field.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def faults(form: Mapping[str, Any], filled_in: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with what was filled in, by the JSON Schema of `json_schema`: each fault with its field."""
    fields: Mapping[str, Any] = form.get("properties", {})
    found = [Fault(name, "is not known here") for name in filled_in if name not in fields]
    for name, field in fields.items():
        value = filled_in.get(name)
        if value is None or (value == "" and isinstance(value, str)):
            found += [Fault(name, "is empty")] if name in form.get("required", ()) else []
        elif (fault := _wrong(field, value)) is not None:
            found.append(Fault(name, *fault))
    return found


def _wrong(field: Mapping[str, Any], value: Any) -> tuple[str, dict[str, Any]] | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match field["type"]:
        case "integer" if not is_number or value != int(value):
            return "must be a whole number (is {value})", {"value": shown(value)}
        case "number" if not is_number:
            return "must be a number (is {value})", {"value": shown(value)}
        case "boolean" if not isinstance(value, bool):
            return "must be true or false (is {value})", {"value": shown(value)}
        case "string":
            return _wrong_text(field, value)
    return None


def _wrong_text(field: Mapping[str, Any], value: Any) -> tuple[str, dict[str, Any]] | None:
    if not isinstance(value, str):
        return "must be text (is {value})", {"value": shown(value)}
    limit = field.get("maxLength", MAX_TEXT)
    if len(value) > limit:
        return "at most {limit} characters (has {actual})", {"limit": limit, "actual": len(value)}
    if "enum" in field and value not in field["enum"]:
        choices = ", ".join(field["enum"])
        return "must be one of {expected} (is {value})", {"expected": choices, "value": shown(value)}
    if field.get("format") == "date":
        try:
            date.fromisoformat(value)
        except ValueError:
            return "{value} is no date such as 2026-12-31", {"value": shown(value)}
    return None
