"""One Asterisk for all contestants: the product's own configuration, and extensions for the other two."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from pathlib import Path

from callweave.asterisk import configuration
from callweave.asterisk.root import find
from callweave.up import readiness
from engine.host.settings import Settings
from tests.product import free_port

EXTENSIONS = """
[callweave](+)
exten => bare,1,Stasis(bare)
 same => n,Hangup()

exten => native,1,Answer()
 same => n,Goto(native,s,1)

[native]
exten => s,1,Background({first})
 same => n,WaitExten(8)
 same => n,Hangup()
exten => 1,1,Playback({second})
 same => n,Hangup()
"""
PATIENCE = 20.0


class BenchAsterisk:
    """Runs in this process's care until `stop`."""

    def __init__(self, folder: Path, first: str, second: str) -> None:
        self.settings = Settings(data=folder, sip_port=free_port("udp"), sip_peer_port=free_port("udp"))
        self.settings.make_folders()
        root = find(self.settings.cache)
        config = configuration.write(self.settings, root)
        with (config.parent / "extensions.conf").open("a", encoding="utf-8") as file:
            file.write(EXTENSIONS.format(first=first, second=second))
        with (folder / "asterisk.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*root.command, "-f", "-C", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_many_files,
            )  # fmt: skip

    @property
    def address(self) -> str:
        """ARI's, with user and password."""
        address = self.settings.ari_address
        assert address is not None
        return address

    def wait(self) -> None:
        """Wait until it takes calls."""
        until = time.monotonic() + PATIENCE
        while not asyncio.run(readiness.asterisk(self.settings)):
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError("Asterisk does not start")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _many_files() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(configuration.FILES, hard), hard))


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
