"""A caller who comes while the engine is being started again hears that it goes on in a moment, and is served."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import urllib.request
from typing import Any

import pytest

from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.telephony.caller import Caller

EXAMPLE = "7002"
PATIENCE = 40.0


@pytest.fixture(scope="module")
def copy(running_copy: StartCopy) -> RunningCopy:
    return running_copy("asterisk", CALLWEAVE_ENGINES="1")


def sessions(copy: RunningCopy) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{copy.url}/api/v1/sessions", headers={"Authorization": f"Bearer {copy.key}"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return list(json.load(answer)["items"])


def applications(copy: RunningCopy) -> list[str]:
    """The applications that Asterisk could give a call to."""
    saved = json.loads((copy.data / "asterisk" / "ari.json").read_text())
    keys = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    keys.add_password(None, f"http://127.0.0.1:{saved['port']}", "callweave", saved["password"])
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(keys))
    with opener.open(f"http://127.0.0.1:{saved['port']}/ari/applications", timeout=5) as answer:
        return [application["name"] for application in json.load(answer)]


async def until(copy: RunningCopy, status: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            for session in await asyncio.to_thread(sessions, copy):
                if session["status"] == status:
                    return session
            await asyncio.sleep(0.05)


def test_the_caller_waits_and_is_served(copy: RunningCopy) -> None:
    async def main() -> dict[str, Any]:
        os.kill(copy.processes()["engine"], signal.SIGKILL)
        while applications(copy):
            await asyncio.sleep(0.005)
        async with Caller(copy.sip_port) as caller:
            await caller.call(EXAMPLE)
            await caller.until_heard()
            assert await asyncio.to_thread(sessions, copy) == []
            await until(copy, "running")
            await caller.press("1")
            await caller.ended(PATIENCE)
        return await until(copy, "completed")

    assert asyncio.run(main())["outcome"] == "Tea"
