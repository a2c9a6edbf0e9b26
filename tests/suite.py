"""`python -m tests.suite [STEP…]`: everything that CI runs, fast parts first; each part runs even if one before failed.

The whole takes half an hour on two cores, what needs no server some three minutes: `python -m tests.suite lint unit types frontend`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.host.settings import PROJECT

PYTEST = [sys.executable, "-m", "pytest", "-q"]
PLUGINS = "xdist.plugin,_hypothesis_pytestplugin"
"""What we use of that which installed packages bring for pytest; the others' imports are a third of its start."""
SERVERS = (
    "tests/campaigns", "tests/command_line", "tests/connector", "tests/host", "tests/hostile", "tests/mail", "tests/outbox",
    "tests/sources", "tests/triggers",
)  # fmt: skip
"""Their tests start databases, gateways, processes of ours."""
DESIGNER = ("tests/store", "tests/designer", "tests/up")
ALONE = ("tests/calls", "tests/telephony", "tests/browser")
TWO = ["-n", "2", "--dist", "worksteal"]
NPM = [sys.executable, "deploy/setup", "npm", "run", "--silent"]
GIVEN = ("CALLWEAVE_CACHE", "CALLWEAVE_TEST_POSTGRESQL")
STEPS: dict[str, list[str]] = {
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "unit": [*PYTEST, *TWO, "tests", *(f"--ignore={folder}" for folder in (*SERVERS, *DESIGNER, *ALONE))],
    "types": [sys.executable, "-m", "mypy"],
    "frontend": [*NPM, "check"],
    "servers": [*PYTEST, *TWO, *SERVERS],
    "designer": [*PYTEST, *TWO, *DESIGNER],
    "telephony": [*PYTEST, "-n", "2", "--dist", "loadfile", "tests/telephony"],
    "calls": [*PYTEST, "tests/calls"],
    "browser": [*PYTEST, "tests/browser"],
}
BESIDE = {"types": "frontend"}
"""A step that runs while another leaves it a core: Python's types, while TypeScript's are checked."""


def main(wanted: list[str]) -> int:
    """Run the steps; 1 if any failed."""
    unknown = [name for name in wanted if name not in STEPS]
    if unknown:
        print(f"no step {', '.join(unknown)}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    chosen = [name for name in STEPS if name in wanted or not wanted]
    results: list[tuple[str, bool, float]] = []
    for name in chosen:
        if BESIDE.get(name) not in chosen:
            results += _run(name, *(other for other in chosen if BESIDE.get(other) == name))
    print("\n== result")
    for name, well, seconds in results:
        print(f"  {name:<10} {'ok' if well else 'FAILED':<7} {seconds:6.1f} s")
    return 0 if all(well for _, well, _ in results) else 1


def _run(name: str, *beside: str) -> list[tuple[str, bool, float]]:
    """Run a step on the screen and others beside it, whose output comes after; of each, if it went well and its seconds."""
    print(f"\n== {name}", flush=True)
    with ThreadPoolExecutor() as threads:
        others = {other: threads.submit(_step, other, subprocess.PIPE) for other in beside}
        results = [(name, *_step(name)[:2])]
        for other, future in others.items():
            well, seconds, output = future.result()
            results.append((other, well, seconds))
            print(f"\n== {other}\n{output}", end="", flush=True)
    return results


def _step(name: str, output: int | None = None) -> tuple[bool, float, str]:
    start = time.monotonic()
    done = subprocess.run(
        STEPS[name], cwd=PROJECT, env=_environment(), stdout=output, stderr=output and subprocess.STDOUT, text=True
    )
    return done.returncode == 0, time.monotonic() - start, done.stdout or ""


def _environment() -> dict[str, str]:
    """Without settings of a copy that this machine runs, which would leak into the tests.

    And with Python's cache of compiled modules, where the machine forbids it: a copy's seven processes each compiled all
    that they import, 50 s of CPU in place of 16.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CALLWEAVE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": PLUGINS}
    kept.update({name: os.environ[name] for name in GIVEN if name in os.environ})
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
