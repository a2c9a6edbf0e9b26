"""`python -m tests.suite [STEP…]`: everything that CI runs, fast parts first; each part runs even if one before failed.

The whole takes half an hour on two cores. Name steps to run only these, e.g. `python -m tests.suite lint types`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from engine.host.settings import PROJECT

PYTEST = [sys.executable, "-m", "pytest", "-q"]
PLUGINS = "xdist.plugin,_hypothesis_pytestplugin"
"""What we use of that which installed packages bring for pytest; the others' imports are a third of its start."""
SLOW = ("tests/calls", "tests/telephony", "tests/browser", "tests/up", "tests/designer", "tests/store")
NPM = [sys.executable, "deploy/setup", "npm", "run", "--silent"]
GIVEN = ("CALLWEAVE_CACHE", "CALLWEAVE_TEST_POSTGRESQL")
STEPS: dict[str, list[str]] = {
    "lint": [sys.executable, "-m", "ruff", "check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "unit": [*PYTEST, "-n", "2", "--dist", "worksteal", "tests", *(f"--ignore={folder}" for folder in SLOW)],
    "frontend": [*NPM, "check"],
    "designer": [*PYTEST, "-n", "2", "--dist", "worksteal", "tests/store", "tests/designer", "tests/up"],
    "telephony": [*PYTEST, "-n", "2", "--dist", "loadfile", "tests/telephony"],
    "calls": [*PYTEST, "tests/calls"],
    "browser": [*PYTEST, "tests/browser"],
}


def main(wanted: list[str]) -> int:
    """Run the steps; 1 if any failed."""
    unknown = [name for name in wanted if name not in STEPS]
    if unknown:
        print(f"no step {', '.join(unknown)}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    results: list[tuple[str, bool, float]] = []
    for name, command in STEPS.items():
        if wanted and name not in wanted:
            continue
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        well = subprocess.run(command, cwd=PROJECT, env=_environment()).returncode == 0
        results.append((name, well, time.monotonic() - start))
    print("\n== result")
    for name, well, seconds in results:
        print(f"  {name:<10} {'ok' if well else 'FAILED':<7} {seconds:6.1f} s")
    return 0 if all(well for _, well, _ in results) else 1


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
