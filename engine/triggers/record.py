"""Record: a record is new, or has changed, or something has become true of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from engine.fields import fault
from engine.records.change import Change
from engine.triggers.config import Field, Once, RecordCondition, RecordField, RecordTypeName, TriggerConfig
from engine.triggers.scope import Look

MESSAGES = {"says nothing without a condition (when)", "a new record has no field that has changed"}
"""Sentences of this module; each has its translation."""


class RecordTrigger(TriggerConfig):
    """Starts the flow for a record, with the person whom it is about as its contact."""

    record_type: RecordTypeName
    on: list[Literal["created", "updated"]] = Field(
        ["created", "updated"], min_length=1, max_length=2, description="Whether records count that are new, or known."
    )
    changed: RecordField | None = Field(None, description="Only where this field has another value than before.")
    when: RecordCondition | None = Field(None, description="Only where this holds: record.ward == 'cardio'.")
    becomes: bool = Field(False, description="Only where the condition did not hold before.")
    cancel_when: RecordCondition | None = Field(
        None, description="Where this holds, nothing is started, and what was started for the record is cancelled."
    )
    once: Once | None = Field(None, description="Once for the record, the contact, or the contact a day.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.becomes and self.when is None:
            raise fault("says nothing without a condition (when)")
        if self.changed is not None and "on" in self.model_fields_set and "updated" not in self.on:
            raise fault("a new record has no field that has changed")
        return self

    def cancels(self, look: Look) -> bool:
        """Whether what was started for the record is to be cancelled."""
        return self.cancel_when is not None and self.cancel_when.test(look)

    def starts(self, change: Change, look: Look) -> bool:
        """Whether this change starts the flow; who asks has asked `cancels` before."""
        before = change.before
        if ("created" if before is None else "updated") not in self.on:
            return False
        if self.changed is not None and (before is None or before.get(self.changed) == change.after.get(self.changed)):
            return False
        if self.when is None:
            return True
        if not self.when.test(look):
            return False
        return not self.becomes or before is None or not self.when.test(look.as_before())
