"""A text as parts for a message centre, and what its answers mean. Pure."""

from __future__ import annotations

from typing import Final

from engine.adapters.gateway import NotNow, Refused
from engine.adapters.smpp import statuses
from engine.adapters.smpp.bodies import LONGEST_SHORT, MESSAGE_PAYLOAD, Address, Message, message_id
from engine.adapters.smpp.config import SmsSmppConfig
from engine.adapters.smpp.pdu import Pdu
from engine.commands import SendSms
from engine.texting.packing import fill_behind, packed
from engine.texting.segments import Segments, TooLong, segments

UDH: Final = 0x40
"""`esm_class` of a text that begins with a header (§5.2.12)."""
HEADER: Final = 6
LONGEST_ADDRESS: Final = 20
_INTERNATIONAL, _ALPHANUMERIC, _ISDN = 1, 5, 1


def parts(config: SmsSmppConfig, command: SendSms, reference: int) -> list[bytes]:
    """The bodies of `submit_sm` for a text; raises Refused for one that cannot be written."""
    try:
        cut = segments(command.text, plain_signs=config.plain_signs)
    except TooLong as error:
        raise Refused(f"the text is too long: {error}") from None
    source, to = sender(config, command.sender or config.sender), number(config, command.to)
    coding = config.gsm7_coding if cut.alphabet == "gsm7" else config.ucs2_coding
    messages = _whole(config, cut) if config.long_texts == "message_payload" else _divided(config, cut, reference)
    return [
        Message(
            source=source, to=to, octets=octets, options=options, service_type=config.service_type,
            esm_class=UDH if len(messages) > 1 else 0, data_coding=coding,
            registered_delivery=config.registered_delivery,
        ).encode()
        for octets, options in messages
    ]  # fmt: skip


def sender(config: SmsSmppConfig, written: str) -> Address:
    """Our address, by its looks where its kind is not set."""
    if not written.isascii() or len(written) > LONGEST_ADDRESS:
        raise Refused(f"no usable sender: {written[:40]!r}")
    if any(sign.isalpha() for sign in written):
        ton, npi = _ALPHANUMERIC, 0
    else:
        ton, npi = _INTERNATIONAL if written.startswith("+") else 0, _ISDN
    return Address(written.removeprefix("+"), _given(config.sender_ton, ton), _given(config.sender_npi, npi))


def number(config: SmsSmppConfig, written: str) -> Address:
    """The number as the centre wants it."""
    digits = written.removeprefix("+")
    shown = {"digits": digits, "plus": f"+{digits}", "as_given": written}[config.to_format]
    if not shown.isascii() or not 0 < len(shown) <= LONGEST_ADDRESS:
        raise Refused(f"no usable number: {written[:40]!r}")
    ton = _INTERNATIONAL if written.startswith("+") else 0
    return Address(shown, _given(config.to_ton, ton), _given(config.to_npi, _ISDN))


def taken(config: SmsSmppConfig, answer: Pdu) -> str:
    """The centre's id of a part that it has taken; raises NotNow or Refused."""
    if answer.status == statuses.OK:
        return same_id(config, message_id(answer.body))
    reason = statuses.name(answer.status)
    if answer.status in statuses.NOT_NOW or answer.status in config.try_again:
        raise NotNow(reason)
    raise Refused(reason)


def same_id(config: SmsSmppConfig, written: str, *, of_receipt: bool = False) -> str:
    """An id as we keep it: as it is, or in decimal where the centre writes it in two number systems."""
    if config.message_ids == "same":
        return written
    hexadecimal = (config.message_ids == "hex_then_decimal") != of_receipt
    try:
        return str(int(written, 16 if hexadecimal else 10))
    except ValueError:
        return written


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _whole(config: SmsSmppConfig, cut: Segments) -> list[tuple[bytes, dict[int, bytes]]]:
    octets = b"".join(cut.parts)
    if cut.alphabet == "gsm7" and config.gsm7 == "packed":
        octets = packed(octets)
    return [(octets, {})] if len(octets) <= LONGEST_SHORT else [(b"", {MESSAGE_PAYLOAD: octets})]


def _divided(config: SmsSmppConfig, cut: Segments, reference: int) -> list[tuple[bytes, dict[int, bytes]]]:
    written = cut.with_headers(reference)
    if cut.alphabet == "gsm7" and config.gsm7 == "packed":
        header = HEADER if len(written) > 1 else 0
        written = tuple(part[:header] + packed(part[header:], fill_behind(header)) for part in written)
    return [(part, {}) for part in written]
