"""Calls: prompt, one key, prompt, hang up; ours with everything durable, beside a bare ARI program and Asterisk's dialplan.

All on one Asterisk, in rounds taken in turn, for these machines are noisy. A contestant's ceiling is the highest rate at
which 99.9 % of calls go well. CPU is counted by process at one rate for all; ours are engine, standby, web, worker, clock,
Redis and the supervisor together.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.lines.asterisk import BenchAsterisk, cpu_seconds
from bench.lines.callers import crowd, key_to_prompt
from bench.machine import of_baselines
from engine.adapters.speech import Speech, SpeechConfig
from engine.commands import Say
from tests.product import RunningCopy
from tests.product_api import Api

NUMBER = "7400"
WELL = 0.999
TRY_SECONDS = float(os.environ.get("BENCH_TRY_SECONDS", "8"))
RATE = float(os.environ.get("BENCH_RATE", "100"))
STEPS = (40, 60, 80, 100, 120, 140, 160, 180, 200, 225, 250, 275, 300, 325, 350, 375, 400, 450, 500, 550, 600)
FIRST, SECOND = "Press one.", "Thank you, goodbye."
FLOW: dict[str, Any] = {
    "callweave": 1, "name": "One key", "languages": ["en"], "start": "pick_up",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "ask"}},
        "ask": {
            "type": "menu",
            "config": {"prompt": FIRST, "choices": [{"key": "1", "label": "one"}], "timeout": 8},
            "outlets": {"1": "thanks"},
        },
        "thanks": {"type": "say", "config": {"prompt": SECOND}, "outlets": {"done": "served"}},
        "served": {"type": "end", "config": {"outcome": "served"}},
    },
}  # fmt: skip


def measure(rounds: int) -> dict[str, Any]:
    """The table and its figures; three rounds unless fewer are asked for."""
    with tempfile.TemporaryDirectory(prefix="callweave-bench-") as folder:
        return _measure(Path(folder), min(rounds, 3))


def _measure(folder: Path, rounds: int) -> dict[str, Any]:
    data = folder / "data"
    clips = asyncio.run(_clips(data / "prompts"))
    asterisk = BenchAsterisk(folder / "asterisk", *clips)
    bare: subprocess.Popen[bytes] | None = None
    copy = RunningCopy(folder, extra={"CALLWEAVE_ARI_URL": asterisk.address})
    try:
        asterisk.wait()
        bare = subprocess.Popen(
            [sys.executable, "-m", "bench.lines.bare", asterisk.address, *clips], stdout=subprocess.PIPE
        )
        assert bare.stdout is not None
        assert bare.stdout.readline() == b"ready\n"
        copy.start()
        flow = Api(copy).bound(FLOW, NUMBER)
        while "engine standby" not in copy.processes():  # its CPU counts, too
            time.sleep(0.2)
        figures = _rounds(asterisk, bare.pid, copy, folder / "sipp", rounds)
        ended = Api(copy).ended_sessions(flow, 1)
        figures["sessions_kept"] = len(ended)
        figures["sessions_not_served"] = sum(session["outcome"] != "served" for session in ended)
        return figures
    finally:
        copy.stop()
        if bare is not None:
            bare.terminate()
            bare.wait()
        asterisk.stop()


def _rounds(asterisk: BenchAsterisk, bare: int, copy: RunningCopy, folder: Path, rounds: int) -> dict[str, Any]:
    port = asterisk.settings.sip_port
    contestants = {"native": "native", "bare ARI": "bare", "callweave": NUMBER}
    ceilings: dict[str, list[float]] = defaultdict(list)
    latencies: dict[str, list[float]] = defaultdict(list)
    costs: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in contestants}
    watched = {"asterisk": asterisk.process.pid, "bare": bare, "up": copy.pid, **copy.processes()}
    for number in contestants.values():
        crowd(port, number, 20, 3, folder)
    for _ in range(rounds):
        for name, number in contestants.items():
            latencies[name] += asyncio.run(key_to_prompt(port, number, TRY_SECONDS))
        for name, number in contestants.items():
            before = {part: cpu_seconds(pid) for part, pid in watched.items()}
            fared = crowd(port, number, RATE, TRY_SECONDS, folder)
            for part, pid in watched.items():
                costs[name][part].append((cpu_seconds(pid) - before[part]) * 1000 / max(1, fared.well))
        for name, number in contestants.items():
            ceilings[name].append(_ceiling(port, number, folder))
    rows = [
        {
            "contestant": name,
            "ceiling calls/s": statistics.median(ceilings[name]),
            "of bare ARI": statistics.median(ceilings[name]) / statistics.median(ceilings["bare ARI"]),
            "Asterisk ms/call": statistics.median(costs[name]["asterisk"]),
            "program ms/call": _own(name, costs[name]),
            "key→prompt p50": _percentile(latencies[name], 0.5),
            "p95 ms": _percentile(latencies[name], 0.95),
        }
        for name in contestants
    ]
    ours = costs["callweave"]
    return {
        "rows": rows,
        "ceilings": dict(ceilings),
        "of_the_bare_app": rows[2]["of bare ARI"],
        "own_cpu_ms_per_call": rows[2]["program ms/call"],
        "cpu_ms_per_call_by_process": {
            part: round(statistics.median(seen), 3) for part, seen in ours.items() if part not in ("asterisk", "bare")
        },
        "key_to_prompt_p95_ms": rows[2]["p95 ms"],
        "rate": RATE,
        "this_machine_of_baselines": of_baselines(),
    }


def _own(name: str, costs: dict[str, list[float]]) -> float:
    """What a contestant's own processes used for a call."""
    parts = {"native": (), "bare ARI": ("bare",)}.get(
        name, tuple(part for part in costs if part not in ("asterisk", "bare"))
    )
    return sum((statistics.median(costs[part]) for part in parts), 0.0)


def _ceiling(port: int, number: str, folder: Path) -> float:
    """The highest of STEPS at which enough calls go well, found by halving."""
    low, high = -1, len(STEPS)
    while high - low > 1:
        middle = (low + high) // 2
        fared = crowd(port, number, STEPS[middle], TRY_SECONDS, folder)
        kept_up = fared.seconds < TRY_SECONDS + 15
        low, high = (middle, high) if fared.share >= WELL and kept_up else (low, middle)
        time.sleep(1)  # what a failed try left behind comes to its end
    return float(STEPS[max(low, 0)])


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


async def _clips(folder: Path) -> list[str]:
    """Both prompts as our engine will find them: made once, heard by all."""
    speech = Speech(SpeechConfig(folder=folder))
    parts = [Say(text=text, language="en", constant=True) for text in (FIRST, SECOND)]
    clips = await speech.media(parts)
    await asyncio.to_thread(speech.close)
    return clips
