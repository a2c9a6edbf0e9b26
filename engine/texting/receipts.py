"""Delivery receipts (SMPP 3.4, appendix B): what became of a text that was handed over.

A receipt is text of a form that every centre writes a little differently: `id:123 sub:001 dlvrd:001 submit date:…
done date:… stat:DELIVRD err:000 text:…`. The message's id is the only thing that ties it to what was sent, and some
centres give it in hexadecimal when they take the text and in decimal here.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

State = Literal["queued", "delivered", "failed", "expired", "unknown"]

_STATES: dict[str, State] = {
    "DELIVRD": "delivered", "EXPIRED": "expired", "DELETED": "failed", "UNDELIV": "failed", "ACCEPTD": "queued",
    "UNKNOWN": "unknown", "REJECTD": "failed", "ENROUTE": "queued", "SKIPPED": "failed",
}  # fmt: skip
BY_NUMBER: dict[int, State] = {
    1: "queued", 2: "delivered", 3: "expired", 4: "failed", 5: "failed", 6: "queued", 7: "unknown", 8: "failed",
}  # fmt: skip
"""`message_state` (SMPP 3.4 §5.2.28)."""
_FIELD = re.compile(r"\b(id|stat|err):\s*(\S{1,65})", re.IGNORECASE)
_LONGEST = 1_000


class Receipt(msgspec.Struct, frozen=True):
    """What a receipt says of a message; `error` is the network's word for the reason, often a number."""

    message_id: str
    state: State
    error: str = ""


def read_receipt(text: str, *, message_id: str = "", message_state: int | None = None) -> Receipt | None:
    """A receipt, from its text and the optional parameters, which are the surer ones; None if it names no message."""
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(text[:_LONGEST]):
        found.setdefault(name.lower(), value)
    identity = message_id or found.get("id", "")
    if not identity:
        return None
    state = _STATES.get(found.get("stat", "").upper()[:7], "unknown")
    if message_state is not None:
        state = BY_NUMBER.get(message_state, "unknown")
    error = found.get("err", "")
    return Receipt(identity, state, error.lstrip("0") and error)


def spellings(message_id: str) -> tuple[str, ...]:
    """How a centre may write the same id elsewhere: as it is, without leading noughts, in the other number system."""
    bare = message_id.lstrip("0") or "0"
    found = [message_id, bare]
    if bare.isdecimal() and len(bare) <= 20:
        found += [f"{int(bare):x}", f"{int(bare):X}"]
    if re.fullmatch(r"[0-9a-fA-F]{1,16}", bare):
        found.append(str(int(bare, 16)))
    return tuple(dict.fromkeys(found))
