"""How a trunk is declared: where it is, who we are there, what it carries."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from engine.trunks.patterns import PATTERN

LOCAL = "local"
"""The trunk that is always there: calls from and to this machine, exempt from dial policy (DECISIONS 24)."""
NAME = r"^[a-z][a-z0-9_-]{0,31}$"
NUMBER = r"^[0-9*#+]{0,16}(\{(number|e164|digits|national)\})[0-9*#]{0,16}$"

Word = Annotated[str, StringConstraints(pattern=r'^[^\s;"<>\[\]\\,|]*$', max_length=128)]
Pattern = Annotated[str, StringConstraints(pattern=PATTERN, min_length=1)]
Network = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?$")]


class TrunkConfig(BaseModel):
    """A trunk's settings. It is either a `host` whose endpoint we write, or an `endpoint` that Asterisk has already."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:\-]*$", max_length=255)] = Field(
        "", description="The provider's name or address."
    )
    port: int = Field(5060, ge=1, le=65535)
    transport: Literal["udp", "tcp", "tls"] = "udp"
    endpoint: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]*$", max_length=64)] = Field(
        "", description="A PJSIP endpoint of your own Asterisk, instead of a host."
    )
    username: Word = ""
    register_: bool = Field(False, alias="register", description="Log in at the provider, to be called there.")
    from_domain: Word = ""
    number: Annotated[str, StringConstraints(pattern=NUMBER)] = Field(
        "{number}", description="How numbers are dialled there: {number} as given, {e164}, {digits}, {national}."
    )
    codecs: list[Literal["alaw", "ulaw", "g722", "gsm"]] = Field(["alaw", "ulaw"], min_length=1)
    t38: bool = Field(False, description="Fax as data.")
    srtp: bool = Field(False, description="Encrypt the sound; needs TLS.")
    record_early: bool = Field(
        False, description="Keep what is heard before the answer of calls that fail: the network's announcement."
    )
    from_networks: list[Network] = Field(
        [], max_length=32, description="Whose calls are taken. Empty: the host's alone."
    )
    calls_in_per_second: float = Field(
        50.0, gt=0, le=1000, description="New calls a second that it may bring; more are refused as congestion."
    )
    patterns: list[Pattern] = Field([], max_length=64, description="Numbers that go this way. Empty: all.")
    allow: list[Pattern] = Field(
        [], max_length=64, description="Numbers that may be called although they are foreign, premium or internal."
    )
    loop_number: Annotated[str, StringConstraints(pattern=r"^(\+?[0-9*#]{2,32})?$")] = Field(
        "", description="A number of ours that `callweave doctor --loop` calls by this trunk; it must come back."
    )
    check_seconds: int = Field(60, ge=0, le=3600, description="How often it is asked whether it is there. 0: never.")

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        if isinstance(value, dict) and bool(value.get("host")) == bool(value.get("endpoint")):
            raise PydanticCustomError("callweave_either a host or an endpoint", "either a host or an endpoint")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.register_ and not self.username:
            raise PydanticCustomError("callweave_to register it needs a user name", "to register it needs a user name")
        if self.srtp and self.transport != "tls":
            raise PydanticCustomError("callweave_SRTP needs TLS", "SRTP needs TLS")
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine."""
        return re.fullmatch(r"127\.\d+\.\d+\.\d+|localhost", self.host) is not None


MESSAGES = {"either a host or an endpoint", "to register it needs a user name", "SRTP needs TLS"}
"""Sentences of this module; each has its translation."""
