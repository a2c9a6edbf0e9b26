"""The token of a mail of ours: which command it carries out, signed, in the addresses to which others write back.

A bounce and a reply must find the message that they are about, and nobody may forge one: an address with a token that
was not signed with the organisation's key is an address like any other. Case gets lost on the way, so it is base32.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence

SIGNATURE_BYTES = 8
_KEY = re.compile(r"([0-9a-f]{32})-([\x21-\x7e]{1,7})")
_TOKEN = re.compile(r"[a-z2-7]{40,50}")


def token(key: str, keys: Sequence[bytes]) -> str:
    """The token of a command's key (`{session}-{command}`); empty for another key, as that of a trial is."""
    found = _KEY.fullmatch(key)
    if found is None or not keys:
        return ""
    named = bytes.fromhex(found[1]) + found[2].encode()
    return base64.b32encode(named + _signature(named, keys[0])).decode().rstrip("=").lower()


def key_of(written: str, keys: Sequence[bytes]) -> str | None:
    """The command's key that a token stands for; None if it was not signed with one of our keys."""
    lower = written.lower()
    if not _TOKEN.fullmatch(lower):
        return None
    try:
        signed = base64.b32decode(lower.upper() + "=" * (-len(lower) % 8))
    except binascii.Error:
        return None
    named, signature = signed[:-SIGNATURE_BYTES], signed[-SIGNATURE_BYTES:]
    if not any(hmac.compare_digest(signature, _signature(named, key)) for key in keys):
        return None
    return f"{named[:16].hex()}-{named[16:].decode('ascii', 'replace')}"


def tagged(address: str, tag: str) -> str:
    """The address with a tag behind its name: `reply+TAG@clinic.example`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{tag}@{domain}" if tag else address


def tag_of(address: str) -> str:
    """The tag in an address, empty if it has none."""
    return address.rpartition("@")[0].partition("+")[2]


def _signature(named: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"mail" + named, hashlib.sha256).digest()[:SIGNATURE_BYTES]
