"""The whole of `callweave up`: check, start in order, wait until all is ready, say so, and at the end stop it all."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from typing import IO

from callweave import bootstrap_key
from callweave.asterisk import ports
from callweave.up import procfile, readiness
from callweave.up.process import Process
from callweave.up.procfile import Entry
from callweave.up.screen import Screen
from engine.host.settings import PROJECT, Settings

PATIENCE_TO_START = 90.0
PATIENCE_TO_STOP = 8.0
GIVE_UP_AFTER = 5
OTHERS = ("redis", "asterisk")
"""Programs that are not ours: what is loaded into our processes first (`LD_PRELOAD`) is not for them."""


class CannotStart(Exception):
    """One plain sentence for the person at the screen."""


class Up:
    """One copy of Callweave, all its processes."""

    def __init__(self, settings: Settings, key: str) -> None:
        self._settings = settings
        self._key = key
        self._screen = Screen()
        self._processes: dict[str, Process] = {}
        self._told_to_stop = asyncio.Event()
        self._at_once = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGINT or SIGHUP (calls stay as they are), or SIGTERM (they may end first); raises CannotStart."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._told_to_stop.set)
        for number in (signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop_at_once)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(self._told_to_stop.wait())
        try:
            await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
        finally:
            starting.cancel()
            stopping.cancel()
            await asyncio.gather(starting, stopping, return_exceptions=True)
            await self._stop()

    async def _start(self) -> None:
        began = time.monotonic()
        entries = {entry.name: entry for entry in procfile.read(PROJECT / "Procfile")}
        if "engine" in entries and self._settings.telephony == "asterisk":
            entries |= {f"engine-{n}": Entry(f"engine-{n}", entries["engine"].command) for n in self._more_engines}
        if not self._settings.redis_embedded:
            entries.pop("redis", None)
        if not self._settings.asterisk_local:
            entries.pop("asterisk", None)
        env = {**self._settings.environment(), "CALLWEAVE_BOOTSTRAP_KEY": self._key, "PYTHONUNBUFFERED": "1"}
        if self._settings.log == "auto":
            env["CALLWEAVE_LOG"] = "text"  # a person reads along, or a file under each process's name
        others = {name: value for name, value in env.items() if name != "LD_PRELOAD"}
        self._processes = {
            name: Process(entry, others if name in OTHERS else env, self._screen.line)
            for name, entry in entries.items()
        }
        for counted in self._settings.folder_metrics.glob("*.db"):
            counted.unlink(missing_ok=True)  # by processes that are no more
        self._begin("redis", "asterisk")
        await self._prepare(env)
        await self._ready("redis", readiness.redis)
        self._begin("web", "worker", "turns", "clock")
        await self._ready("asterisk", readiness.asterisk)
        standbys = {f"engine-{n}" for n in self._more_engines}
        self._begin("engine", *(name for name in entries if name not in standbys))
        await self._ready("web", readiness.web)
        numbers = await asyncio.to_thread(_numbers, self._settings)
        link = await asyncio.to_thread(_first_link, self._settings)
        self._welcome(time.monotonic() - began, numbers, link)
        self._begin(*standbys)

    @property
    def _more_engines(self) -> range:
        """The numbers of the engines beside the first: they stand by."""
        return range(2, self._settings.engines + 1)

    def _stop_at_once(self) -> None:
        self._at_once.set()
        self._told_to_stop.set()

    def _begin(self, *names: str) -> None:
        for name in names:
            if name in self._processes:
                self._processes[name].start()

    async def _prepare(self, env: dict[str, str]) -> None:
        """Migrations and examples, in a process of their own that gives its memory back."""
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "callweave", "prepare", env=env, stdin=asyncio.subprocess.DEVNULL
        )
        if await child.wait():
            raise CannotStart("The databases could not be brought up to date; the reason stands above.")

    async def _ready(self, name: str, ask: Callable[[Settings], Awaitable[bool]]) -> None:
        if name not in self._processes:
            return
        end = time.monotonic() + PATIENCE_TO_START
        while not await ask(self._settings):
            for process in self._processes.values():
                if process.starts > GIVE_UP_AFTER:
                    raise CannotStart(f"`callweave {process.name}` ends again and again; its last words stand above.")
            if time.monotonic() > end:
                raise CannotStart(f"`callweave {name}` is not ready after {PATIENCE_TO_START:.0f} s.")
            await asyncio.sleep(0.05)

    async def _stop(self) -> None:
        if any(process.running for process in self._processes.values()):
            self._screen.say("Stopping …")
        await self._stop_engines()
        served = [process for name, process in self._processes.items() if name not in ("redis", "asterisk")]
        below = [process for name, process in self._processes.items() if name in ("redis", "asterisk")]
        for group in (served, below):
            await asyncio.gather(*(process.stop(PATIENCE_TO_STOP) for process in group))

    async def _stop_engines(self) -> None:
        """At once; or one after the other: each hands its calls to the next, the last lets them come to an end."""
        engines = [process for name, process in self._processes.items() if name.startswith("engine")]
        if not self._at_once.is_set():
            draining = asyncio.create_task(self._drain(engines))
            hurry = asyncio.create_task(self._at_once.wait())
            await asyncio.wait([draining, hurry], return_when=asyncio.FIRST_COMPLETED)
            hurry.cancel()
            if draining.done():
                return
            draining.cancel()
        await asyncio.gather(*(process.stop(PATIENCE_TO_STOP, signal.SIGINT) for process in engines))

    async def _drain(self, engines: list[Process]) -> None:
        for process in engines:
            await process.stop(self._settings.drain_seconds + PATIENCE_TO_STOP)

    def _welcome(self, seconds: float, numbers: list[str], link: str | None) -> None:
        settings = self._settings
        say = self._screen.say
        say()
        say(f"Callweave is ready after {seconds:.1f} s.")
        say(f"  Designer      http://{settings.listens_at}")
        if link is not None:
            say(f"  Begin here    {link}")
            say("                (once, within a day: the first administrator chooses a password)")
        if settings.bootstrap_key:
            say("  Sign in with  the key in CALLWEAVE_BOOTSTRAP_KEY (administrator of tenant main)")
        else:
            say(f"  Sign in with  {self._key}")
            say(f"                (administrator of tenant main; kept in {bootstrap_key.path_of(settings)})")
        if settings.telephony == "simulated":
            say("  Telephone     simulated: POST /api/v1/simulated-calls makes a call")
        elif settings.asterisk_local:
            first = numbers[0] if numbers else "NUMBER"
            say(f"  Call          sip:{first}@127.0.0.1:{settings.sip_port} from this machine, without a password")
            if len(numbers) > 1:
                say(f"                numbers: {', '.join(numbers)}")
        else:
            say("  Telephone     the Asterisk of CALLWEAVE_ARI_URL (`callweave asterisk config` says what it needs)")
        say("  Stop with     Ctrl-C")
        say()


def _numbers(settings: Settings) -> list[str]:
    """The numbers to be called, for the welcome; a database that is away by now is no reason to stop everything."""
    import sqlalchemy as sa

    from callweave.up.prepare import example_numbers

    try:
        return example_numbers(settings)
    except sa.exc.SQLAlchemyError:
        return []


def _first_link(settings: Settings) -> str | None:
    """The first administrator's link, for the welcome, while nobody has come in."""
    import sqlalchemy as sa

    from callweave.user import CannotDo, first_link

    try:
        return first_link(settings)
    except (sa.exc.SQLAlchemyError, CannotDo):
        return None


def main(settings: Settings) -> None:
    """Run `callweave up`; raises CannotStart or NoPort with one plain sentence."""
    _check_ports(settings)
    settings.make_folders()
    lock = _lock(settings)
    key = bootstrap_key.ensure(settings)
    try:
        asyncio.run(Up(settings, key).run())
    finally:
        lock.close()


def _check_ports(settings: Settings) -> None:
    if not ports.is_free(settings.host, settings.port):
        raise ports.NoPort(f"Port {settings.port} of {settings.host} is in use. Set CALLWEAVE_PORT to another one.")
    if settings.asterisk_local and not ports.is_free("127.0.0.1", settings.sip_port, socket.SOCK_DGRAM):
        raise ports.NoPort(
            f"SIP port {settings.sip_port} of 127.0.0.1 is in use. Set CALLWEAVE_SIP_PORT to another one."
        )


def _lock(settings: Settings) -> IO[str]:
    path = settings.data / "up.lock"
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise CannotStart(
            f"The data folder {settings.data} is used by another `callweave up` (process {holder}). "
            "Set CALLWEAVE_DATA to another one."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
