"""A dial: numbers are called for somebody on the line, and the first who takes the call is joined with him.

It is one task for each dial. Whatever ends it (the caller hangs up, the flow wants something else, the engine is told
to stop) cancels the task, and what it holds is let go in one place: parties that ring or talk, the bridge, the music.
After a crash it is begun anew with the same command; a note on the caller's leg says who was called already, so that
nobody is rung a second time.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Protocol

import structlog

from engine.adapters.parties import taking
from engine.adapters.parties.acceptance import accepts
from engine.adapters.parties.asides import Asides
from engine.adapters.parties.board import BridgeFound, Switchboard
from engine.adapters.parties.callees import Callee, Callees, party_leg
from engine.adapters.parties.first import first_of
from engine.adapters.parties.hold import Hold
from engine.adapters.parties.transfers import Asked, TransferAsked
from engine.adapters.telephony import Missed
from engine.commands import Dial
from engine.events import DialEnded

_log = structlog.get_logger()

WARN_BEFORE = 10.0
"""Seconds before the end of a limited talk at which both hear a tone."""
ATTEMPTS = 8
"""More trunks than this are not tried for one number."""
TRANSFERRED = 1000
"""The numbers from here on stand for those to whom a transfer leads."""


class Company(Protocol):
    """What a dial or a room needs of whoever keeps them all."""

    board: Switchboard
    callees: Callees
    asides: Asides

    def dialling_of(self, leg: str) -> Dialling | None:
        """The dial of somebody who is on the line."""


class Dialling:
    """One dial."""

    def __init__(self, company: Company, tenant: str, command: Dial) -> None:
        self.command = command
        self.bridges = (f"dial-{command.leg}-{command.id}", f"dial-{command.leg}-{command.id}-mixed")
        """The second is for a partner who must be mixed; the first one's age is then still that of the talk."""
        self.bridge = self.bridges[0]
        """The one in which the caller is joined."""
        self.with_whom: Callee | None = None
        """The one who is joined with the caller."""
        self._company = company
        self._board = company.board
        self._callees = company.callees
        self._tenant = tenant
        self._held: dict[str, Callee] = {}  # parties that are ours to let go
        self._noted: list[int] = []
        self._lost: dict[int, Missed] = {}
        self._hold = Hold(company.board, company.asides, command.leg, command.hold_music)
        self._asked = Asked()
        self._given = asyncio.get_running_loop().create_future()
        self._transfers = 0
        self._out = False

    async def attend(self, *, found: bool) -> DialEnded:
        """Call, join, and wait for the end. `found`: it may be going on already."""
        try:
            if found:
                await self._look_around()
            if self.with_whom is None:
                reached = await self._reach_somebody()
                if isinstance(reached, Missed):
                    return self._ended(reached.fate, cause=reached.cause)
                self.with_whom = reached
            return await self._talk(self.with_whom)
        finally:
            self._let_go()

    def transfer(self, asked: TransferAsked) -> None:
        """The telephone of the one who was called asks for a transfer. Asterisk may tell so once for each channel."""
        self._asked.put(asked)

    def let_out(self) -> None:
        """The caller leaves now; the rest is let go when the task ends."""
        if self.with_whom is not None and not self._out and not self._board.closing:
            self._out = True
            self._board.take_out(self.bridge, self.command.leg)

    def give(self) -> Callee | None:
        """Give away the one who is joined: he talks with somebody else from now on, and this dial is over."""
        callee = self.with_whom
        if callee is None or not callee.up or self._given.done():
            return None
        self._held.pop(callee.leg, None)
        self._given.set_result(None)
        return callee

    # calling

    async def _reach_somebody(self) -> Callee | Missed:
        self._hold.begin()
        try:
            calls = [partial(self._reach, index) for index in range(len(self.command.to))]
            return await (taking.in_turn(calls) if self.command.in_turn else taking.all_at_once(calls, self._too_late))
        finally:
            if not self._board.closing:
                self._hold.end()

    def _too_late(self, callee: Callee) -> None:
        if not self._board.closing:
            callee.hang_up()

    async def _reach(self, index: int) -> Callee | Missed:
        """Call one number, and have the call accepted."""
        command = self.command
        callee = self._held_by(index)
        if callee is not None:
            missed = await self._callees.until_up(callee)
            if missed is not None:
                return missed
        elif index in self._lost:
            return self._lost[index]
        else:
            self._noted.append(index)
            self._board.note(command.leg, f"{command.id}:{','.join(map(str, self._noted))}")
            called = await self._callees.call(
                self._tenant, command.to[index], of=command.leg, command_id=command.id, index=index,
                caller_id=command.caller_id, ring_seconds=command.ring_seconds,
            )  # fmt: skip
            if isinstance(called, Missed):
                return called
            callee = called
        self._held[callee.leg] = callee
        return await self._accepted(callee)

    async def _accepted(self, callee: Callee) -> Callee | Missed:
        accepted = False
        try:
            accepted = await accepts(callee, self.command)
        finally:
            if not accepted and not self._board.closing:
                callee.hang_up()
        return callee if accepted and callee.up else Missed(fate="no_answer", cause="not_accepted", rang=True)

    # talking

    async def _talk(self, callee: Callee) -> DialEnded:
        board, loop = self._board, asyncio.get_running_loop()
        joined = self._found_bridges()
        began = loop.time() - max((bridge.since for bridge in joined), default=0.0)
        if not joined:
            self._mix_if_needed()
        self._join(callee)
        limit = self.command.max_seconds
        ends = began + limit if limit else None
        warns = ends - WARN_BEFORE if ends is not None and limit >= 2 * WARN_BEFORE else None
        asked: asyncio.Task[TransferAsked] = asyncio.create_task(self._asked.get())
        try:
            while True:
                moment = warns if warns is not None else ends
                left = None if moment is None else max(0.0, moment - loop.time())
                await first_of(callee.ended, self._given, asked, seconds=left)
                talked = loop.time() - began
                if self._given.done():
                    return self._ended("completed", callee.to, talked, "transferred")
                if asked.done():
                    wanted, asked = asked.result(), asyncio.create_task(self._asked.get())
                    callee = self.with_whom = await self._transfer(callee, wanted)
                elif callee.ended.done():
                    return self._ended("completed", callee.to, talked, callee.ended.result())
                elif warns is not None and loop.time() >= warns:
                    board.beep(self.bridge)
                    warns = None
                elif ends is not None and loop.time() >= ends:
                    return self._ended("completed", callee.to, talked, "time_limit")
        finally:
            asked.cancel()

    def _join(self, callee: Callee) -> None:
        board = self._board
        self._held[callee.leg] = callee
        board.music(self.command.leg, False)
        board.open_bridge(self.bridge, mixed=self.bridge != self.bridges[0])
        board.bring_in(self.bridge, callee.leg)
        board.bring_in(self.bridge, self.command.leg)
        board.may_transfer(callee.leg)
        board.may_transfer(self.command.leg)  # and is refused: who calls in must not have us call others

    async def _transfer(self, callee: Callee, asked: TransferAsked) -> Callee:
        """Pass the caller on; the one with whom he is afterwards. Only who was called may do so, by the ways out."""
        board = self._board
        if asked.leg != callee.leg:
            board.transfer_is(asked.leg, "channel_declined")
            return callee
        if asked.second:
            other = self._company.dialling_of(asked.second)
            given = other.give() if other is not None and other is not self else None
            if given is None:
                board.transfer_is(asked.leg, "channel_declined")
                return callee
            self._mix_if_needed()
            self._join(given)
            self._pass_on(callee)
            return given
        board.transfer_is(asked.leg, "channel_progress")
        board.take_out(self.bridge, self.command.leg)
        self._transfers += 1
        self._hold.begin()
        try:
            called = await self._callees.call(
                self._tenant, asked.to, of=self.command.leg, command_id=self.command.id,
                index=TRANSFERRED + self._transfers, caller_id=self.command.caller_id,
                ring_seconds=self.command.ring_seconds,
            )  # fmt: skip
        finally:
            if not board.closing:
                self._hold.end()
        if isinstance(called, Missed):
            board.transfer_is(asked.leg, "channel_declined" if called.fate == "busy" else "channel_unavailable")
            board.bring_in(self.bridge, self.command.leg)
            return callee
        self._mix_if_needed()
        self._join(called)
        self._pass_on(callee)
        return called

    def _mix_if_needed(self) -> None:
        if self._board.needs_mixing(self.command.leg):
            self.bridge = self.bridges[1]

    def _pass_on(self, callee: Callee) -> None:
        self._board.transfer_is(callee.leg, "channel_answered")
        self._held.pop(callee.leg, None)
        asyncio.get_running_loop().call_later(1.0, callee.hang_up)  # its telephone hangs up by itself, as it should

    # beginning again, and the end

    async def _look_around(self) -> None:
        """What an engine before this one has done about this dial."""
        command, board = self.command, self._board
        identity, _, called = (await board.noted(command.leg)).partition(":")
        if identity != command.id:
            return
        found = self._found_bridges()
        bridge = next((one for one in found if command.leg in one.legs), found[0] if found else None)
        self.bridge = bridge.name if bridge is not None else self.bridge
        self._noted = [int(index) for index in called.split(",") if index]
        for index in self._noted + [TRANSFERRED + number for number in range(1, ATTEMPTS)]:
            to = command.to[index] if index < len(command.to) else ""
            for attempt in range(ATTEMPTS):
                leg = party_leg(command.leg, command.id, index, attempt)
                callee = self._callees.take_on(command.leg, leg, to, command.ring_seconds)
                if callee is None:
                    self._callees.spawn(board.ways.free(leg))
                else:
                    self._held[leg] = callee
                    if bridge is not None and leg in bridge.legs:
                        self.with_whom = callee
            if index < TRANSFERRED and self._held_by(index) is None:
                self._lost[index] = Missed(cause="unknown")
        if self.with_whom is not None:
            for callee in list(self._held.values()):
                if callee is not self.with_whom:
                    callee.hang_up()

    def _found_bridges(self) -> list[BridgeFound]:
        return [bridge for name in self.bridges if (bridge := self._board.found_bridge(name)) is not None]

    def _held_by(self, index: int) -> Callee | None:
        names = [party_leg(self.command.leg, self.command.id, index, attempt) for attempt in range(ATTEMPTS)]
        return next((self._held[name] for name in names if name in self._held), None)

    def _let_go(self) -> None:
        if self._board.closing:
            return
        for callee in self._held.values():
            callee.hang_up()
        self.let_out()  # first: what is played to who is still in a bridge that goes is neither heard nor ever ends
        for name in self.bridges[: self.bridges.index(self.bridge) + 1]:
            self._board.close_bridge(name)

    def _ended(self, fate: str, to: str = "", seconds: float = 0.0, cause: str = "") -> DialEnded:
        return DialEnded(command_id=self.command.id, fate=fate, to=to, seconds=round(seconds, 1), cause=cause)  # type: ignore[arg-type]
