"""Callers: a crowd by SIPp at a rate, and single ones who measure how long after their key the next prompt begins."""

from __future__ import annotations

import asyncio
import csv
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.product import free_port
from tests.telephony.caller import Caller

SCENARIO = Path(__file__).parent / "one_key.xml"
KEY_AFTER = 1.3
"""Seconds from the answer to the key: the first prompt is over then."""


@dataclass(frozen=True)
class Fared:
    """What became of a crowd."""

    well: int
    failed: int
    seconds: float

    @property
    def share(self) -> float:
        """Of all calls, those that went well."""
        return self.well / max(1, self.well + self.failed)


def crowd(port: int, number: str, rate: float, seconds: float, folder: Path) -> Fared:
    """So many calls a second for so long."""
    calls = round(rate * seconds)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    began = time.monotonic()
    with (folder / "sipp.log").open("wb") as log:
        subprocess.run(
            [
                "sipp", f"127.0.0.1:{port}", "-s", number, "-sf", str(SCENARIO), "-i", "127.0.0.1", "-mi", "127.0.0.1",
                "-p", str(free_port("udp")), "-mp", str(free_port("udp") // 2 * 2), "-m", str(calls), "-r", f"{rate:g}",
                "-l", "4000", "-d", str(round(KEY_AFTER * 1000)), "-timeout", str(round(seconds + 25)),
                "-recv_timeout", "10000", "-buff_size", "8000000", "-trace_stat", "-stf", "calls.csv", "-fd", "1", "-nostdin",
            ],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False,
        )  # fmt: skip
    with (folder / "calls.csv").open(encoding="utf-8") as file:
        *_, last = csv.DictReader(file, delimiter=";")
    well = int(last["SuccessfulCall(C)"])
    return Fared(well, calls - well, time.monotonic() - began)


async def key_to_prompt(port: int, number: str, seconds: float) -> list[float]:
    """Milliseconds from the key to the first packet of the next prompt, of one caller after the other."""
    seen = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        async with Caller(port, keys="info") as caller:
            await caller.call(number)
            await asyncio.sleep(KEY_AFTER)
            pressed = time.monotonic()
            await caller.press("1")
            async with asyncio.timeout(5):
                while not caller.heard or caller.heard[-1].at < pressed:
                    await asyncio.sleep(0.001)
            seen.append((next(packet.at for packet in caller.heard if packet.at >= pressed) - pressed) * 1000)
            await caller.ended()
    return seen
