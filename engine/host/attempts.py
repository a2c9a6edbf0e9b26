"""What calls of ours are to the live host, and one call on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
import sqlalchemy as sa

from engine.adapters.telephony import Missed, Outgoing, Telephony
from engine.adapters.ways import Way
from engine.commands import PlaceCall
from engine.events import AnyEvent
from engine.host.roster import Roster
from engine.host.turn import Held
from engine.store.outbox import OutboxRow
from engine.store.sessions import LegRow

Work = Callable[[sa.Connection], object]
UNKNOWN = "unknown"
"""The word for a call of which nobody can say what became of it."""


class Host(Protocol):
    """What is needed of the live host."""

    telephony: Telephony
    roster: Roster

    def may_act(self) -> bool:
        """Whether the lease is still ours."""

    def hold(self, held: Held, leg: str) -> None:
        """Keep a session with this party, whose row is in the database."""

    def apply(self, held: Held, event: AnyEvent, work: Work) -> bool:
        """Apply an event, with more to be written in its commit; whether it meant anything to the session."""

    def note(self, held: Held, work: Work | None = None, then: Callable[[], object] | None = None) -> None:
        """Commit what has changed of its parties; `then` is called on the event loop when it is written."""


class Attempt:
    """One call on its way, by one trunk; `tried` are the trunks so far, this one the last."""

    __slots__ = ("command", "given_up", "held", "leg", "row_id", "tried")

    def __init__(self, held: Held, row_id: bytes, command: PlaceCall, leg: str, tried: tuple[str, ...]) -> None:
        self.held = held
        self.row_id = row_id
        self.command = command
        self.leg = leg
        self.tried = tried
        self.given_up = False

    @property
    def next_leg(self) -> str:
        """The name of the leg if it is tried by one more trunk."""
        return f"{self.held.id.hex()}-{self.command.id}-{len(self.tried) + 1}"

    def outgoing(self, *, endpoint: str = "", caller_id: str = "", record_early: bool = False) -> Outgoing:
        """What the telephones are asked for."""
        command = self.command
        return Outgoing(
            leg=self.leg, endpoint=endpoint, caller_id=caller_id, ring_seconds=command.ring_seconds,
            detect_machine=command.detect_machine, wait_for_beep=command.wait_for_beep,
            record_early=record_early,
        )  # fmt: skip

    def ended(self, missed: Missed, at: int) -> LegRow:
        """Its leg's row after the end of a call that nobody took."""
        row = self.held.legs[self.leg]
        fate = UNKNOWN if missed.cause == UNKNOWN else missed.fate
        rang, sip = missed.rang or bool(row.rang), missed.sip or None
        changed = {"state": "ended", "ended_at": at, "cause": missed.cause[:80], "fate": fate, "rang": rang, "sip": sip}
        return _changed(row, **changed)

    def rings(self) -> LegRow:
        """Its leg's row when the far end rings."""
        return _changed(self.held.legs[self.leg], state="ringing", rang=True)

    def answered(self) -> LegRow:
        """Its leg's row when somebody has answered, who may have done so without a ring."""
        row = self.held.legs[self.leg]
        return _changed(row, fate="answered", rang=bool(row.rang))


def party(session_id: bytes, name: str, command: PlaceCall, way: Way, at: int) -> LegRow:
    """The row of a leg that is about to be dialled."""
    return LegRow(
        session_id=session_id, leg=name, direction="out", caller=way.caller_id[:80], called=command.to[:80],
        state="placing", started_at=at, trunk=way.trunk[:64],
    )  # fmt: skip


def trunks_before(row: OutboxRow) -> int:
    """How many trunks had been tried before the one that the row names: its leg has their number in its name."""
    number = (row.reference or "").removeprefix(row.key).removeprefix("-")
    return int(number) - 1 if number.isdecimal() else 0


def _changed(row: LegRow, **changes: object) -> LegRow:
    changed: LegRow = msgspec.structs.replace(row, **changes)
    return changed
