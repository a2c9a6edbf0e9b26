"""The connector's line to the platform: it says how its sources are doing, and is asked.

A line that breaks is opened again, after a pause that grows to half a minute. A write-back whose answer could not be
given is sent anew by the platform, on the next line, and answered from the ledger.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import aiohttp
import msgspec
import sqlalchemy as sa
import structlog

from callweave.connector.working import Sources, Working
from engine import __version__
from engine.adapters.gateway import NotNow, Refused
from engine.sources import wire
from engine.sources.answering import BeingWritten
from engine.sources.place import Place
from engine.store import id_text

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 30.0
ASKED_AT_ONCE = 32
PING_SECONDS = 15.0


class Line:
    """Calls the platform, again and again."""

    def __init__(
        self, place: Place, sources: Sources, session: aiohttp.ClientSession, address: str, *,
        why: Callable[[], str | None],
    ) -> None:  # fmt: skip
        self._place = place
        self._sources = sources
        self._session = session
        self._address = address
        self._why = why
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(ASKED_AT_ONCE)
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Stay connected until cancelled."""
        failures, said = 0, ""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                said = await self._call() or "the platform has closed the line"
            except (aiohttp.ClientError, OSError, TimeoutError, msgspec.MsgspecError) as error:
                words = str(error) or type(error).__name__
                if words != said:
                    log.warning("the platform cannot be reached", reason=words)
                said = words
            finally:
                self._socket = None
                self.connected.clear()
            failures = 0 if loop.time() - began > STEADY_SECONDS else failures + 1
            pause = min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))

    async def _call(self) -> str:
        """One line, from its beginning to its end; why it ended."""
        async with self._session.ws_connect(
            self._address, heartbeat=PING_SECONDS, max_msg_size=wire.LONGEST, compress=0
        ) as socket:
            hello = wire.Hello(
                stream=id_text(self._place.stream), software=__version__, sources=self._sources.declared()
            )  # fmt: skip
            await socket.send_str(wire.encode(hello).decode())
            heartbeat = asyncio.create_task(self._tell(socket))
            try:
                async for message in socket:
                    if message.type != aiohttp.WSMsgType.TEXT:
                        continue
                    await self._heard(socket, wire.decode_to_connector(message.data))
            finally:
                heartbeat.cancel()
            reason = f"{socket.close_code}"
            log.warning("the line was cut", code=reason)
            return reason

    async def _heard(self, socket: aiohttp.ClientWebSocketResponse, message: wire.ToConnector) -> None:
        match message:
            case wire.Welcome():
                await asyncio.to_thread(self._place.compare, message.through)
                self._socket = socket
                self.connected.set()
                log.info("connected", name=message.name)
                for name, reason in message.refused.items():
                    log.error("the platform does not take this source", source=name, reason=reason)
            case wire.Ask() | wire.Write():
                task = asyncio.create_task(self._answer(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _tell(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Say how the sources are doing, from the first second on."""
        await self.connected.wait()
        while not socket.closed:
            try:
                doing = wire.Doing(sources=await asyncio.to_thread(self._sources.statuses), error=self._why())
                await socket.send_str(wire.encode(doing).decode())
            except sa.exc.SQLAlchemyError as error:
                log.error("the connector's file cannot be read", reason=str(error))
            except (ConnectionError, aiohttp.ClientError):
                return
            await asyncio.sleep(wire.HEARTBEAT_SECONDS)

    async def _answer(self, message: wire.Ask | wire.Write) -> None:
        async with self._room:
            try:
                answer: wire.ToPlatform = await asyncio.to_thread(self._answered, message)
            except BeingWritten:
                return  # whoever writes it answers
            except NotNow as error:
                answer = wire.NotDone(id=message.id, reason=error.reason, again=True)
            except Refused as error:
                answer = wire.NotDone(id=message.id, reason=error.reason, again=False)
            except sa.exc.SQLAlchemyError as error:
                log.error("the ledger cannot be written", reason=str(error))
                return  # what is in it is not known now: the platform asks again
        written = wire.encode(answer)
        if len(written) > wire.LONGEST:
            written = wire.encode(wire.NotDone(id=message.id, reason="the answer is too large", again=False))
        if self._socket is not None and not self._socket.closed:
            try:
                await self._socket.send_str(written.decode())
            except (ConnectionError, aiohttp.ClientError):
                log.info("an answer could not be given")

    def _answered(self, message: wire.Ask | wire.Write) -> wire.ToPlatform:
        """In a thread: ask the source, or carry a write-back out."""
        working: Working | None = self._sources.working.get(message.source)
        if working is None:
            raise Refused(f"there is no source {message.source!r} here")
        if isinstance(message, wire.Ask):
            return wire.Rows(id=message.id, rows=working.answering.ask(message.query, message.parameters))
        done = working.answering.write(message.statement, message.parameters, message.key)
        return wire.Ended(id=message.id, fate=done.fate, reason=done.reason, reference=done.reference)
