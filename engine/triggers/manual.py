"""Manual: a person starts the flow by hand, for somebody or for a record that he picks."""

from __future__ import annotations

from engine.triggers.config import Field, RecordCondition, RecordTypeName, TriggerConfig


class ManualTrigger(TriggerConfig):
    """Says that people may start the flow, and for which records."""

    record_type: RecordTypeName | None = Field(None, description="Of which type a record must be; none for no record.")
    when: RecordCondition | None = Field(None, description="Only for records for which this holds.")
