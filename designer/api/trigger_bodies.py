"""What requests about triggers say."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from designer.api.paging import PageQuery


class TriggerBody(BaseModel):
    """Each kind has its own fields; one that a kind does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["call", "sms", "fax", "missed_call", "record", "date", "schedule", "manual"] = Field(
        description="`call`: somebody calls a number. `sms`: a text answers nothing. `fax`: a machine calls a number "
        "kept for faxes. `missed_call`: somebody calls back whom we called in vain. `record`: a record is new or has "
        "changed. `date`: so long before or after a date of a record. `schedule`: again and again. `manual`: a person."
    )
    flow: str = Field(max_length=64, description="The flow's id.")
    number: str | None = Field(None, description="Of ours, as the trunk gives it; of `sms` any of yours without it.")
    keyword: str | list[str] | None = Field(None, description="Of `sms`: a word that the text says, or several.")
    record_type: str | None = Field(None, description="Of which records.")
    on: list[str] | None = Field(None, description="Of `record`: created, updated, or both.")
    changed: str | None = Field(None, description="Of `record`: only where this field has another value than before.")
    when: str | None = Field(None, description="Only where this holds: record.ward == 'cardio' and before.ward != ''.")
    becomes: bool | None = Field(None, description="Of `record`: only where the condition did not hold before.")
    cancel_when: str | None = Field(
        None, description="Where this holds, nothing is started, and what was planned or started is cancelled."
    )
    once: str | None = Field(None, description="record, contact, or day (for a contact); each time if not given.")
    field: str | None = Field(None, description="Of `date`: the field with the date.")
    offset: str | None = Field(None, description="Of `date`: before or after it, such as -1d or 2h.")
    at: str | None = Field(None, description="Of `date`: at this time of day where the contact lives, such as 10:00.")
    if_past: str | None = Field(None, description="Of `date`: skip (default) or start what has passed already.")
    rrule: str | None = Field(None, description="Of `schedule`: FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0.")
    time_zone: str | None = Field(None, description="Of `schedule`: on whose clocks; the organisation's if not given.")
    start: str | None = Field(None, description="Of `schedule`: from when on it counts; from now on if not given.")
    audience: dict[str, Any] | None = Field(None, description="Of `schedule`: {record_type, when} for each of whom.")

    @property
    def config(self) -> dict[str, Any]:
        """What its kind is told: all that was given."""
        given = self.model_dump(exclude={"kind", "flow"})
        return {name: value for name, value in given.items() if value is not None}


class TriggersQuery(PageQuery):
    flow: str | None = Field(None, max_length=64, description="Of this flow only.")
    kind: str | None = Field(None, max_length=40, description="Of this kind only.")


class TriggerPath(BaseModel):
    trigger: str = Field(max_length=64)


class TriggerChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(description="Whether it starts anything. What is planned meanwhile is not made good.")
