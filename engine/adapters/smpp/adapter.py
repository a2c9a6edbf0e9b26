"""Texts by SMPP 3.4: binds that are kept, parts that leave in the window and at the rate, receipts and texts that come.

A text of several parts is one command. Its parts leave one after the other; what the centre certainly did not take is
tried again here for a while, for a text cannot go back to the outbox when one part of it has left. Receipts and texts
for us are acknowledged when the house has kept them; what it cannot keep now, the centre is asked to bring again.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from datetime import UTC, datetime
from typing import Final

import structlog

from engine.adapters.gateway import Carried, LeaseOver, NotNow, Refused, Surroundings, Unsure
from engine.adapters.message_news import NotKept, nobody
from engine.adapters.smpp import bodies, incoming, outgoing, pdu, statuses
from engine.adapters.smpp.bind import Bind
from engine.adapters.smpp.config import SmsSmppConfig
from engine.adapters.smpp.link import Link
from engine.adapters.smpp.pdu import Garbled, Pdu
from engine.adapters.smpp.throttle import Throttle
from engine.commands import Command, SendSms
from engine.events import MessageSent

log = structlog.get_logger()

BOUND_WITHIN: Final = 3.0
"""Seconds for which a text waits for a bind."""
PATIENCE: Final = 10.0
"""Seconds for which a text is tried again here before it goes back to the outbox."""
PATIENCE_AMONG: Final = 60.0
"""The same, when one of its parts has left."""
SAID_AGAIN_WITHIN: Final = 600.0
"""Seconds in which a centre that was not told that we took something may bring it again."""
PAUSE: Final = 0.5
"""Seconds between two tries here."""


class _Stopped(NotNow):
    """We were stopped before it left."""


class _NotBound(NotNow):
    """There has been no bind for a while."""


class SmsSmppGateway:
    """Carries out `SendSms`, and reports what the centre delivers."""

    def __init__(self, config: SmsSmppConfig, surroundings: Surroundings) -> None:
        self._config = config
        self._may_act = surroundings.may_act
        self._report = surroundings.report
        self._throttle = Throttle(config.rate)
        self._reference = random.randrange(256)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._keeping: list[asyncio.Task[None]] = []
        self._unheard: dict[bytes, float] = {}
        ways, count = {"transceiver": pdu.BIND_TRANSCEIVER}, config.binds
        if surroundings.report is nobody:  # a trial: what comes in is for who drives the gateway
            ways, count = {"transmitter": pdu.BIND_TRANSMITTER}, 1
        elif config.bind_as == "transmitter_receiver":
            ways = {"transmitter": pdu.BIND_TRANSMITTER, "receiver": pdu.BIND_RECEIVER}
        self._binds = [
            Bind(
                config, surroundings.allowed, command, name=f"{config.system_id}@{config.host} {way} {number}",
                taking=self._take, changed=self._wake, unheard=self._note,
            )
            for number in range(1, count + 1) for way, command in ways.items()
        ]  # fmt: skip

    async def listen(self) -> None:
        """Bind, and keep bound."""
        if not self._keeping:
            self._keeping = [asyncio.create_task(bind.keep()) for bind in self._binds]

    async def close(self) -> None:
        """Unbind."""
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Hand one text to the centre, in all its parts."""
        if not isinstance(command, SendSms):
            raise Refused(f"this gateway sends no {command.type}")
        if command.until == "delivered" and not self._config.registered_delivery:
            raise Refused("this gateway asks for no receipts: let the node go on when the text is sent")
        await self.listen()
        self._reference = (self._reference + 1) % 256
        parts = outgoing.parts(self._config, command, self._reference)
        ids: list[str] = []
        for part in parts:
            try:
                ids.append(await self._sent(part, among=bool(ids)))
            except NotNow as error:
                if not ids:
                    raise
                raise Unsure(f"{len(ids)} of {len(parts)} parts were taken, then: {error.reason}") from None
            except Refused as error:
                raise Refused(f"part {len(ids) + 1} of {len(parts)}: {error.reason}" if ids else error.reason) from None
        return Carried(event=MessageSent(command_id=command.id, state="sent"), reference=ids[0], parts=tuple(ids))

    # --- what leaves

    async def _sent(self, part: bytes, *, among: bool) -> str:
        """The centre's id of a part; what it did not take is tried again as long as patience lasts.

        `among`: another part of the text has left.
        """
        until = time.monotonic() + (PATIENCE_AMONG if among else PATIENCE)
        while True:
            try:
                return await self._tried(part)
            except (LeaseOver, _Stopped):
                raise
            except NotNow as error:
                if time.monotonic() + PAUSE > until or (isinstance(error, _NotBound) and not among):
                    raise
                refused = error
            try:
                await asyncio.sleep(PAUSE)
            except asyncio.CancelledError:
                raise _Stopped(refused.reason) from None

    async def _tried(self, part: bytes) -> str:
        link = await self._turn()
        answer = await link.ask(pdu.SUBMIT_SM, part)
        now = time.monotonic()
        if answer.status in statuses.TOO_FAST and self._throttle.too_fast(now):
            log.info("too fast for the message centre", host=self._config.host, rate=round(self._throttle.rate or 0, 1))
        taken = outgoing.taken(self._config, answer)
        self._throttle.took(now)
        return taken

    async def _turn(self) -> Link:
        """A link with room in its window, at the moment when a part may leave; raises NotNow while none is bound."""
        until = time.monotonic() + BOUND_WITHIN
        try:
            while True:
                while self._best().room <= 0:
                    await self._change(until)
                now = time.monotonic()
                moment = self._throttle.moment(now)
                if moment > now:
                    await asyncio.sleep(moment - now)
                    if self._throttle.holds(time.monotonic()):
                        continue  # the centre has said meanwhile that this is too fast
                link = self._best().link
                if link is not None and self._best().room > 0:
                    break
        except asyncio.CancelledError:
            raise _Stopped("stopped before it left") from None
        if not self._may_act():
            raise LeaseOver("the lease is over")
        return link

    def _best(self) -> Bind:
        """The bind that has most room."""
        return max((bind for bind in self._binds if bind.sends), key=lambda bind: bind.room)

    async def _change(self, until: float) -> None:
        """Wait until a place in a window may be free; raises NotNow when there is no bind for too long."""
        bound = any(bind.link is not None for bind in self._binds if bind.sends)
        if not bound and time.monotonic() >= until:
            raise _NotBound(f"not bound: {next(bind.reason for bind in self._binds if bind.sends)}")
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(change)
        await asyncio.wait([change], timeout=None if bound else max(0.01, until - time.monotonic()))

    def _wake(self) -> None:
        """A place is free, or a bind has come or gone."""
        room = max(1, sum(bind.room for bind in self._binds if bind.sends))
        while self._waiting and room > 0:
            change = self._waiting.popleft()
            if not change.done():
                change.set_result(None)
                room -= 1

    # --- what comes in

    async def _take(self, unit: Pdu) -> Pdu:
        """Have it kept, and only then say that it was taken."""
        if self._unheard.pop(unit.body, 0.0) > time.monotonic():
            return unit.answer(statuses.OK, b"\0")  # it was kept before, and the link cut before that could be said
        try:
            news = incoming.news(self._config, bodies.read_message(unit.body), datetime.now(UTC))
            await self._report(news)
        except Garbled as error:
            log.warning("what the message centre delivered cannot be read", host=self._config.host, reason=str(error))
            return unit.answer(statuses.NEVER, b"\0")
        except NotKept as error:
            log.warning("what came in cannot be kept now", host=self._config.host, reason=str(error))
            return unit.answer(statuses.LATER, b"\0")
        except Exception:
            log.exception("what came in cannot be kept now", host=self._config.host)
            return unit.answer(statuses.LATER, b"\0")
        return unit.answer(statuses.OK, b"\0")

    def _note(self, unit: Pdu) -> None:
        """This was kept, and the centre will bring it again, for it was not told."""
        now = time.monotonic()
        self._unheard = {body: until for body, until in self._unheard.items() if until > now}
        self._unheard[unit.body] = now + SAID_AGAIN_WITHIN
