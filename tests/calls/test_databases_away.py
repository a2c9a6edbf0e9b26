"""The database is away for longer than a lease lasts: calls go on, nothing is lost, and no other engine follows."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import needs, postgresql
from tests.calls.at_the_menu import patient
from tests.conftest import RUNNING, StartCopy
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller

CALLERS = 3
AWAY = 6.0
"""Seconds: twice the time that a lease lasts."""

Act = Callable[[], None]


async def calls_go_on(copy: RunningCopy, api: Api, flow: str, go: Act, come: Act, *, newcomer: bool) -> None:
    """People press one key while the database is away and the others afterwards; one may call in between."""
    away, back = asyncio.Event(), asyncio.Event()
    pressed: list[str] = []

    async def person(phone: str) -> None:
        async with Caller(copy.sip_port, number=phone) as caller:
            await caller.call("7304")
            await caller.press("5")
            await caller.until_quiet(0.7)
            await away.wait()
            await caller.press("1")
            await caller.until_heard(20)
            pressed.append(phone)
            await back.wait()
            await finish(caller)

    async def late(phone: str) -> None:
        async with Caller(copy.sip_port, number=phone) as caller:
            await away.wait()
            await caller.call("7304", 30)
            await back.wait()
            await caller.press("51")
            await finish(caller)

    async def finish(caller: Caller) -> None:
        await caller.until_quiet(0.7)
        await caller.press("12#")
        await caller.ended(30)

    def at_menu() -> int:
        return sum(session["node"] == "what" for session in api.everything(f"/sessions?flow={flow}"))

    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        for number in range(CALLERS):
            group.create_task(person(f"1390000000{number}"))
        if newcomer:
            group.create_task(late("13911111111"))
        while await asyncio.to_thread(at_menu) < CALLERS or not prompts_made(copy, flow):
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        go()
        away.set()
        await asyncio.sleep(AWAY)
        while len(pressed) < CALLERS:  # the next prompt is heard though nothing can be written
            await asyncio.sleep(0.05)
        come()
        back.set()


def prompts_made(copy: RunningCopy, flow: str) -> bool:
    """Whether a flow's speech lies on the disk: where that is full none can be made, and a prompt would be silent."""
    said = copy.log.read_text(errors="replace").splitlines()
    return any("prompts are made" in line and flow in line for line in said)


def nobody_followed(copy: RunningCopy, api: Api, flow: str, count: int) -> None:
    sessions = api.ended_sessions(flow, count)
    assert [session["outcome"] for session in sessions] == ["served"] * count
    for session in sessions:
        results = api("GET", f"/sessions/{session['id']}")["results"]
        assert (results["what"]["value"], results["bed"]["value"]) == ("1", "12")
    said = copy.log.read_text(errors="replace")
    assert said.count("engine serves") == 1 and "commit is tried again" in said and "fenced" not in said


class Server:
    """A PostgreSQL that a test stops and starts."""

    def __init__(self, folder: Path) -> None:
        self._programs, self._folder = postgresql._programs(), folder
        self.address = postgresql._made(self._programs, folder)
        self.start()

    def start(self) -> None:
        self._process = postgresql._started(self._programs, self._folder, self.address, {})

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)


def test_postgresql_is_stopped_and_started_again(running_copy: StartCopy) -> None:
    with tempfile.TemporaryDirectory(prefix="callweave-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        url = server.address.render_as_string(hide_password=False)
        copy = running_copy(CALLWEAVE_DATABASE_URL=url, CALLWEAVE_TENANT_DATABASE_URL=url + "?schema={tenant}")
        try:
            api = Api(copy)
            flow = api.bound(patient(), "7304")
            asyncio.run(calls_go_on(copy, api, flow, server.stop, server.start, newcomer=True))
            nobody_followed(copy, api, flow, CALLERS + 1)
        finally:
            copy.stop()
            server.stop()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system with little room."""
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if made.returncode:
        needs.absent("no right to mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


def test_the_disk_is_full_for_a_while(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk):
        copy = RunningCopy(disk)
        copy.log = tmp_path / "up.log"
        RUNNING.append(copy)
        filler = disk / "filler"

        def fill() -> None:
            with filler.open("wb", buffering=0) as file:
                for size in (1 << 20, 4096, 1):
                    try:
                        while file.write(b"\0" * size):
                            pass
                    except OSError:
                        continue

        copy.start()
        try:
            api = Api(copy)
            flow = api.bound(patient(), "7304")
            asyncio.run(calls_go_on(copy, api, flow, fill, filler.unlink, newcomer=False))
            nobody_followed(copy, api, flow, CALLERS)
        finally:
            filler.unlink(missing_ok=True)
            copy.stop()
            RUNNING.remove(copy)
