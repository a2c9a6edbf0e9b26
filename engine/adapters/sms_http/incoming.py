"""What a provider tells us, read from its request by the callback's declaration. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.adapters.message_news import PartOf, Receipt, TextReceived
from engine.adapters.sms_http.asked import Asked
from engine.adapters.sms_http.callbacks import Callback
from engine.adapters.sms_http.times import read_time
from engine.faults import Fault, shown

MOST_TOGETHER = 1_000
LONGEST_ID = 200


MESSAGES = {
    "is missing", "is no list", "has more than {limit} reports", "names {value}, which is not declared",
}  # fmt: skip


class Garbled(Exception):
    """It does not say what its declaration promises: the fault, and where it is."""

    def __init__(self, place: str, message: str, **params: Any) -> None:
        super().__init__(f"{place}: {message.format(**params)}")
        self.fault = Fault(place, message, params)


def news(callback: Callback, asked: Asked, at: datetime) -> list[Receipt | TextReceived]:
    """All that one request tells; raises Garbled."""
    if callback.each is None:
        return [_one(callback, asked, None, at)]
    reports = asked.every(callback.each)
    if reports is None:
        raise Garbled(callback.each, "is no list")
    if len(reports) > MOST_TOGETHER:
        raise Garbled(callback.each, "has more than {limit} reports", limit=MOST_TOGETHER)
    return [_one(callback, asked, each, at) for each in reports]


def _one(callback: Callback, asked: Asked, each: Any, at: datetime) -> Receipt | TextReceived:
    def found(place: str | None) -> str:
        return "" if place is None else (asked.at(place, each) or b"").decode("utf-8", "replace").strip()

    def needed(place: str | None) -> str:
        if value := found(place):
            return value
        raise Garbled(str(place), "is missing")

    if callback.tells == "receipt":
        state = needed(callback.state)
        known = callback.states.get(state)
        reason = found(callback.reason)
        if known is None:
            reason = f"{state[:40]} {reason}".strip()
        return Receipt(
            reference=needed(callback.reference)[:LONGEST_ID], state=known or "unknown", at=at, reason=reason[:200]
        )  # fmt: skip
    said = None if callback.time is None else read_time(asked.at(callback.time, each))
    return TextReceived(
        external_id=found(callback.id)[:LONGEST_ID], sender=needed(callback.sender),
        receiver=found(callback.receiver), text=_text(callback, asked, each, found(callback.charset_from)),
        at=said or at, part=_part(found, callback),
    )  # fmt: skip


def _text(callback: Callback, asked: Asked, each: Any, charset: str) -> str:
    assert callback.text is not None
    octets = asked.at(callback.text, each)
    if octets is None:
        raise Garbled(callback.text, "is missing")
    if callback.text.startswith(("json.", "each.")):  # JSON is Unicode already
        return octets.decode("utf-8", "replace")
    if callback.charset_from is not None and charset and charset not in callback.charsets:
        raise Garbled(callback.charset_from, "names {value}, which is not declared", value=shown(charset))
    return octets.decode(callback.charsets.get(charset, callback.charset), "replace")


def _part(found: Any, callback: Callback) -> PartOf | None:
    written = [found(place) for place in (callback.part_reference, callback.part_number, callback.part_total)]
    if not all(each.isascii() and each.isdecimal() and len(each) < 10 for each in written):
        return None
    reference, number, total = map(int, written)
    return PartOf(reference=reference, number=number, total=total) if total > 1 else None
