"""How a command has ended: its row's end and the session's answer, which are written in one transaction."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from engine.adapters.gateway import Carried, NotNow, Refused, Unsure
from engine.events import Answering, AnyEvent, CommandFailed
from engine.host.outbox.pace import pause
from engine.store import Store, inbox, now_micros, outbox
from engine.store.inbox import Posted
from engine.store.outbox import Ending, OutboxRow
from engine.store.times import SECOND

SOURCE = "outbox"
DIED = "its process ended while it was on its way"


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A row, its end, and the answer, if the session gets one now."""

    row: OutboxRow
    ending: Ending
    event: Answering | None = None


def carried(row: OutboxRow, outcome: Carried) -> Ended:
    """It is done."""
    reason = outcome.event.reason if isinstance(outcome.event, CommandFailed) else None
    reference = outcome.reference[:200] or None
    return Ended(
        row=row, ending=Ending(id=row.id, state="done", reference=reference, reason=reason), event=outcome.event
    )


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
    """Nobody knows: it is unknown, and is sent again only where its node says so."""
    if row.on_unknown == "resend" and row.attempts < tries:
        return _again(row, f"unknown: {error.reason}", pause(row.attempts, random.random()))
    reason = f"unknown: {error.reason}"
    ending = Ending(id=row.id, state="unknown", reason=reason)
    return Ended(row=row, ending=ending, event=CommandFailed(command_id=row.command_id, reason=reason[:500]))


def given_back(row: OutboxRow) -> Ended:
    """It has not been begun, and whoever drives the gateway next begins it."""
    return Ended(row=row, ending=Ending(id=row.id, state="due", due_at=now_micros()))


def write(store: Store, ended: Sequence[Ended], *, epoch: int) -> int:
    """Write ends and answers together; how many answers sessions have got by it."""
    at = now_micros()
    with store.begin() as connection:
        ours = outbox.end(connection, [each.ending for each in ended], epoch=epoch, at=at)
        posted = [
            (each.row.session_id, SOURCE, each.row.key, Posted(event=_answer(each.row, each.event)))
            for each in ended
            if each.event is not None and each.row.id in ours
        ]
        return inbox.put_each(connection, posted, at=at)


def _again(row: OutboxRow, reason: str, seconds: float) -> Ended:
    due_at = now_micros() + int(seconds * SECOND)
    return Ended(row=row, ending=Ending(id=row.id, state="due", reason=reason, due_at=due_at))


def _answer(row: OutboxRow, event: Answering) -> AnyEvent:
    answer: AnyEvent = msgspec.structs.replace(  # type: ignore[assignment]
        event, command_id=row.command_id, at=event.at or datetime.now(UTC)
    )
    return answer
