"""Programs beside Callweave: started, waited for, ended; what they say goes into a file each."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

PATIENCE = 60.0


class DidNotStart(Exception):
    """A program ended, or was not ready in time; its last words are in the message."""


def free_port(kind: Literal["tcp", "udp"] = "tcp") -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Program:
    """One process, `python -m …` or a program's file."""

    def __init__(self, folder: Path, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name = name
        self._folder = folder
        self._command = command
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, is_ready: Callable[[], bool] = lambda: True) -> None:
        """Start it, and wait until it is ready."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + PATIENCE
        while not is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise DidNotStart(f"{self.name} did not start:\n{self.tail()}")
            time.sleep(0.05)

    @property
    def log(self) -> Path:
        """What it says."""
        return self._folder / f"{self.name}.log"

    @property
    def lives(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def tail(self, lines: int = 20) -> str:
        """Its last words."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """End it, and wait."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def python(*arguments: str) -> list[str]:
    """The command of a module of ours."""
    return [sys.executable, "-m", *arguments]
