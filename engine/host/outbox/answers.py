"""How a command has ended: its row's end and the session's answer, which are written in one transaction."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from engine.adapters.gateway import Carried, NotNow, Refused, Unknown, Unsure
from engine.events import Answering, AnyEvent, CommandFailed, MessageSent
from engine.host.outbox.pace import pause
from engine.host.outbox.registry import is_by_hand
from engine.host.texting import entries
from engine.store import Store, inbox, now_micros, outbox
from engine.store.inbox import Posted
from engine.store.outbox import Ending, OutboxRow
from engine.store.times import SECOND

SOURCE = "outbox"
DIED = "its process ended while it was on its way"


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A row, its end, and the answer, if the session gets one now; and the gateway's ids of all its parts."""

    row: OutboxRow
    ending: Ending
    event: Answering | None = None
    references: tuple[str, ...] = ()
    delivered: bool = False


def carried(row: OutboxRow, outcome: Carried, *, awaits: bool = False) -> Ended:
    """It is done. Where the session `awaits` the receipt, that is its answer, unless there is no more to come."""
    event: Answering | None = outcome.event
    reason = event.reason if isinstance(event, CommandFailed) else None
    delivered = isinstance(event, MessageSent) and event.state == "delivered"
    ending = Ending(id=row.id, state="done", reference=outcome.reference[:200] or None, reason=reason)
    if awaits and isinstance(event, MessageSent) and not delivered:
        event = None
    parts = outcome.parts or ((outcome.reference,) if outcome.reference else ())
    return Ended(row=row, ending=ending, event=event, references=parts, delivered=delivered)


def stopped(row: OutboxRow) -> Ended:
    """Whom it is for wants nothing more from us."""
    reason = "stopped: the address is on the do-not-contact list"
    ending = Ending(id=row.id, state="cancelled", reason=reason)
    return Ended(row=row, ending=ending, event=CommandFailed(command_id=row.command_id, reason=reason))


def not_now(row: OutboxRow, error: NotNow, *, tries: int) -> Ended:
    """It is tried again, later and later; or not, after so many tries."""
    if row.attempts >= tries:
        return refused(row, Refused(f"{error.reason} ({row.attempts} tries)"))
    seconds = pause(row.attempts, random.random())
    return _again(row, error.reason, seconds if error.after is None else max(seconds, error.after))


def refused(row: OutboxRow, error: Refused) -> Ended:
    """A dead letter: a person sees it, and may send it again."""
    ending = Ending(id=row.id, state="dead", reason=error.reason)
    return Ended(row=row, ending=ending, event=CommandFailed(command_id=row.command_id, reason=error.reason[:500]))


def unsure(row: OutboxRow, error: Unsure, *, tries: int) -> Ended:
    """Nobody knows: it is unknown, and is sent again only where its node says so.

    Its key went with it: where a gateway's receipts name that, one may still say what became of it.
    """
    if row.on_unknown == "resend" and row.attempts < tries and not isinstance(error, Unknown):
        return _again(row, f"unknown: {error.reason}", pause(row.attempts, random.random()))
    reason = f"unknown: {error.reason}"
    ending = Ending(id=row.id, state="unknown", reason=reason)
    event = CommandFailed(command_id=row.command_id, reason=reason[:500])
    return Ended(row=row, ending=ending, event=event, references=(row.key,))


def given_back(row: OutboxRow) -> Ended:
    """It has not been begun, and whoever drives the gateway next begins it."""
    return Ended(row=row, ending=Ending(id=row.id, state="due", due_at=now_micros()))


def write(store: Store, ended: Sequence[Ended], *, epoch: int) -> int:
    """Write ends and answers together; how many answers sessions have got by it."""
    with store.begin() as connection:
        return write_on(connection, ended, epoch=epoch)


def write_on(connection: sa.Connection, ended: Sequence[Ended], *, epoch: int) -> int:
    """The same within a transaction."""
    at = now_micros()
    ours = outbox.end(connection, [each.ending for each in ended], epoch=epoch, at=at)
    posted = [
        (each.row.session_id, SOURCE, each.row.key, Posted(event=_answer(each.row, each.event)))
        for each in ended
        if each.event is not None and each.row.id in ours and not is_by_hand(each.row.command_id)
    ]
    posted += entries.write(connection, ended, ours, at=at)
    return inbox.put_each(connection, posted, at=at)


def _again(row: OutboxRow, reason: str, seconds: float) -> Ended:
    due_at = now_micros() + int(seconds * SECOND)
    return Ended(row=row, ending=Ending(id=row.id, state="due", reason=reason, due_at=due_at))


def _answer(row: OutboxRow, event: Answering) -> AnyEvent:
    answer: AnyEvent = msgspec.structs.replace(  # type: ignore[assignment]
        event, command_id=row.command_id, at=event.at or datetime.now(UTC)
    )
    return answer
