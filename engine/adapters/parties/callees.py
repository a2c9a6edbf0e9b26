"""Parties that are called for somebody who is on the line: dialled, invited, or asked to listen in.

No session speaks to them; so whatever is told of their legs comes here. Each is named after the leg for which it was
called (`<leg>-party-<command>-<number>.<try>`), and its slot of a trunk is freed when it has ended, however it ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.adapters.parties.board import Switchboard
from engine.adapters.parties.first import first_of
from engine.adapters.party_news import PartyNews
from engine.adapters.telephony import Missed, Outgoing, PickedUp
from engine.adapters.ways import Later, NoWay, Way
from engine.commands import Gather, HangUp, PlayPrompt
from engine.events import AnyEvent, CallEnded, CommandFailed, ConferenceEnded, DigitsGathered, PlaybackFinished

PARTY = "-party-"


def party_leg(of: str, command_id: str, index: int, attempt: int) -> str:
    """The name of a party's leg."""
    return f"{of}{PARTY}{command_id}-{index}.{attempt}"


def is_party(leg: str) -> bool:
    """Whether a leg is one that was called for another."""
    return PARTY in leg


def index_of(leg: str) -> tuple[int, int]:
    """Which of the numbers a party was called by, and at which attempt."""
    index, _, attempt = leg.rpartition("-")[2].partition(".")
    return int(index), int(attempt)


class Callee:
    """One party that was called."""

    def __init__(self, callees: Callees, of: str, leg: str, to: str) -> None:
        self.of = of
        self.leg = leg
        self.to = to
        loop = asyncio.get_running_loop()
        self.fate: asyncio.Future[PickedUp | Missed] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()
        self.joined: asyncio.Future[ConferenceEnded | CommandFailed] = loop.create_future()
        self._callees = callees
        self._answers: dict[str, asyncio.Future[AnyEvent]] = {}
        self._commands = 0

    @property
    def up(self) -> bool:
        """Whether the party is on the line."""
        return self.fate.done() and isinstance(self.fate.result(), PickedUp) and not self.ended.done()

    async def ask(self, command: PlayPrompt | Gather) -> DigitsGathered | PlaybackFinished | CommandFailed | CallEnded:
        """Say or ask something; the answer, or the party's end."""
        self._commands += 1
        identity = f"own-{self._commands}"
        answer = self._answers[identity] = asyncio.get_running_loop().create_future()
        self._callees.board.perform(msgspec.structs.replace(command, id=identity, leg=self.leg))
        await first_of(answer, self.ended)
        self._answers.pop(identity, None)
        if answer.done() and isinstance(told := answer.result(), (DigitsGathered, PlaybackFinished, CommandFailed)):
            return told
        return CallEnded(at=datetime.now(UTC), leg=self.leg)

    def hang_up(self, cause: str = "normal") -> None:
        """Let the party go, ringing or up."""
        if not self.ended.done():
            self._callees.board.perform(HangUp(id="own-0", leg=self.leg, cause=cause))

    # what is told

    def told(self, told: object) -> None:
        """How far the call is, as its `Told`."""
        if not isinstance(told, (PickedUp, Missed)):
            return
        if not self.fate.done():
            self.fate.set_result(told)
        if isinstance(told, PickedUp):
            self._callees.news(self, "answered")
        else:
            self.end(told.cause)

    def event(self, event: AnyEvent) -> None:
        """What is told of its leg."""
        if isinstance(event, CallEnded):
            self.end(event.cause)
        elif isinstance(event, ConferenceEnded) or (isinstance(event, CommandFailed) and event.command_id == "room"):
            if not self.joined.done():
                self.joined.set_result(event)
        else:
            answer = self._answers.get(getattr(event, "command_id", ""))
            if answer is not None and not answer.done():
                answer.set_result(event)

    def end(self, cause: str) -> None:
        """The party has gone, or never came."""
        if self.ended.done():
            return
        self.ended.set_result(cause)
        if not self.fate.done():
            self.fate.set_result(Missed(cause=cause))
        self._callees.over(self, cause)


