"""One connection that is bound: questions with their answers, what comes in, and whether the other end is there.

Whoever asks learns exactly one of three things: the centre's answer; that not an octet has left (NotNow); or that the
question left and nobody answered (Unsure), because the link was cut or the time is over. What comes in is answered when
the house has kept it, and not before; while much of it is in hand, nothing more is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, cast

import structlog

from engine.adapters.gateway import NotNow, Unsure
from engine.adapters.smpp import pdu, statuses
from engine.adapters.smpp.pdu import Frames, Garbled, Pdu

log = structlog.get_logger()

MOST_IN_HAND: Final = 200
"""Texts and receipts that are being kept; past it the centre waits."""
TICK_SECONDS: Final = 0.25
CLOSE_SECONDS: Final = 1.0

Taking = Callable[[Pdu], Awaitable[Pdu]]
"""Keeps what a `deliver_sm` says; the response to it."""


class Link(asyncio.Protocol):
    """Speaks SMPP on one connection.

    `freed` is called whenever a place in the window is free, or the link is lost; `unheard` with a `deliver_sm` that
    was taken when nobody could be told any more.
    """

    def __init__(
        self, *, name: str, timeout: float, enquire: float, taking: Taking, freed: Callable[[], None],
        unheard: Callable[[Pdu], None],
    ) -> None:  # fmt: skip
        self._log = log.bind(bind=name)
        self._timeout = timeout
        self._enquire = enquire
        self._taking = taking
        self._freed = freed
        self._unheard = unheard
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._asked: dict[int, tuple[asyncio.Future[Pdu], float]] = {}
        self._sequence = 0
        self._heard_at = time.monotonic()
        self._in_hand: set[asyncio.Task[None]] = set()
        self._full = False
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Why the link is lost, when it is."""

    @property
    def waiting(self) -> int:
        """Questions that are not answered yet."""
        return len(self._asked)

    async def ask(self, command: int, body: bytes = b"") -> Pdu:
        """The answer to a question; raises NotNow or Unsure."""
        if self._transport is None or self._transport.is_closing() or self.lost.done():
            raise NotNow("not bound")
        self._sequence = self._sequence % pdu.LAST_SEQUENCE + 1
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._asked[self._sequence] = answer, time.monotonic() + self._timeout
        self._transport.write(Pdu(command, 0, self._sequence, body).encode())
        return await answer

    async def watch(self) -> str:
        """Ask now and then whether the other end is there, and give up what is not answered; why the link was lost."""
        enquiring: asyncio.Task[None] | None = None
        while not self.lost.done():
            await asyncio.wait([self.lost], timeout=TICK_SECONDS)
            now = time.monotonic()
            overdue = self._give_up(now)
            if (overdue or now - self._heard_at > self._enquire) and (enquiring is None or enquiring.done()):
                enquiring = asyncio.create_task(self._enquired())
        if enquiring is not None:
            await enquiring
        return self.lost.result()

    async def close(self) -> None:
        """Answer what is in hand, say goodbye, and let the connection go."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=CLOSE_SECONDS)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.ask(pdu.UNBIND)
        except (NotNow, Unsure, TimeoutError):
            pass  # it is let go all the same
        self.cut("closed")

    def cut(self, reason: str) -> None:
        """Let the connection go at once."""
        if not self.lost.done():
            self.lost.set_result(reason)
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take whole units; anything that is no SMPP ends the link."""
        self._heard_at = time.monotonic()
        try:
            for unit in self._frames.feed(data):
                self._take(unit)
        except Garbled as error:
            self._log.warning("the message centre does not speak SMPP: the link is cut", reason=str(error))
            self.cut(f"no SMPP: {error}")

    def connection_lost(self, exc: Exception | None) -> None:
        """What was asked may have been heard or not."""
        if not self.lost.done():
            self.lost.set_result(str(exc) if exc else "the message centre closed the connection")
        asked, self._asked = self._asked, {}
        for answer, _ in asked.values():
            if not answer.done():
                answer.set_exception(Unsure(f"no answer: {self.lost.result()}"))
        self._freed()

    def pause_writing(self) -> None:
        """The other end does not read: what it says is not read either, until it does."""
        self._full = True
        self._read_or_not()

    def resume_writing(self) -> None:
        """It reads again."""
        self._full = False
        self._read_or_not()

    # --- what comes in

    def _take(self, unit: Pdu) -> None:
        if unit.command & pdu.RESPONSE:
            if unit.command & ~pdu.RESPONSE not in pdu.COMMANDS and unit.command != pdu.GENERIC_NACK:
                raise Garbled(f"command 0x{unit.command:08X}")
            answer, _ = self._asked.pop(unit.sequence, (None, 0.0))
            if answer is not None and not answer.done():
                answer.set_result(unit)
            self._freed()
        elif unit.command == pdu.DELIVER_SM:
            self._keep(unit)
        elif unit.command == pdu.ENQUIRE_LINK:
            self._write(unit.answer())
        elif unit.command == pdu.UNBIND:
            self._write(unit.answer())
            assert self._transport is not None
            self._transport.close()
        elif unit.command not in pdu.COMMANDS:
            raise Garbled(f"command 0x{unit.command:08X}")
        elif unit.command != pdu.ALERT_NOTIFICATION:
            self._write(Pdu(pdu.GENERIC_NACK, statuses.INVALID_COMMAND, unit.sequence))

    def _keep(self, unit: Pdu) -> None:
        task = asyncio.get_running_loop().create_task(self._kept(unit))
        self._in_hand.add(task)
        task.add_done_callback(self._out_of_hand)
        if len(self._in_hand) == MOST_IN_HAND:
            self._read_or_not()

    async def _kept(self, unit: Pdu) -> None:
        answer = await self._taking(unit)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer.encode())
        elif answer.status == statuses.OK:
            self._unheard(unit)

    def _out_of_hand(self, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        if len(self._in_hand) == MOST_IN_HAND - 1:
            self._read_or_not()

    def _read_or_not(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._full or len(self._in_hand) >= MOST_IN_HAND:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _write(self, unit: Pdu) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(unit.encode())

    # --- whether the other end is there

    def _give_up(self, now: float) -> bool:
        """End what has waited for too long; whether there was something."""
        overdue = [sequence for sequence, (_, until) in self._asked.items() if until <= now]
        for sequence in overdue:
            answer, _ = self._asked.pop(sequence)
            if not answer.done():
                answer.set_exception(Unsure(f"no answer within {self._timeout:g} s"))
        if overdue:
            self._freed()
        return bool(overdue)

    async def _enquired(self) -> None:
        try:
            await self.ask(pdu.ENQUIRE_LINK)
        except NotNow:
            return  # it is lost already
        except Unsure:
            self.cut("the message centre does not answer")
