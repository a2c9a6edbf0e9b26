"""The core is pure: it is given time and chance, and touches no clock, socket, file or database (DESIGN, The house)."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[2] / "engine"
OUTSIDE = {"adapters", "sources", "host", "store"}
"""The folders of the engine that may talk to the world."""

FORBIDDEN = {
    "sockets": {"socket", "ssl", "select", "selectors", "asyncio", "http", "urllib.request", "aiohttp", "redis"},
    "clocks": {"time", "sched"},
    "chance": {"random", "secrets", "uuid"},
    "files": {"os", "io", "pathlib", "shutil", "tempfile", "glob", "fileinput"},
    "processes": {"subprocess", "multiprocessing", "threading", "concurrent", "signal", "ctypes"},
    "databases": {"sqlite3", "sqlalchemy", "alembic", "psycopg"},
    "machine": {"sys", "platform", "locale", "logging", "structlog"},
    "the house": {"designer", "callweave", *(f"engine.{folder}" for folder in OUTSIDE)},
}
CALLS = {"now", "utcnow", "today", "open", "eval", "exec", "print", "input", "__import__"}
"""Calls that reach the machine without an import of their own."""
WRITTEN = {"expressions/script.py": {"exec"}}
"""The one place that runs Python which it has written itself; no text of a user's stands in it."""


def pure_files() -> Iterator[Path]:
    for path in sorted(ENGINE.rglob("*.py")):
        if path.relative_to(ENGINE).parts[0] not in OUTSIDE:
            yield path


def faults(source: str, allowed: Collection[str] = ()) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in CALLS and name not in allowed:
                found.append(f"line {node.lineno}: calls {name}")
            continue
        else:
            continue
        for name in names:
            for kind, modules in FORBIDDEN.items():
                if any(name == module or name.startswith(module + ".") for module in modules):
                    found.append(f"line {node.lineno}: {name} ({kind})")
    return found


@pytest.mark.parametrize("path", list(pure_files()), ids=lambda path: str(path.relative_to(ENGINE)))
def test_file_is_pure(path: Path) -> None:
    allowed = WRITTEN.get(path.relative_to(ENGINE).as_posix(), ())
    assert faults(path.read_text(encoding="utf-8"), allowed) == []


@pytest.mark.parametrize(
    "source",
    ["import time", "from datetime import datetime\ndatetime.now()", "import os.path", "from engine.store import Store",
     "from engine import host", "import random", "open('x')", "from urllib.request import urlopen"],
)  # fmt: skip
def test_the_rule_finds(source: str) -> None:
    assert faults(source)


def test_engine_never_imports_designer() -> None:
    for path in ENGINE.rglob("*.py"):
        imports = [line for line in path.read_text(encoding="utf-8").splitlines() if "import" in line]
        assert not any(line.startswith(("from designer", "import designer")) for line in imports), path
