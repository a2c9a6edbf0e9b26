"""The ledger as a gateway's driver writes it: many rows at once, in the transactions that write the outbox.

    queued → sending → sent → delivered | failed
                  ↘ failed | unknown | stopped

A row begins when its command is `sending`, before anything leaves, and ends with its command. What is over stays so:
only a receipt, or a person who sends it again, changes it after that.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Insert, Update
from engine.store.messages import REASON_CHARACTERS, Medium
from engine.store.tenant import message


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is on its way from now on, or stopped before it left."""

    id: bytes
    medium: Medium
    gateway: str
    sender: str
    receiver: str
    peer: str
    text: str
    session_id: bytes | None = None
    subject: str | None = None
    parts: int = 1
    price: int | None = None
    currency: str | None = None
    awaits: bool = False
    queued_at: int = 0


class End(msgspec.Struct, frozen=True, kw_only=True):
    """How far a message has come: `sent`, `delivered`, `failed`, `unknown`, `stopped`, or `queued` again."""

    id: bytes
    state: str
    reason: str | None = None
    reference: str | None = None


_SENDING = (*Sending.__struct_fields__, "direction", "state", "sending_at")
_INSERT = Insert(message, _SENDING, new_only=True)
_AGAIN = Update(message, ["id"], ["state", "sending_at", "gateway", "sender", "text", "parts", "price", "currency"])
_END = Update(message, ["id", "state"], ["state", "reason", "reference", "sent_at", "unknown_at", "ended_at"])
_ENDED = ("delivered", "failed", "stopped")


def begin(connection: sa.Connection, rows: Sequence[Sending], *, at: int) -> None:
    """These are `sending`; one that was before is again."""
    values = [(*msgspec.structs.astuple(row), "out", "sending", at) for row in rows]
    if _INSERT.run(connection, values) < len(rows):
        again = [
            (row.id, "sending", at, row.gateway, row.sender, row.text, row.parts, row.price, row.currency)
            for row in rows
        ]
        _AGAIN.run(connection, again)


def end(connection: sa.Connection, ends: Sequence[End], *, at: int, was: str = "sending") -> None:
    """These have come so far; one that is not as it `was` stays as it is."""
    _END.run(
        connection,
        [
            (
                each.id, was, each.state, each.reason and each.reason[:REASON_CHARACTERS], each.reference,
                at if each.state in ("sent", "delivered") else None, at if each.state == "unknown" else None,
                at if each.state in _ENDED else None,
            )
            for each in ends
        ],
    )  # fmt: skip


def come_back(connection: sa.Connection, identity: bytes, *, reason: str, at: int) -> None:
    """A message that had left, as far as anybody knew, has not arrived."""
    had_left = sa.and_(message.c.id == identity, message.c.state.in_(("sending", "sent", "delivered", "unknown")))
    changed = {"state": "failed", "reason": reason[:REASON_CHARACTERS], "ended_at": at}
    connection.execute(message.update().where(had_left).values(changed))
