"""Call: somebody calls a number of ours."""

from __future__ import annotations

from engine.triggers.config import Field, OurNumber, TriggerConfig


class CallTrigger(TriggerConfig):
    """Starts the flow with the caller on the line."""

    number: OurNumber = Field(description="The number that is called, as the trunk gives it.")
