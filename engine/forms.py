"""A form that a person fills in: a list of fields, and the JSON Schema that it is shown and checked by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic.config import JsonDict

from engine.fields import Field, fault
from engine.labelled import once

MAX_TEXT = 4_000
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
