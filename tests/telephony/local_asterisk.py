"""A real Asterisk for tests: the product's own configuration, in a folder of its own, on free ports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress
from pathlib import Path

from engine.adapters.ari import AriConfig
from engine.host.settings import PROJECT, Settings
from tests.product import free_port

PATIENCE = 60.0


class LocalAsterisk:
    """Started by `callweave asterisk up`; may be killed and started again in the middle of a test."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, sip_port=free_port("udp"), sip_peer_port=free_port("udp"))
        self.log = folder / "asterisk.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def sip_port(self) -> int:
        return self.settings.sip_port

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ari(self) -> AriConfig:
        """How the adapter reaches it."""
        address = self.settings.ari_address
        assert address is not None
        return AriConfig.read(address, recordings=self.settings.folder_recordings)

    def start(self) -> None:
        """Start it and wait until ARI answers."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("CALLWEAVE_")} | {
            "CALLWEAVE_DATA": str(self.settings.data), "CALLWEAVE_CACHE": str(self.settings.cache),
            "CALLWEAVE_SIP_PORT": str(self.sip_port), "CALLWEAVE_SIP_PEER_PORT": str(self.settings.sip_peer_port),
        }  # fmt: skip
        self.settings.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "callweave", "asterisk", "up"],
                cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"Asterisk did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it politely."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def channels(self) -> str:
        """The channels that it has, as ARI says."""
        return self.get("channels").decode()

    def get(self, path: str) -> bytes:
        """What ARI says of something."""
        return self._ask("GET", path)

    def reload(self, module: str) -> None:
        """Have a module read its files again."""
        self._ask("PUT", f"asterisk/modules/{module}")

    def clear(self) -> None:
        """Hang up whoever is on the line, and take down every bridge."""
        for kind in ("channels", "bridges"):
            for one in json.loads(self.get(kind)):
                with suppress(urllib.error.HTTPError):  # it has gone meanwhile
                    self._ask("DELETE", f"{kind}/{urllib.parse.quote(one['id'], safe='')}")

    def _answers(self) -> bool:
        try:
            return bool(self.get("asterisk/ping"))
        except (OSError, AssertionError):
            return False

    def _ask(self, method: str, path: str) -> bytes:
        config = self.ari
        base = config.url.replace("ws://", "http://").partition("/events")[0]
        headers = {"Authorization": config.authorization}
        request = urllib.request.Request(f"{base}/{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=2) as answer:
            return bytes(answer.read())
