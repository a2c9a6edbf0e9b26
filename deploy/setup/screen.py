"""What the person sees while the set-up runs: one short line a step, and one plain sentence when it cannot go on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class CannotGoOn(Exception):
    """Something is missing that this program may not or cannot bring; the message says what to do."""


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    start = time.monotonic()
    print(f"  {what} …", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" failed", flush=True)
        raise
    print(f" {time.monotonic() - start:.0f} s", flush=True)


def run(command: Sequence[str | Path], *, why: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """Run a program quietly and give its output; its last lines are shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        tail = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-20:])
        print(f"\n{tail}", file=sys.stderr)
        raise CannotGoOn(f"{why}: {command[0]} ended with {done.returncode}; its last lines stand above.")
    return done.stdout
