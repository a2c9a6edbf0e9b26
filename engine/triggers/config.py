"""What the configs of all kinds of triggers have in common, and the kinds of fields that several have."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from engine.faults import shown
from engine.fields import Condition, fault

MESSAGES = {"there is no {value} here: only {names}"}
"""Sentences of this module; each has its translation."""
NAMES = ("record", "before", "contact", "now")
"""What a condition may read: the record as it is and as it was before, the person it is about, the moment."""


class TriggerConfig(BaseModel):
    """A trigger as the API takes it, without its flow."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _readable(condition: Condition | None) -> Condition | None:
    for path in sorted(condition.names, key=str) if condition is not None else ():
        if path and path[0] not in NAMES:
            raise fault("there is no {value} here: only {names}", value=shown(str(path[0])), names=", ".join(NAMES))
    return condition


def _stripped(value: Any) -> Any:
    """A field may be written as conditions write it: `record.visit_at`."""
    return value.removeprefix("record.") if isinstance(value, str) else value


RecordCondition = Annotated[Condition, AfterValidator(_readable)]
"""A condition over a record: `record.ward == 'cardio' and contact.language == 'en'`."""

RecordTypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

RecordField = Annotated[str, BeforeValidator(_stripped), StringConstraints(pattern=r"^[^\s.{}\[\]]{1,64}$")]
"""A field of the record, in any script."""

OurNumber = Annotated[str, StringConstraints(pattern=r"^\+?[0-9*#]{1,32}$")]
"""A number of ours, as the trunk gives it."""

Once = Literal["record", "contact", "day"]
"""How often a trigger may start its flow: once for a record, for a contact, or for a contact a day."""

__all__ = [
    "Field", "Once", "OurNumber", "RecordCondition", "RecordField", "RecordTypeName", "TriggerConfig",
]  # fmt: skip