class Callees:
    """All parties that were called for others."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self._by_leg: dict[str, Callee] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, leg: str) -> Callee | None:
        """The party of this leg."""
        return self._by_leg.get(leg)

    def took(self, leg: str, event: AnyEvent) -> bool:
        """Whether this was told of a party of ours."""
        callee = self._by_leg.get(leg)
        if callee is None:
            return is_party(leg)
        callee.event(event)
        return True

    async def call(
        self, tenant: str, to: str, *, of: str, command_id: str, index: int, caller_id: str, ring_seconds: float
    ) -> Callee | Missed:
        """Call a number by the trunks that fit; the party, or why there is none. Cancelled, it gives the call up."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ring_seconds
        tried: list[str] = []
        attempt = 0
        while True:
            leg = party_leg(of, command_id, index, attempt)
            way = await self._way(self.board.ways.find(tenant, to, leg=leg, caller_id=caller_id, tried=tried), leg)
            if isinstance(way, NoWay):
                return Missed(fate=way.fate, cause=way.reason)
            if isinstance(way, Later):
                if loop.time() + way.seconds > until:
                    return Missed(cause="trunk_busy")
                await asyncio.sleep(way.seconds)
                continue
            callee = self._by_leg[leg] = Callee(self, of, leg, to)
            outgoing = Outgoing(
                leg=leg, endpoint=way.endpoint, caller_id=way.caller_id, ring_seconds=max(1.0, until - loop.time()),
                record_early=way.record_early,
            )  # fmt: skip
            self.news(callee, "offered", way.caller_id)
            if not self.board.place(outgoing, callee.told):
                callee.end("failed")
                return Missed(cause="not connected")
            missed = await self.until_up(callee)
            if missed is None:
                return callee
            if not missed.trunk_trouble or loop.time() >= until:
                return missed
            tried.append(way.trunk)
            attempt += 1

    async def _way(self, search: Coroutine[Any, Any, Way | NoWay | Later], leg: str) -> Way | NoWay | Later:
        """What the search finds; if nobody waits for it any more, the slot that it takes is given back."""
        searching = asyncio.ensure_future(search)
        try:
            return await asyncio.shield(searching)
        except asyncio.CancelledError:
            self.spawn(self._give_back(searching, leg))
            raise

    async def _give_back(self, searching: asyncio.Future[Way | NoWay | Later], leg: str) -> None:
        if isinstance(await searching, Way):
            await self.board.ways.free(leg)

    async def until_up(self, callee: Callee) -> Missed | None:
        """Wait until the party has answered; why it has not."""
        try:
            fate = await asyncio.shield(callee.fate)
        except asyncio.CancelledError:
            if not self.board.closing:
                callee.hang_up("cancelled")
            raise
        return fate if isinstance(fate, Missed) else None

    def take_on(self, of: str, leg: str, to: str, ring_seconds: float) -> Callee | None:
        """Go on with a party that an earlier engine has called; None if it is not there any more."""
        found = self.board.found_leg(leg)
        if found is None:
            return None
        callee = self._by_leg[leg] = Callee(self, of, leg, to)
        if found.answered:
            callee.fate.set_result(PickedUp())
        else:
            self.board.take_on(Outgoing(leg=leg, endpoint="", ring_seconds=ring_seconds), callee.told)
        return callee

    def news(self, callee: Callee, state: str, caller_id: str = "", cause: str = "") -> None:
        """Tell the host."""
        self.board.party_news(
            PartyNews(of=callee.of, leg=callee.leg, to=callee.to, caller_id=caller_id, state=state, cause=cause)  # type: ignore[arg-type]
        )

    def over(self, callee: Callee, cause: str) -> None:
        """A party has ended: its slot is free."""
        self._by_leg.pop(callee.leg, None)
        self.news(callee, "ended", cause=cause)
        self.spawn(self.board.ways.free(callee.leg))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something small run beside everything else."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self) -> None:
        """The connection is gone: whoever is still there will be found again."""
        self._by_leg.clear()

