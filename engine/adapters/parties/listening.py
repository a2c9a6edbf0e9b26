"""Supervisors: called, and put beside a party who is on the line, to hear, to whisper, or to talk with all.

The supervisor's own leg and a listening leg (a copy of what the party says and hears) stand in a bridge of their own,
so nothing changes for those who talk. What the supervisor says goes nowhere, to the party alone, or both ways.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Literal

from engine.adapters.parties.board import Switchboard
from engine.adapters.parties.callees import Callee, Callees
from engine.adapters.telephony import Missed
from engine.events import AnyEvent, SupervisorCame, SupervisorLeft

Mode = Literal["listen", "whisper", "barge"]
MODES: tuple[Mode, ...] = ("listen", "whisper", "barge")
LISTENER = "listen-"
RING_SECONDS = 30.0


class Supervision:
    """One supervisor beside one party."""

    def __init__(self, of: str, name: str, mode: Mode, by: str) -> None:
        self.of = of
        self.name = name
        self.mode = mode
        self.by = by
        self.callee: Callee | None = None
        self.turn = 0

    @property
    def bridge(self) -> str:
        """The bridge of the supervisor and the listening leg."""
        return f"{LISTENER}{self.name}"

    @property
    def ear(self) -> str:
        """The listening leg; a new one for each change of mode."""
        return f"{LISTENER}{self.name}-{self.turn}"


class Listening:
    """All supervisors."""

    def __init__(self, board: Switchboard, callees: Callees) -> None:
        self._board = board
        self._callees = callees
        self._supervisions: dict[str, Supervision] = {}

    def has(self, leg: str) -> bool:
        """Whether this is a supervisor's leg."""
        return any(one.callee is not None and one.callee.leg == leg for one in self._supervisions.values())

    def begin(self, tenant: str, of: str, *, name: str, to: str, mode: Mode, by: str) -> None:
        """Call a supervisor for a party; `name` is unique, and by it the mode is changed or the listening ended."""
        supervision = self._supervisions[name] = Supervision(of, name, mode, by)
        self._callees.spawn(self._attend(tenant, supervision, to))

    def change(self, name: str, mode: Mode) -> bool:
        """What the supervisor says goes elsewhere from now on; False if there is no such supervisor."""
        supervision = self._supervisions.get(name)
        if supervision is None or supervision.callee is None:
            return False
        before = supervision.ear
        supervision.mode, supervision.turn = mode, supervision.turn + 1
        self._board.let_go(before)
        self._beside(supervision)
        self._came(supervision)
        return True

    def end(self, name: str) -> bool:
        """Let a supervisor go; False if there is no such one."""
        supervision = self._supervisions.get(name)
        if supervision is None:
            return False
        self._let_go(supervision)
        return True

    def gone(self, leg: str) -> None:
        """A party has hung up: nobody need listen to it."""
        for supervision in list(self._supervisions.values()):
            if supervision.of == leg:
                self._let_go(supervision)

    def took(self, leg: str, event: AnyEvent) -> bool:
        """Whether this was told of a listening leg."""
        return leg.startswith(LISTENER)

    def listens(self, leg: str) -> bool:
        """A listening leg is there: its supervisor hears from now on. False if it is not one of these."""
        if not leg.startswith(LISTENER):
            return False
        for supervision in self._supervisions.values():
            if supervision.ear == leg:
                self._board.bring_in(supervision.bridge, leg)
                return True
        self._board.let_go(leg)
        return True

    def forget(self) -> None:
        """The connection is gone."""
        self._supervisions.clear()

    async def _attend(self, tenant: str, supervision: Supervision, to: str) -> None:
        try:
            called = await self._callees.call(
                tenant, to, of=supervision.of, command_id=f"{LISTENER}{supervision.name}", index=0, caller_id="",
                ring_seconds=RING_SECONDS,
            )  # fmt: skip
            if isinstance(called, Missed) or supervision.name not in self._supervisions:
                return
            supervision.callee = called
            self._beside(supervision)
            self._came(supervision)
            began = asyncio.get_running_loop().time()
            await called.ended
            seconds = round(asyncio.get_running_loop().time() - began, 1)
            left = SupervisorLeft(at=datetime.now(UTC), leg=supervision.of, by=supervision.by, seconds=seconds)
            self._board.report(supervision.of, left)
        finally:
            if not self._board.closing:
                self._let_go(supervision)

    def _beside(self, supervision: Supervision) -> None:
        assert supervision.callee is not None
        self._board.open_bridge(supervision.bridge)
        self._board.bring_in(supervision.bridge, supervision.callee.leg)
        self._board.listen_in(supervision.ear, supervision.of, mode=supervision.mode)

    def _came(self, supervision: Supervision) -> None:
        assert supervision.callee is not None
        came = SupervisorCame(
            at=datetime.now(UTC), leg=supervision.of, mode=supervision.mode, by=supervision.by,
            to=supervision.callee.to,
        )  # fmt: skip
        self._board.report(supervision.of, came)

    def _let_go(self, supervision: Supervision) -> None:
        if self._supervisions.pop(supervision.name, None) is None:
            return
        self._board.let_go(supervision.ear)
        if supervision.callee is not None:
            supervision.callee.hang_up()
        self._board.close_bridge(supervision.bridge)
