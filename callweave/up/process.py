"""One supervised process: started in a group of its own, its lines shown under its name, started again when it dies.

The kernel sends every child SIGTERM when this program ends (PR_SET_PDEATHSIG), so that even `kill -9` of it leaves no
process behind. What a child itself started is in the child's group, and is ended with it.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from callweave.up.procfile import Entry

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0
STEADY = 20.0
LONGEST_LINE = 1 << 20
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


class Process:
    """A process that is to run until `stop`."""

    def __init__(self, entry: Entry, env: dict[str, str], show: Callable[[str, str], None]) -> None:
        self.name = entry.name
        self.starts = 0
        self.last_code: int | None = None
        self._command = entry.command
        self._env = env
        self._show = show
        self._child: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._keeper: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it lives now."""
        return self._child is not None and self._child.returncode is None

    def start(self) -> None:
        """Start it, and keep it running; nothing happens when that was asked for already."""
        if self._keeper is not None:
            return
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    async def stop(self, patience: float, number: signal.Signals = signal.SIGTERM) -> None:
        """A signal, then after `patience` seconds SIGKILL to all of its group."""
        self._stopping = True
        if self._keeper is None:
            return
        if self.running:
            self._signal_child(number)
            done, _ = await asyncio.wait([self._keeper], timeout=patience)
            if not done:
                self._show(self.name, f"did not end within {patience:.0f} s and is killed")
                self._kill_group()
        else:
            self._keeper.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeper

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            started = time.monotonic()
            self.last_code = await self._run()
            if self._stopping:
                return
            if time.monotonic() - started > STEADY:
                pause = FIRST_PAUSE
            self._show(self.name, f"{_fate(self.last_code)}; it is started again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run(self) -> int:
        parent = os.getpid()

        def tie_to_parent() -> None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            if os.getppid() != parent:  # it ended before the line above
                os._exit(1)

        self.starts += 1
        # A pipe of our own: asyncio's would make wait() last until grandchildren, who inherit it, have ended as well.
        source, sink = os.pipe()
        try:
            self._child = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=tie_to_parent,
            )
        except OSError as error:
            os.close(source)
            self._show(self.name, f"cannot be started: {error}")
            return 127
        finally:
            os.close(sink)
        reading = asyncio.create_task(self._read(source))
        try:
            return await self._child.wait()
        finally:
            self._kill_group()  # what it left behind would hold its port or its socket
            await asyncio.wait([reading], timeout=1)
            reading.cancel()

    async def _read(self, source: int) -> None:
        lines = asyncio.StreamReader(limit=LONGEST_LINE)
        pipe = os.fdopen(source, "rb", buffering=0)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), pipe)
        try:
            while line := await self._line(lines):
                self._show(self.name, line.decode(errors="replace").rstrip())
        finally:
            transport.close()

    async def _line(self, lines: asyncio.StreamReader) -> bytes:
        try:
            return await lines.readline()
        except ValueError:
            return b"(a line that is too long to show)\n"

    def _signal_child(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.returncode is None:
            self._child.send_signal(number)

    def _kill_group(self) -> None:
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)


def _fate(code: int) -> str:
    if code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with {code}"
