"""How a listener for HL7 v2 over MLLP is set up.

    {"port": 2575, "charset": "gb18030", "time_zone": "Asia/Shanghai", "addresses": ["10.1.0.0/16"]}
"""

from __future__ import annotations

import ipaddress
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.faults import shown
from engine.fields import fault
from engine.sources.hl7.charsets import Charset
from engine.sources.hl7.tables import EVENTS
from engine.sources.source import SourceConfig

MESSAGES = {
    "{value} is no network or address", "{value} is no time zone such as Asia/Shanghai",
    "a port that others can reach needs networks to take messages from, or client certificates",
    "HL7 over MLLP can only be listened to",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def _network(written: str) -> str:
    try:
        ipaddress.ip_network(written)
    except ValueError:
        raise fault("{value} is no network or address", value=shown(written)) from None
    return written


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (OSError, ValueError, KeyError):
        raise fault("{value} is no time zone such as Asia/Shanghai", value=shown(written)) from None
    return written


File = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
Word = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{2}$")]


class Tls(BaseModel):
    """Files in PEM; with `clients`, only who has a certificate of one of these authorities is listened to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    certificate: File = Field(title="Certificate", description="With the chain that leads to its authority.")
    key: File = Field(title="Private key")
    clients: File | None = Field(None, title="Authorities of clients", description="Clients need a certificate then.")


class Hl7Config(SourceConfig):
    """A port for HL7 v2 messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    host: str = Field("127.0.0.1", title="Address", max_length=255, description="0.0.0.0: all of the machine's.")
    port: int = Field(2575, title="Port", ge=0, le=65_535)
    tls: Tls | None = Field(None, title="TLS")
    addresses: list[Annotated[str, AfterValidator(_network)]] = Field(
        [], title="Only from these networks", max_length=100
    )
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
    connections: int = Field(20, title="Connections at once", ge=1, le=1_000)
    message_seconds: float = Field(
        30.0, title="Longest time within a message", gt=0, le=3_600, json_schema_extra={"unit": "s"}
    )
    idle_seconds: float = Field(
        86_400.0, title="Longest silence", gt=0, le=2_592_000, json_schema_extra={"unit": "s"},
        description="A connection on which nothing has come for so long is closed.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self._is_local() and not self.addresses and (self.tls is None or self.tls.clients is None):
            raise fault("a port that others can reach needs networks to take messages from, or client certificates")
        if self.queries or self.statements:
            raise fault("HL7 over MLLP can only be listened to")
        return self

    def _is_local(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
