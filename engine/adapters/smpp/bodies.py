"""What stands in SMPP's units: texts that end with a nought, single octets, and optional parameters behind them.

`submit_sm` and `deliver_sm` are laid out alike (SMPP 3.4 §4.4.1, §4.6.1), so one shape serves both ways. Texts are kept
in Latin-1, which loses no octet of whatever a centre writes.
"""

from __future__ import annotations

import struct
from typing import Final

import msgspec

from engine.adapters.smpp.pdu import Garbled

VERSION: Final = 0x34
RECEIPTED_MESSAGE_ID: Final = 0x001E
SAR_REFERENCE: Final = 0x020C
SAR_TOTAL: Final = 0x020E
SAR_NUMBER: Final = 0x020F
MESSAGE_PAYLOAD: Final = 0x0424
MESSAGE_STATE: Final = 0x0427
LONGEST_SHORT: Final = 254
"""Octets of `short_message`; more goes as `message_payload`."""
_OPTION = struct.Struct(">HH")


class Address(msgspec.Struct, frozen=True):
    """A number or a name, with its type of number and its numbering plan (§5.2.5, §5.2.6)."""

    digits: str
    ton: int = 0
    npi: int = 0

    def encode(self) -> bytes:
        """As it stands in a unit."""
        return bytes((self.ton, self.npi)) + text(self.digits)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A text on its way, ours or theirs."""

    source: Address
    to: Address
    octets: bytes
    service_type: str = ""
    esm_class: int = 0
    data_coding: int = 0
    registered_delivery: int = 0
    options: dict[int, bytes] = {}

    def encode(self) -> bytes:
        """The body of a `submit_sm` or `deliver_sm`."""
        behind = b"".join(_OPTION.pack(tag, len(value)) + value for tag, value in self.options.items())
        return b"".join((
            text(self.service_type), self.source.encode(), self.to.encode(), bytes((self.esm_class, 0, 0, 0, 0)),
            bytes((self.registered_delivery, 0, self.data_coding, 0, len(self.octets))), self.octets, behind,
        ))  # fmt: skip

    @property
    def content(self) -> bytes:
        """The text's octets, wherever they stand."""
        return self.octets or self.options.get(MESSAGE_PAYLOAD, b"")


def text(value: str) -> bytes:
    """A text and the nought behind it; a nought inside would end it, and is left out."""
    return value.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"


def texts(body: bytes, count: int) -> tuple[list[str], int]:
    """So many texts from the start of a body, and where they end; raises Garbled."""
    found: list[str] = []
    at = 0
    for _ in range(count):
        end = body.find(b"\0", at)
        if end < 0:
            raise Garbled("a text without its end")
        found.append(body[at:end].decode("latin-1"))
        at = end + 1
    return found, at


def message_id(body: bytes) -> str:
    """The id in a `submit_sm_resp`; some centres leave out its end, or all of it."""
    return body.partition(b"\0")[0].decode("latin-1")


def read_message(body: bytes) -> Message:
    """The text in a `submit_sm` or `deliver_sm`; raises Garbled."""
    try:
        (service_type,), at = texts(body, 1)
        source, at = _address(body, at)
        to, at = _address(body, at)
        esm_class = body[at]
        _, used = texts(body[at + 3 :], 2)  # schedule_delivery_time and validity_period
        at += 3 + used
        registered_delivery, data_coding, length = body[at], body[at + 2], body[at + 4]
    except IndexError:
        raise Garbled("a unit that ends too early") from None
    at += 5
    if at + length > len(body):
        raise Garbled(f"a text of {length} octets, of which {len(body) - at} are there")
    return Message(
        source=source, to=to, octets=body[at : at + length], service_type=service_type, esm_class=esm_class,
        data_coding=data_coding, registered_delivery=registered_delivery, options=_options(body, at + length),
    )  # fmt: skip


def bind(system_id: str, password: str, system_type: str = "", address_range: str = "") -> bytes:
    """The body of a bind."""
    names = text(system_id) + text(password) + text(system_type)
    return names + bytes((VERSION, 0, 0)) + text(address_range)


def _address(body: bytes, at: int) -> tuple[Address, int]:
    ton, npi = body[at], body[at + 1]
    end = body.find(b"\0", at + 2)
    if end < 0:
        raise Garbled("an address without its end")
    return Address(body[at + 2 : end].decode("latin-1"), ton, npi), end + 1


def _options(body: bytes, at: int) -> dict[int, bytes]:
    """The optional parameters; what is cut off at the end is left out."""
    found: dict[int, bytes] = {}
    while at + 4 <= len(body):
        tag, length = _OPTION.unpack_from(body, at)
        value = body[at + 4 : at + 4 + length]
        if len(value) < length:
            break
        found[tag] = value
        at += 4 + length
    return found
