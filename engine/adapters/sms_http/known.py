"""Whether whoever tells us something is the provider: a secret, or a signature that nobody else can make. Pure.

Compared in constant time, so that nothing is learned from how long a refusal takes.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from engine.adapters.sms_http.asked import Asked
from engine.adapters.sms_http.callbacks import KnownBy
from engine.adapters.sms_http.filling import names_in
from engine.adapters.sms_http.signing import Signing, in_order, signature
from engine.adapters.sms_http.times import read_time

Doubt = Literal["address", "missing", "wrong", "old"]


def doubt(known_by: KnownBy, asked: Asked, secrets: Mapping[str, str], at: datetime) -> Doubt | None:
    """Why this is not the provider, or None."""
    if known_by.addresses and not _is_in(asked.address, known_by.addresses):
        return "address"
    given = asked.at(known_by.stands)
    if not given:
        return "missing"
    if known_by.sign is None:
        wanted = secrets.get(known_by.secret or "", "")
    else:
        wanted = _signature(known_by.sign, known_by.stands, asked, secrets)
        if known_by.sign.encoding != "base64" and given.isascii():
            given, wanted = given.lower(), wanted.lower()
    if not wanted or not hmac.compare_digest(given, wanted.encode()):
        return "wrong"
    if known_by.time is not None:
        said = read_time(asked.at(known_by.time))
        if said is None or abs((at - said).total_seconds()) > known_by.within:
            return "old"
    return None


def _signature(sign: Signing, stands: str, asked: Asked, secrets: Mapping[str, str]) -> str:
    kind, _, own = stands.partition(".")
    values = {
        "method": asked.method.encode(), "url": (asked.base + asked.target).encode("latin-1", "replace"),
        "path": asked.target.encode("latin-1", "replace"), "host": asked.base.partition("://")[2].encode(),
        "body": asked.body, **in_order(asked.body_fields, without="" if kind == "header" else own),
    }  # fmt: skip
    for name in names_in(sign.signed):
        if "." in name and not name.startswith("secrets."):
            values[name] = asked.at(name) or b""
    return signature(sign, values, secrets)


def _is_in(address: str, networks: list[str]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in ipaddress.ip_network(network) for network in networks)
