"""Many callers at once, by SIPp, and the flow that they call."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.product import free_port

SCENARIO = Path(__file__).parent / "sipp" / "three_keys.xml"


def _menu(says: str, key: str, leads_to: str) -> dict[str, Any]:
    choices = [{"key": key, "label": f"key {key}"}]
    return {"type": "menu", "config": {"prompt": says, "choices": choices, "timeout": 8}, "outlets": {key: leads_to}}


THREE_KEYS: dict[str, Any] = {
    "callweave": 1, "name": "Three keys", "languages": ["en"], "start": "pick_up", "on_hang_up": "gone",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "one"}},
        "one": _menu("Press one.", "1", "two"), "two": _menu("Now press two.", "2", "three"),
        "three": _menu("And three.", "3", "back"),
        "back": {"type": "say", "config": {"prompt": "You call from {{ call.from }}."}, "outlets": {"done": "right"}},
        "right": {"type": "end", "config": {"outcome": "{{ results.one.value }}{{ results.two.value }}{{ results.three.value }}"}},
        "gone": {"type": "end", "config": {"outcome": "gone"}},
    },
}  # fmt: skip
"""Three keys, and a prompt that speaks a value of the call."""


@dataclass
class Callers:
    """What SIPp says of its callers."""

    right: int
    failed: int
    said: str


def callers(sipp: str, folder: Path, *, sip_port: int, number: str, rate: float, count: int) -> Callers:
    """`count` callers, `rate` a second, who press their three keys and wait to be let go."""
    statistics = folder / "sipp.csv"
    command = [
        sipp, f"127.0.0.1:{sip_port}", "-s", number, "-sf", str(SCENARIO), "-i", "127.0.0.1", "-mi", "127.0.0.1",
        "-p", str(free_port("udp")), "-m", str(count), "-r", str(rate), "-l", "3000", "-nostdin", "-trace_stat",
        "-stf", str(statistics), "-trace_err", "-error_file", str(folder / "sipp.err"), "-recv_timeout", "15000",
        "-timeout", f"{count / rate + 60:.0f}s", "-buff_size", "8000000",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=count / rate + 120)
    with statistics.open(encoding="utf-8") as file:
        last = list(csv.DictReader(file, delimiter=";"))[-1]
    said = (folder / "sipp.err").read_text() if (folder / "sipp.err").exists() else done.stderr
    return Callers(int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]), said[-2000:])
