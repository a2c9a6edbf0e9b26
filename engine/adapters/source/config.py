"""How the gateway of sources is set up; it is there without being set up, too. The sources are set up by `/sources`."""

from __future__ import annotations

from pydantic import Field

from engine.adapters.gateway import GatewayConfig


class SourceGatewayConfig(GatewayConfig):
    """Questions and write-backs go to the source that their node names."""

    at_once: int = Field(50, title="At once", ge=1, le=500, description="Questions that may be on their way together.")
    patience: float = Field(
        60.0, title="Patience", gt=0, le=3_600, json_schema_extra={"unit": "s"},
        description="So long a write-back waits for a source that is not there before its session goes on.",
    )  # fmt: skip
