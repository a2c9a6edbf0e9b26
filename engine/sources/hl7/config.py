"""How a listener for HL7 v2 over MLLP is set up.

    {"port": 2575, "charset": "gb18030", "time_zone": "Asia/Shanghai", "addresses": ["10.1.0.0/16"]}
"""

from __future__ import annotations

from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from engine.faults import shown
from engine.fields import fault
from engine.sources.hl7.charsets import Charset
from engine.sources.hl7.tables import EVENTS
from engine.sources.port_config import PortConfig
from engine.sources.source import SourceConfig

MESSAGES = {"{value} is no time zone such as Asia/Shanghai", "HL7 over MLLP can only be listened to"}
"""Sentences of this module; each has its translation."""


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (OSError, ValueError, KeyError):
        raise fault("{value} is no time zone such as Asia/Shanghai", value=shown(written)) from None
    return written


Word = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{2}$")]


class Hl7Config(PortConfig, SourceConfig):
    """A port for HL7 v2 messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    port: int = Field(2575, title="Port", ge=0, le=65_535, description="0: any that is free.")
    charset: Charset = Field("utf-8", title="Charset", description="Where a message does not say it in MSH-18.")
    charset_always: bool = Field(False, title="Whatever MSH-18 says", description="For systems that name a wrong one.")
    time_zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        None, title="Time zone", description="Of times that name none; they stay local times if this is empty."
    )
    types: list[Word] = Field(
        list(EVENTS), title="Messages", min_length=1, max_length=50, description="ADT, SIU, ORU; others are rejected."
    )
    processing: list[Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]] = Field(
        ["P"], title="Processing", min_length=1, max_length=5,
        description="MSH-11: P production, T training, D debugging. Whoever calls patients takes none of the last two.",
    )  # fmt: skip
    most_bytes: int = Field(4_194_304, title="Bytes of a message", ge=1_024, le=67_108_864)
    message_seconds: float = Field(
        30.0, title="Longest time within a message", gt=0, le=3_600, json_schema_extra={"unit": "s"}
    )
    idle_seconds: float = Field(
        86_400.0, title="Longest silence", gt=0, le=2_592_000, json_schema_extra={"unit": "s"},
        description="A connection on which nothing has come for so long is closed.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _listens_only(self) -> Self:
        if self.queries or self.statements:
            raise fault("HL7 over MLLP can only be listened to")
        return self
