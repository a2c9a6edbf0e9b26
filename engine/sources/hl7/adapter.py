"""Listens for HL7 v2 over MLLP: a thread with its own loop, so that it serves in a connector as in the platform.

What arrives on all connections while one batch is being written to the disk is the next batch: a disk that takes 5 ms
to be safe would else hold ten wards to 200 messages a second.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
import threading
from collections.abc import Mapping, Sequence

import structlog

from engine.adapters.gateway import NotNow, Refused
from engine.faults import Fault
from engine.sources.hl7.config import Hl7Config, Tls
from engine.sources.hl7.connection import Connection
from engine.sources.source import Arrival, Asker, Keep, Listener, Reader, Surroundings

log = structlog.get_logger()
FEED = "messages"
BATCH = 500
_START_SECONDS = 10.0
_HANDSHAKE_SECONDS = 10.0


class MllpListener:
    """A port that takes messages."""

    def __init__(self, config: Hl7Config, around: Surroundings) -> None:
        self._config, self._around = config, around
        self._networks = [ipaddress.ip_network(one) for one in config.addresses]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping = asyncio.Event()
        self._connections: dict[asyncio.Task[None], Connection] = {}
        self._batches: Batches | None = None
        self.port = config.port
        """The port that is listened on; another than the config's where that says 0."""

    def start(self, keep: Keep) -> None:
        """Listen; raises Refused for a port that is not permitted or for wrong certificates, NotNow if it is taken."""
        if not self._around.permits(self._config.host, self._config.host, self._config.port):
            raise Refused(f"listening on {self._config.host} port {self._config.port} is not permitted here")
        context = None if self._config.tls is None else self._secured(self._config.tls)
        ready = threading.Event()
        failed: list[OSError] = []
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(keep, context, ready, failed)), name="hl7", daemon=True
        )
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            raise NotNow(f"nobody listens on {self._config.host} port {self._config.port} yet")
        if failed:
            self._thread.join()
            raise NotNow(f"port {self._config.port} on {self._config.host} cannot be listened on: {failed[0]}")

    def stop(self) -> None:
        """Take nothing more; what is being kept is kept and answered."""
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def _secured(self, tls: Tls) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self._around.place(tls.certificate), self._around.place(tls.key))
            if tls.clients is not None:
                context.load_verify_locations(self._around.place(tls.clients))
                context.verify_mode = ssl.CERT_REQUIRED
        except (OSError, ssl.SSLError) as error:
            raise Refused(f"the certificates cannot be used: {error}") from error
        return context

    async def _run(
        self, keep: Keep, context: ssl.SSLContext | None, ready: threading.Event, failed: list[OSError]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._batches = Batches(keep)
        secured = {} if context is None else {"ssl": context, "ssl_handshake_timeout": _HANDSHAKE_SECONDS}
        try:
            server = await asyncio.start_server(self._connected, self._config.host, self._config.port, **secured)  # type: ignore[arg-type]
        except OSError as error:
            failed.append(error)
            ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stopping.wait()
        server.close()
        tasks = dict(self._connections)
        for task, connection in tasks.items():
            connection.is_over = True
            if connection.is_reading:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None and self._batches is not None
        address = str((writer.get_extra_info("peername") or ("",))[0])
        try:
            if not self._is_welcome(address):
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

    def _is_welcome(self, address: str) -> bool:
        if not self._networks:
            return True
        found = ipaddress.ip_address(address)
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        return any(found in network for network in self._networks)


class Batches:
    """Hands on what all connections bring, one batch after the other, in a thread."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._waiting: list[Arrival] = []
        self._next: asyncio.Task[list[Sequence[Fault]]] | None = None
        self._one = asyncio.Lock()

    async def keep(self, arrivals: Sequence[Arrival]) -> Sequence[Sequence[Fault]]:
        """Each one's faults, when all of them are kept; raises what `keep` raises."""
        place = len(self._waiting)
        self._waiting.extend(arrivals)
        if self._next is None:
            self._next = asyncio.create_task(self._keep_all())
        faults = await asyncio.shield(self._next)
        return faults[place : place + len(arrivals)]

    async def _keep_all(self) -> list[Sequence[Fault]]:
        async with self._one:
            arrivals, self._waiting, self._next = self._waiting, [], None
            faults: list[Sequence[Fault]] = []
            for start in range(0, len(arrivals), BATCH):
                faults.extend(await asyncio.to_thread(self._keep, arrivals[start : start + BATCH]))
            return faults


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
