"""A port that is served by a thread with its own loop: beside a HIS as in the platform, whatever else runs there."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Sequence

from engine.adapters.gateway import NotNow, Refused
from engine.faults import Fault
from engine.sources.port_config import PortConfig, Tls
from engine.sources.source import Arrival, Keep, Surroundings

_START_SECONDS = 10.0
HANDSHAKE_SECONDS = 10.0
BATCH = 500

Ends = Callable[[], Awaitable[None]]
Serve = Callable[[ssl.SSLContext | None], Awaitable[tuple[int, Ends]]]
"""Begins to listen: gives the port, and what ends it."""


class Port:
    """Opens and closes one."""

    def __init__(self, config: PortConfig, around: Surroundings) -> None:
        self._config, self._around = config, around
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping: asyncio.Event | None = None
        self.number = config.port
        """The port that is listened on; another than the config's where that says 0."""

    def open(self, serve: Serve) -> None:
        """Listen; raises Refused for a port that is not permitted or wrong certificates, NotNow if it is taken."""
        host, port = self._config.host, self._config.port
        if not self._around.permits_listening(host, port):
            raise Refused(f"listening on {host} port {port} is not permitted here")
        context = None if self._config.tls is None else self._secured(self._config.tls)
        ready = threading.Event()
        failed: list[OSError] = []
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(serve, context, ready, failed)), name=f"port {port}", daemon=True
        )
        self._thread.start()
        if not ready.wait(_START_SECONDS):
            raise NotNow(f"nobody listens on {host} port {port} yet")
        if failed:
            self._thread.join()
            raise NotNow(f"port {port} on {host} cannot be listened on: {failed[0]}")

    def close(self) -> None:
        """Take nothing more; what is being kept is kept and answered."""
        loop, stopping, thread = self._loop, self._stopping, self._thread
        if loop is not None and stopping is not None and thread is not None and thread.is_alive():
            loop.call_soon_threadsafe(stopping.set)
            thread.join()

    def _secured(self, tls: Tls) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self._around.place(tls.certificate), self._around.place(tls.key))
            if tls.clients is not None:
                context.load_verify_locations(self._around.place(tls.clients))
                context.verify_mode = ssl.CERT_REQUIRED
        except OSError as error:  # ssl.SSLError is one
            raise Refused(f"the certificates cannot be used: {error}") from error
        return context

    async def _run(
        self, serve: Serve, context: ssl.SSLContext | None, ready: threading.Event, failed: list[OSError]
    ) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            self.number, ends = await serve(context)
        except OSError as error:
            failed.append(error)
            ready.set()
            return
        ready.set()
        await self._stopping.wait()
        await ends()


class Batches:
    """Hands on what all connections bring, one batch after the other, in a thread.

    What arrives while one batch is being written to the disk is the next batch: a disk that takes 5 ms to be safe would
    else hold ten wards to 200 messages a second.
    """

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
