"""Engines die, hang and are told to stop while people listen to a menu: the other takes the calls on, every key counts."""

from __future__ import annotations

import asyncio
import os
import re
import signal

import pytest

from tests.calls.at_the_menu import all_served, patient, people
from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api

CALLERS = 20
PATIENCE = 40.0


@pytest.fixture(scope="module")
def copy(running_copy: StartCopy) -> RunningCopy:
    return running_copy()


@pytest.fixture(scope="module")
def ward(copy: RunningCopy) -> tuple[Api, str]:
    api = Api(copy)
    return api, api.bound(patient(), "7301")


async def two_engines(copy: RunningCopy) -> tuple[int, int]:
    """The active one and the one that stands by, once both are there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            processes = copy.processes()
            if "engine" in processes and "engine standby" in processes:
                return processes["engine"], processes["engine standby"]
            await asyncio.sleep(0.05)


async def taken_on(copy: RunningCopy, said: int, calls: int) -> None:
    """Wait until, since the log had so many bytes, an engine has taken on so many calls."""
    async with asyncio.timeout(PATIENCE):
        while not re.search(rf"engine serves.* sessions_taken_on={calls}\b", since(copy, said)):
            await asyncio.sleep(0.02)


def since(copy: RunningCopy, said: int) -> str:
    return copy.log.read_bytes()[said:].decode(errors="replace")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM], ids=["dies", "hangs", "stops"])
def test_twenty_calls_in_a_menu_outlive_their_engine(
    copy: RunningCopy, ward: tuple[Api, str], number: signal.Signals
) -> None:
    api, flow = ward

    async def main() -> None:
        active, standby = await two_engines(copy)

        async def trouble() -> None:
            said = copy.log.stat().st_size
            os.kill(active, number)
            await taken_on(copy, said, CALLERS)
            assert copy.processes()["engine"] == standby
            if number == signal.SIGSTOP:
                os.kill(standby, 0)
                with pytest.raises(ProcessLookupError):
                    os.kill(active, signal.SIGCONT)  # it was ended by the one that followed

        await people(copy, api, flow, "7301", CALLERS, trouble)

    asyncio.run(main())
    all_served(api, flow, CALLERS)


def test_both_engines_die_at_once(copy: RunningCopy, ward: tuple[Api, str]) -> None:
    api, flow = ward

    async def main() -> None:
        engines = await two_engines(copy)

        async def trouble() -> None:
            said = copy.log.stat().st_size
            for engine in engines:
                os.kill(engine, signal.SIGKILL)
            await taken_on(copy, said, 3)

        await people(copy, api, flow, "7301", 3, trouble)

    asyncio.run(main())
    all_served(api, flow, 3)


def test_nobody_was_fenced_or_lost(copy: RunningCopy, ward: tuple[Api, str]) -> None:
    said = since(copy, 0)
    assert "fenced" not in said and "Traceback" not in said
