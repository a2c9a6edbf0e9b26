"""One proof: its claims with what was seen, its figures, and the page that is written about it."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from engine.host.settings import PROJECT
from tests.product import RunningCopy


class Proof:
    """Collects what a proof saw. `claim` never raises: all of a proof's claims are written, also those that fail."""

    def __init__(self, name: str, purpose: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.path = PROJECT / "docs" / "proofs" / f"{name}.md"
        self._purpose = purpose.strip()
        self._claims: list[tuple[bool, str, str]] = []
        self._figures: list[tuple[str, str]] = []
        self._copies: list[RunningCopy] = []
        self._began = time.monotonic()

    @property
    def holds(self) -> bool:
        """Whether every claim held, and there was one."""
        return bool(self._claims) and all(well for well, _, _ in self._claims)

    def claim(self, what: str, well: bool, seen: object) -> None:
        """Something that has to hold, and what was seen."""
        self._claims.append((well, what, str(seen).strip()))
        print(f"   {'ok    ' if well else 'FAILED'} {what}: {seen}", flush=True)

    def figure(self, name: str, value: object) -> None:
        """A number worth keeping, with its unit in its name."""
        text = f"{value:.3g}" if isinstance(value, float) else str(value)
        self._figures.append((name, text))
        print(f"          {name} = {text}", flush=True)

    def copy(self, telephony: Literal["asterisk", "simulated"] = "asterisk", **env: str) -> RunningCopy:
        """A whole running copy of the product, stopped when the proof ends."""
        folder = self.folder / f"copy{len(self._copies)}"
        folder.mkdir()
        copy = RunningCopy(folder, telephony, env)
        self._copies.append(copy)
        copy.start()
        return copy

    def close(self) -> None:
        """Stop what was started."""
        for copy in self._copies:
            copy.stop()

    def write(self) -> None:
        """Write docs/proofs/NAME.md."""
        lines = [f"# {self.name}", "", self._purpose, ""]
        lines += [f"- {'holds' if well else '**does not hold**'}: {what} — {seen}" for well, what, seen in self._claims]
        if self._figures:
            lines += ["", "| figure | value |", "|---|---|"]
            lines += [f"| `{name}` | {value} |" for name, value in self._figures]
        today = datetime.now(UTC).date().isoformat()
        lines += ["", f"Commit {_commit()}, {today}, {time.monotonic() - self._began:.0f} s on {_machine()}."]
        lines += [f"Again: `make prove NAME={self.name}`.", ""]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join(lines), encoding="utf-8")


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.machine()}, Python {platform.python_version()}"
