"""One sender's connection: what it sends is kept, in its order, and then answered.

An answer never leaves before what it answers is safely kept. Where that fails, nothing is answered and the connection
is closed: a sender that hears nothing sends again, while one that hears AE may put the message aside for good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import structlog

from engine.adapters.gateway import NotNow
from engine.faults import Fault
from engine.sources.hl7.accepting import Taken, taken
from engine.sources.hl7.answering import answers, of_mapping
from engine.sources.hl7.config import Hl7Config
from engine.sources.hl7.framing import BadBlock, Block, Framing, framed
from engine.sources.source import Arrival

log = structlog.get_logger()
KeepAll = Callable[[Sequence[Arrival]], Awaitable[Sequence[Sequence[Fault]]]]
_PACKET = 65_536


class Connection:
    """Reads, hands on, answers; until the sender ends, falls silent, or nothing can be kept."""

    def __init__(
        self, config: Hl7Config, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, keep: KeepAll
    ) -> None:
        self._config, self._reader, self._writer, self._keep = config, reader, writer, keep
        self._framing = Framing(config.most_bytes)
        self._begun = 0.0
        self._peer = str((writer.get_extra_info("peername") or ("",))[0])
        self.is_reading = False
        """Whether nothing of this connection is on its way to the disk."""
        self.is_over = False
        """Set from outside: what is being kept is answered, and nothing more is read."""

    async def run(self) -> None:
        """All of the connection's life."""
        while not self.is_over:
            try:
                blocks = await self._next()
            except TimeoutError:
                log.warning("a sender of HL7 fell silent", address=self._peer, within=self._framing.is_inside)
                return
            if blocks is None:
                if self._framing.is_inside:
                    log.warning("a sender of HL7 ended within a message", address=self._peer)
                return
            try:
                await self._answer(blocks)
            except NotNow as error:
                log.error("a message was not kept and not answered", address=self._peer, reason=error.reason)
                return

    async def _next(self) -> list[Block | BadBlock] | None:
        """The blocks that end with the next packet; None at the end."""
        loop, inside = asyncio.get_running_loop(), self._framing.is_inside
        seconds = self._config.idle_seconds
        if inside:
            seconds = max(0.0, self._begun + self._config.message_seconds - loop.time())
        self.is_reading = True
        try:
            data = await asyncio.wait_for(self._reader.read(_PACKET), seconds)
        finally:
            self.is_reading = False
        if not data:
            return None
        blocks = self._framing.feed(data)
        if self._framing.is_inside and (blocks or not inside):
            self._begun = loop.time()
        return blocks

    async def _answer(self, blocks: Sequence[Block | BadBlock]) -> None:
        came: list[Taken] = []
        for block in blocks:
            if isinstance(block, BadBlock):
                log.warning("a sender of HL7 frames wrongly", address=self._peer, why=block.why, length=block.length)
            if (one := taken(block, self._config)) is not None:
                came.append(one)
        if not came:
            return
        faults = await self._keep([one.arrival for one in came])
        at = datetime.now(UTC).astimezone()
        said = bytearray()
        for one, found in zip(came, faults, strict=True):
            wrong = one.wrong or tuple(of_mapping(found))
            for answer in answers(one.message, wrong, at=at, id=uuid4().hex[:20]):
                said += framed(answer)
        self._writer.write(bytes(said))
        await asyncio.wait_for(self._writer.drain(), self._config.message_seconds)
