"""How a port is set up that others send to: where it listens, who is let in, and with which certificates."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.adapters.networks import Network
from engine.fields import fault

MESSAGES = {
    "a port that others can reach needs networks to listen to, or client certificates",
}
"""Sentences of this module; each has its translation."""

File = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class Tls(BaseModel):
    """Files in PEM; with `clients`, only who has a certificate of one of these authorities is listened to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    certificate: File = Field(title="Certificate", description="With the chain that leads to its authority.")
    key: File = Field(title="Private key")
    clients: File | None = Field(None, title="Authorities of clients", description="Clients need a certificate then.")


class PortConfig(BaseModel):
    """A port. One that others than this machine can reach says whom it listens to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    host: str = Field("127.0.0.1", title="Address", max_length=255, description="0.0.0.0: all of the machine's.")
    port: int = Field(0, title="Port", ge=0, le=65_535, description="0: any that is free.")
    tls: Tls | None = Field(None, title="TLS")
    addresses: list[Network] = Field([], title="Only from these networks", max_length=100)
    connections: int = Field(20, title="Connections at once", ge=1, le=1_000)

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if not self.is_local and not self.addresses and (self.tls is None or self.tls.clients is None):
            raise fault("a port that others can reach needs networks to listen to, or client certificates")
        return self

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def welcomes(self, address: str) -> bool:
        """Whether somebody from there is listened to."""
        if not self.addresses:
            return True
        found = ipaddress.ip_address(address)
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found in ipaddress.ip_network(network) for network in self.addresses)
