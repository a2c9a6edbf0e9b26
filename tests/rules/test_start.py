"""An engine that follows another must be there soon: what it does not need for that, it does not load at its start."""

from __future__ import annotations

import subprocess
import sys

LATER = ("aiohttp", "alembic", "holidays", "jsonschema", "networkx", "numpy", "rq", "soundfile", "soxr")
"""Loaded when something of them is first used, or by a thread when calls are served already."""


def test_an_engine_starts_without_the_large_libraries() -> None:
    program = f"import sys, engine.host.process; print(*(name for name in {LATER} if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
