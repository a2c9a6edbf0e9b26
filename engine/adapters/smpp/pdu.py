"""The frame of SMPP 3.4: sixteen octets that say how long a unit is, what it asks, and which question it answers.

What comes from the network is not to be trusted: a length is looked at before a single octet is waited for, so that no
peer can make us keep more than the longest unit that there is.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

RESPONSE: Final = 0x8000_0000
GENERIC_NACK: Final = 0x8000_0000
BIND_RECEIVER: Final = 0x01
BIND_TRANSMITTER: Final = 0x02
SUBMIT_SM: Final = 0x04
DELIVER_SM: Final = 0x05
UNBIND: Final = 0x06
BIND_TRANSCEIVER: Final = 0x09
ENQUIRE_LINK: Final = 0x15
ALERT_NOTIFICATION: Final = 0x102
COMMANDS: Final = frozenset({0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x15, 0x21, 0x102, 0x103})
"""What the standard knows (§5.1.2.1); each has a response but for outbind and alert_notification."""
LONGEST: Final = 70_000
"""Octets: a `message_payload` of 65,535 and all that may stand before it."""
LAST_SEQUENCE: Final = 0x7FFF_FFFF
_HEADER = struct.Struct(">IIII")


class Garbled(Exception):
    """This is no SMPP: nothing that follows can be understood either."""


class Pdu(msgspec.Struct, frozen=True, gc=False):
    """One unit."""

    command: int
    status: int
    sequence: int
    body: bytes = b""

    def encode(self) -> bytes:
        """As it goes over the wire."""
        return _HEADER.pack(16 + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = 0, body: bytes = b"") -> Pdu:
        """The response to it."""
        return Pdu(self.command | RESPONSE, status, self.sequence, body)


class Frames:
    """Cuts what arrives into units."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, arrived: bytes) -> list[Pdu]:
        """The units that are whole now; raises Garbled for a length that cannot be."""
        data = self._rest + arrived if self._rest else arrived
        units: list[Pdu] = []
        at = 0
        while len(data) - at >= 4:
            length = int.from_bytes(data[at : at + 4])
            if not 16 <= length <= LONGEST:
                raise Garbled(f"a unit of {length} octets")
            if len(data) - at < length:
                break
            _, command, status, sequence = _HEADER.unpack_from(data, at)
            units.append(Pdu(command, status, sequence, data[at + 16 : at + length]))
            at += length
        self._rest = data[at:]
        return units
