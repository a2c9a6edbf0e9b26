"""How far a message has come, written into the ledger with the end of its outbox row; and receipts into inboxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.events import CommandFailed, MessageSent
from engine.host.outbox.registry import is_by_hand
from engine.store import from_micros, ledger, receipts
from engine.store.inbox import Posted
from engine.store.ledger import End
from engine.store.receipts import Come, Given
from engine.texting.routes import family

if TYPE_CHECKING:
    from engine.host.outbox.answers import Ended

LEDGER = ("sms", "mail")
SOURCE = "receipt"
Put = tuple[bytes, str, str, Posted]
"""What goes into an inbox: whose, from where, under which id, what."""


def write(connection: sa.Connection, ended: Sequence[Ended], ours: Collection[bytes], *, at: int) -> list[Put]:
    """Write the ends of messages; the answers of those whose receipts were here before."""
    messages = [each for each in ended if family(each.row.gateway) in LEDGER]
    if not messages:
        return []
    ledger.end(connection, [_end(each) for each in messages if each.row.id in ours], at=at)
    late = [each for each in messages if each.row.id not in ours and each.ending.state == "done"]
    if late:
        ledger.end(connection, [_end(each) for each in late], at=at, was="unknown")
        for each in late:
            if each.row.key not in each.references:
                receipts.forget(connection, each.row.id)  # no receipt will name our key: the gateway has ids of its own
    by_gateway: dict[str, list[Given]] = {}
    for each in messages:
        doubtful = each.ending.state == "unknown"
        if doubtful and (each.row.id not in ours or receipts.has_any(connection, each.row.id)):
            continue  # who had it in hand before has told its ids by now
        if each.references:
            by_gateway.setdefault(each.row.gateway, []).append(Given(each.row.id, each.references))
    return [
        put
        for gateway, given in by_gateway.items()
        for put in answers(receipts.made(connection, gateway, given, at=at), at=at)
    ]


def answers(come: Iterable[Come], *, at: int) -> list[Put]:
    """What the sessions are told that wait for receipts."""
    return [
        (each.session_id, SOURCE, f"{each.session_id.hex()}-{each.command_id}", Posted(event=_event(each, at)))
        for each in come
        if each.awaited and not is_by_hand(each.command_id)
    ]


def _event(each: Come, at: int) -> MessageSent | CommandFailed:
    if each.delivered:
        return MessageSent(at=from_micros(at), command_id=each.command_id, state="delivered")
    return CommandFailed(at=from_micros(at), command_id=each.command_id, reason=f"not delivered: {each.reason}"[:500])


def _end(each: Ended) -> End:
    ending = each.ending
    state = {"due": "queued", "dead": "failed", "cancelled": "stopped"}.get(ending.state, ending.state)
    if state == "done":
        state = "failed" if isinstance(each.event, CommandFailed) else "delivered" if each.delivered else "sent"
    return End(id=ending.id, state=state, reason=ending.reason, reference=ending.reference)
