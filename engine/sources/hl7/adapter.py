"""Listens for HL7 v2 over MLLP, on as many connections at once as are allowed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import structlog

from engine.sources.hl7.config import Hl7Config
from engine.sources.hl7.connection import Connection
from engine.sources.port import HANDSHAKE_SECONDS, Batches, Ends, Port
from engine.sources.source import Asker, Keep, Listener, Reader, Surroundings

log = structlog.get_logger()
FEED = "messages"


class MllpListener:
    """A port that takes messages."""

    def __init__(self, config: Hl7Config, around: Surroundings) -> None:
        self._config = config
        self._port = Port(config, around)
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._batches: Batches | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port.number

    def start(self, keep: Keep) -> None:
        """Listen; raises Refused or NotNow."""
        self._batches = Batches(keep)
        self._port.open(self._serve)

    def stop(self) -> None:
        """Take nothing more; what is being kept is kept and answered."""
        self._port.close()

    async def _serve(self, context: ssl.SSLContext | None) -> tuple[int, Ends]:
        self._server = await asyncio.start_server(
            self._connected, self._config.host, self._config.port, ssl=context,
            ssl_handshake_timeout=None if context is None else HANDSHAKE_SECONDS,
        )  # fmt: skip
        return self._server.sockets[0].getsockname()[1], self._end

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        tasks = dict(self._connections)
        for task, connection in tasks.items():
            connection.is_over = True
            if connection.is_reading:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None and self._batches is not None
        address = str((writer.get_extra_info("peername") or ("",))[0])
        try:
            if not self._config.welcomes(address):
                log.warning("a sender of HL7 comes from elsewhere", address=address)
            elif len(self._connections) >= self._config.connections:
                log.warning("too many senders of HL7 at once", address=address, limit=self._config.connections)
            else:
                connection = Connection(self._config, reader, writer, self._batches.keep)
                self._connections[task] = connection
                await connection.run()
        except (ConnectionError, TimeoutError, ssl.SSLError) as error:
            log.warning("a sender of HL7 was lost", address=address, reason=str(error))
        finally:
            self._connections.pop(task, None)
            writer.close()


class Hl7Source:
    """A HIS that sends HL7."""

    def __init__(self, config: Hl7Config, around: Surroundings) -> None:
        self._listener = MllpListener(config, around)
        self.readers: Mapping[str, Reader] = {}
        self.listeners: Mapping[str, Listener] = {FEED: self._listener}
        self.asker: Asker | None = None

    def close(self) -> None:
        """Stop listening."""
        self._listener.stop()
