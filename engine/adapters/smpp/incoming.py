"""What a message centre delivers: receipts for our texts, and texts for us, or parts of them. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from engine.adapters.message_news import PartOf, Receipt, ReceiptState, TextReceived
from engine.adapters.smpp.bodies import (
    MESSAGE_STATE,
    RECEIPTED_MESSAGE_ID,
    SAR_NUMBER,
    SAR_REFERENCE,
    SAR_TOTAL,
    Address,
    Message,
)
from engine.adapters.smpp.config import SmsSmppConfig
from engine.adapters.smpp.outgoing import UDH, same_id
from engine.adapters.smpp.pdu import Garbled
from engine.texting.alphabet import from_septets
from engine.texting.joining import part_of, without_header
from engine.texting.packing import fill_behind, unpacked
from engine.texting.receipts import State, read_receipt

_KIND: Final = 0x3C
_RECEIPTS: Final = (0x04, 0x20)
"""`esm_class` of a receipt, and of news on the way to one (§5.2.12). An SMSC's word: no phone can set it."""
_STATES: Final[dict[State, ReceiptState]] = {
    "queued": "buffered", "delivered": "delivered", "failed": "failed", "expired": "expired", "unknown": "unknown",
}  # fmt: skip
_ASCII, _LATIN_1, _UCS_2, _CLASSES = 1, 3, 8, 0xF0
_INTERNATIONAL = 1


def news(config: SmsSmppConfig, message: Message, at: datetime) -> TextReceived | Receipt:
    """What this `deliver_sm` says; raises Garbled for a receipt of nothing."""
    if message.esm_class & _KIND in _RECEIPTS or RECEIPTED_MESSAGE_ID in message.options:
        return _receipt(config, message, at)
    return _text(config, message, at)


def decoded(config: SmsSmppConfig, octets: bytes, coding: int, header: int = 0) -> str:
    """Octets as text, by their `data_coding` (§5.2.19, and TS 23.038 §4 for those of the network's own)."""
    if coding == config.ucs2_coding or coding == _UCS_2:
        return octets[: len(octets) & ~1].decode("utf-16-be", "surrogatepass")
    if coding in (0, config.gsm7_coding):
        return from_septets(unpacked(octets, fill_behind(header)) if config.gsm7 == "packed" else octets)
    if coding in (_ASCII, _LATIN_1):
        return octets.decode("latin-1")
    eight_bits, two_octets = coding & 0x0C == 0x04, coding & 0x0C == 0x08
    if coding >= _CLASSES:
        eight_bits, two_octets = bool(coding & 0x04), False
    if two_octets:
        return octets[: len(octets) & ~1].decode("utf-16-be", "surrogatepass")
    return octets.decode("latin-1") if eight_bits else from_septets(octets)


def _receipt(config: SmsSmppConfig, message: Message, at: datetime) -> Receipt:
    by_option = message.options.get(RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0].decode("latin-1")
    state = message.options.get(MESSAGE_STATE, b"")
    read = read_receipt(
        message.content.decode("latin-1"), message_id=by_option, message_state=state[0] if state else None
    )  # fmt: skip
    if read is None:
        raise Garbled("a receipt that names no text")
    reference = same_id(config, read.message_id, of_receipt=not by_option)
    return Receipt(
        reference=reference, state=_STATES[read.state], at=at, reason=read.error, receiver=_number(message.source)
    )  # fmt: skip


def _text(config: SmsSmppConfig, message: Message, at: datetime) -> TextReceived:
    octets, part, header = message.content, None, 0
    if message.esm_class & UDH:
        if (found := part_of(octets)) is not None:
            part = PartOf(reference=found.reference, number=found.number, total=found.total)
        rest = without_header(octets)
        header, octets = len(octets) - len(rest), rest
    elif SAR_REFERENCE in message.options:
        part = _by_options(message.options)
    return TextReceived(
        external_id="", sender=_number(message.source), receiver=_number(message.to),
        text=decoded(config, octets, message.data_coding, header), at=at, part=part,
    )  # fmt: skip


def _by_options(options: dict[int, bytes]) -> PartOf | None:
    """The part that `sar_*` speak of; None if they are not whole, or lie."""
    reference, total, number = (
        int.from_bytes(options.get(tag, b"")[:2]) for tag in (SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER)
    )
    return PartOf(reference=reference, number=number, total=total) if 1 <= number <= total <= 255 else None


def _number(address: Address) -> str:
    """A number as the house writes it: with + where it is said to be international."""
    plain = address.digits.removeprefix("+").isdecimal()
    if address.ton == _INTERNATIONAL and plain and not address.digits.startswith("+"):
        return f"+{address.digits}"
    return address.digits
