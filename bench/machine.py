"""What a figure was measured on, and how: CPU seconds of this process, medians of interleaved rounds."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping

from bench import peers

RECORD = {"name": "Ann", "age": 70, "ward": "cardio"}
"""The record of followup-10, which every contestant walks."""
BASELINES = {"transitions": 8_521, "SpiffWorkflow": 535}
"""Their sessions of followup-10 for each CPU second, on the machine for which absolute figures were asked."""


def machine() -> str:
    """The machine in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, load {load:.1f}"


def interleaved(
    contestants: Mapping[str, Callable[[], object]], *, rounds: int, times: int, slow: Mapping[str, int] | None = None
) -> dict[str, float]:
    """How often each does its work in a CPU second: the median of its rounds, the rounds of all taken in turn.

    These machines are noisy: what runs beside a contestant in the same seconds can be compared with it, nothing else.
    A contestant of `slow` does its work so many times fewer in a round.
    """
    seen: dict[str, list[float]] = {name: [] for name in contestants}
    count = {name: max(1, times // (slow or {}).get(name, 1)) for name in contestants}
    for name, work in contestants.items():
        for _ in range(max(1, count[name] // 10)):
            work()
    for _ in range(rounds):
        for name, work in contestants.items():
            gc.collect()
            began = time.process_time()
            for _ in range(count[name]):
                work()
            seen[name].append(count[name] / (time.process_time() - began))
    return {name: statistics.median(rates) for name, rates in seen.items()}


def of_baselines() -> dict[str, float]:
    """How fast this machine is just now, as peers that are not ours see it: 0.5 is half of what was asked for."""
    rates = interleaved(peers.installed(RECORD), rounds=5, times=300, slow={"SpiffWorkflow": 20})
    return {name: rate / BASELINES[name] for name, rate in rates.items()}
