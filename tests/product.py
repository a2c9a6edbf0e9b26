"""The real product for tests: a whole copy of Callweave by `callweave up`, on free ports, in its own folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.host.settings import PROJECT, Settings

KEY = "cw_test_administrator_of_main"
READY = "Callweave is ready after"
PATIENCE = 120.0


class NotReady(AssertionError):
    """The copy did not come up; the end of its log is in the message."""


def free_port(kind: Literal["tcp", "udp"] = "tcp") -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningCopy:
    """One copy: where it is reached and what it said. `key` is an administrator's of tenant `main`."""

    folder: Path
    telephony: Literal["asterisk", "simulated"] = "asterisk"
    extra: dict[str, str] = field(default_factory=dict)
    key: str = KEY

    def __post_init__(self) -> None:
        self.port = free_port()
        self.sip_port, self.sip_peer_port = free_port("udp"), free_port("udp")
        self.data = self.folder / "data"
        self.log = self.folder / "up.log"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CALLWEAVE_")},
            "CALLWEAVE_DATA": str(self.data),
            "CALLWEAVE_PORT": str(self.port),
            "CALLWEAVE_SIP_PORT": str(self.sip_port),
            "CALLWEAVE_SIP_PEER_PORT": str(self.sip_peer_port),
            "CALLWEAVE_SIP_TRUNK_PORT": str(free_port("udp")),
            "CALLWEAVE_TELEPHONY": self.telephony,
            "CALLWEAVE_BOOTSTRAP_KEY": self.key,
            **self.extra,
        }
        self._up: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the designer is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """Settings like the copy's own, to open its databases or its Redis."""
        return Settings(
            data=self.data,
            port=self.port,
            sip_port=self.sip_port,
            sip_peer_port=self.sip_peer_port,
            telephony=self.telephony,
            bootstrap_key=self.key,
        )

    @property
    def pid(self) -> int:
        """The pid of `callweave up`."""
        assert self._up is not None, "not started"
        return self._up.pid

    def start(self) -> float:
        """Start it and wait until it is ready; the seconds that took. May be used again after `stop`."""
        began = time.monotonic()
        said = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "callweave", "up"]
            self._up = subprocess.Popen(
                command, env=self.env, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        while READY not in self.log.read_bytes()[said:].decode(errors="replace"):
            if self._up.poll() is not None or time.monotonic() - began > PATIENCE:
                self.stop()
                raise NotReady(f"callweave up ended with {self._up.returncode}:\n{self.tail()}")
            time.sleep(0.05)
        return time.monotonic() - began

    def stop(self) -> None:
        """Stop it as Ctrl-C would, and wait."""
        if self._up is None or self._up.poll() is not None:
            return
        self._up.send_signal(signal.SIGINT)
        try:
            self._up.wait(30)
        except subprocess.TimeoutExpired:
            self._up.kill()
            self._up.wait()

    def tail(self, lines: int = 60) -> str:
        """The last lines of all processes."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def processes(self) -> dict[str, int]:
        """The pid of each process by its name: web, engine, engine standby, clock, worker, worker turns, redis, asterisk."""
        found: dict[str, int] = {}
        for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split():
            try:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").split()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended just now
            if words[:1] == [b"callweave"]:
                several = words[1:] == [b"worker", b"turns"] or words[1] == b"engine"
                found[" ".join(word.decode() for word in words[1:]) if several else words[1].decode()] = int(pid)
        return found
