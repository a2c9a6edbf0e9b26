"""Whom a request may go to: the outside, and inside the house only who was allowed by the operator.

A flow's author writes the address, and a record's value may stand in it. Without a guard either could make this server
ask the machines around it, which trust it (server-side request forgery): Asterisk, Redis, a cloud's metadata. So what
counts is the address that is connected to, after the name was resolved, and never the name alone.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import msgspec

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_INSIDE_A_CLOUD = (ipaddress.IPv4Network("168.63.129.16/32"), ipaddress.IPv4Network("192.0.0.0/24"))
"""Written like public addresses, and answered by a cloud's own machinery inside it alone: Azure's, Oracle's."""


class Allowed(msgspec.Struct, frozen=True):
    """What may be asked besides the public Internet: networks, and names with whatever address they have."""

    networks: tuple[tuple[Network, int | None], ...] = ()
    names: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def read(cls, written: str) -> Allowed:
        """From `10.0.0.0/8, 127.0.0.1:13013, his.hospital.example`; raises ValueError that names what it is about."""
        networks: list[tuple[Network, int | None]] = []
        names: set[tuple[str, int | None]] = set()
        for entry in filter(None, (entry.strip() for entry in written.split(","))):
            host, port = _split(entry)
            try:
                networks.append((ipaddress.ip_network(host), port))
            except ValueError as error:
                if "/" in host or not all(part.isalnum() for part in host.replace("-", "").split(".")):
                    raise ValueError(f"{entry!r} is no network, address or name ({error})") from None
                names.add((host.lower(), port))
        return cls(tuple(networks), frozenset(names))

    def permits(self, name: str, address: str, port: int) -> bool:
        """Whether this address may be connected to, which the name has been resolved to."""
        try:
            real = _real(ipaddress.ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        if _is_public(real):
            return True
        lower = name.lower().rstrip(".")
        if (lower, None) in self.names or (lower, port) in self.names:
            return True
        return self._lists(real, port)

    def permits_listening(self, address: str, port: int) -> bool:
        """Whether a port of our own may be opened there: only where the operator says so, outside as inside."""
        try:
            return self._lists(ipaddress.ip_address(address), port)
        except ValueError:
            return (address.lower(), None) in self.names or (address.lower(), port) in self.names

    def _lists(self, address: Address, port: int) -> bool:
        return any(
            address.version == network.version and address in network and only in (None, port)
            for network, only in self.networks
        )


def chosen(allowed: Allowed, name: str, addresses: Sequence[str], port: int) -> list[str]:
    """Those of a name's addresses that may be connected to."""
    return [address for address in addresses if allowed.permits(name, address, port)]


def _real(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:  # fec0::/10: no longer used, still routed
        return False
    if any(address in network for network in _INSIDE_A_CLOUD):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _split(entry: str) -> tuple[str, int | None]:
    """A host or network, and the port behind it; IPv6 stands in brackets where a port follows."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        written = rest.removeprefix(":")
    elif entry.count(":") == 1:
        host, _, written = entry.partition(":")
    else:
        return entry, None
    if not written:
        return host, None
    if not written.isdecimal() or not 1 <= int(written) <= 65535:
        raise ValueError(f"{entry!r}: {written!r} is no port")
    return host, int(written)
