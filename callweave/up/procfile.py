"""The Procfile: one line a process, `name: command`."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"([a-z][a-z0-9_-]*)\s*:\s*(\S.*)")


class ProcfileFault(ValueError):
    """A line that is not `name: command`; the message has its number."""


@dataclass(frozen=True)
class Entry:
    """One process: its name and its command as a list."""

    name: str
    command: tuple[str, ...]


def read(path: Path) -> list[Entry]:
    """All processes of a Procfile, in its order. `callweave` means the one that reads it, wherever it is installed."""
    entries: list[Entry] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            raise ProcfileFault(f"{path.name}:{number}: expected `name: command` (is {line!r})")
        command = shlex.split(match[2])
        if command[0] == "callweave":
            command[:1] = [sys.executable, "-m", "callweave"]
        entries.append(Entry(match[1], tuple(command)))
    return entries
