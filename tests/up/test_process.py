"""A supervised process is started again when it dies, and leaves nothing behind, however the supervisor ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from callweave.up.process import Process
from callweave.up.procfile import Entry

WITH_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(60)
"""
SUPERVISOR = """
import asyncio, os, sys
from callweave.up.process import Process
from callweave.up.procfile import Entry
async def main():
    process = Process(Entry("one", (sys.executable, "-c", "import time; time.sleep(60)")), dict(os.environ), print)
    process.start()
    while not process.running:
        await asyncio.sleep(0.01)
    print(process._child.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


class Lines:
    """What a process said."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.new = asyncio.Event()

    def __call__(self, name: str, text: str) -> None:
        self.all.append(text)
        self.new.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.all) < count:
                self.new.clear()
                await self.new.wait()


def gone(pid: int, within: float = 10) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def test_it_is_started_again_at_once_with_what_it_left_ended() -> None:
    async def play() -> tuple[list[str], float]:
        lines = Lines()
        process = Process(Entry("one", (sys.executable, "-c", WITH_A_CHILD)), dict(os.environ), lines)
        process.start()
        await lines.until(1)
        killed = time.monotonic()
        assert process._child is not None
        process._child.kill()
        await lines.until(3)
        took = time.monotonic() - killed
        await process.stop(5)
        return lines.all, took

    lines, took = asyncio.run(play())
    assert lines[1] == "ended by SIGKILL; it is started again in 0.2 s"
    assert took < 2
    assert gone(int(lines[0])) and gone(int(lines[2]))


def test_what_does_not_end_is_killed() -> None:
    async def play() -> list[str]:
        lines = Lines()
        process = Process(Entry("one", (sys.executable, "-c", STUBBORN)), dict(os.environ), lines)
        process.start()
        await lines.until(1)
        await process.stop(0.2)
        assert not process.running
        return lines.all

    assert asyncio.run(play()) == ["ready", "did not end within 0 s and is killed"]


def test_pauses_grow_while_it_fails() -> None:
    async def play() -> list[str]:
        lines = Lines()
        process = Process(Entry("one", (sys.executable, "-c", "raise SystemExit(3)")), dict(os.environ), lines)
        process.start()
        await lines.until(3)
        await process.stop(5)
        return lines.all

    said = asyncio.run(play())
    assert [line.rpartition(" in ")[2] for line in said[:3]] == ["0.2 s", "0.4 s", "0.8 s"]
    assert said[0].startswith("ended with 3")


def test_nothing_is_left_when_the_supervisor_is_killed() -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    supervisor.stdout.close()
    assert gone(child)
