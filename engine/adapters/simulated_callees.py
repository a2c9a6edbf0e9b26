"""Whom the simulated telephony can call: somebody at every number, and what becomes of the call is data."""

from __future__ import annotations

import asyncio
from typing import Protocol

from engine.adapters.telephony import FaxOver, Missed, Outgoing, PickedUp, Rang, Told

FATES: dict[str, PickedUp | Missed] = {
    "answered": PickedUp(by="human"), "machine": PickedUp(by="machine"), "unsure": PickedUp(by="unsure"),
    "busy": Missed(fate="busy", cause="busy", sip=486), "declined": Missed(fate="busy", cause="declined", sip=603),
    "no_answer": Missed(fate="no_answer", cause="no_answer", rang=True),
    "failed": Missed(fate="failed", cause="unallocated", sip=404),
}  # fmt: skip
"""What may become of a call, by the words of a scenario's mocks."""

RINGS = 1.0
"""Seconds after which a callee answers."""


class Callers(Protocol):
    """What a call needs of the telephony that it belongs to."""

    def picked_up(self, call: Outgoing) -> None:
        """The call is a leg like any other from now on."""

    def missed(self, call: Outgoing) -> None:
        """Nobody has taken it."""


class RingingCall:
    """One call that is on its way to an imagined callee."""

    def __init__(self, callers: Callers, call: Outgoing, told: Told, fate: str, *, rings: float = RINGS) -> None:
        self.call = call
        self._callers = callers
        self._told = told
        self._outcome = FATES[fate]
        loop = asyncio.get_running_loop()
        self._handles: list[asyncio.Handle] = [loop.call_later(self._seconds(rings), self._over)]
        if fate != "failed":
            self._handles.append(loop.call_soon(told, Rang()))

    def give_up(self) -> None:
        """We hang up while it rings."""
        self.close()
        self._outcome = Missed(cause="cancelled", rang=True)
        asyncio.get_running_loop().call_soon(self._over)

    def close(self) -> None:
        """Free all timers."""
        for handle in self._handles:
            handle.cancel()

    def _seconds(self, rings: float) -> float:
        unanswered = isinstance(self._outcome, Missed) and self._outcome.fate == "no_answer"
        return self.call.ring_seconds if unanswered else min(rings, self.call.ring_seconds)

    def _over(self) -> None:
        outcome = self._outcome
        if isinstance(outcome, Missed):
            self._callers.missed(self.call)
        else:
            self._callers.picked_up(self.call)
            outcome = outcome if self.call.detect_machine else PickedUp(by="human")
        self._told(outcome)
        if self.call.fax is not None and isinstance(outcome, PickedUp):
            self._told(FaxOver(sent=True, pages=self.call.fax.pages, station="SIMULATED", medium="audio", rate=14400))
