"""Somebody else's HIS in a child process: npm's `node-hl7-client`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests import needs
from tests.texting.npm_smsc import node

PROGRAM = Path(__file__).with_name("hl7_client") / "sender.mjs"


class NpmSender:
    """Sends messages one after the other, each as often as it takes."""

    def __init__(self, port: int) -> None:
        if not (PROGRAM.parent / "node_modules" / "node-hl7-client").exists():
            needs.absent("npm's node-hl7-client is not installed: make install-dev")
        self._process = subprocess.Popen(
            [node(), str(PROGRAM), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def send(self, messages: Iterable[bytes]) -> None:
        """Put messages in line."""
        assert self._process.stdin is not None
        for message in messages:
            self._process.stdin.write(json.dumps(message.decode()) + "\n")
        self._process.stdin.flush()

    def answers(self, count: int) -> list[dict[str, Any]]:
        """What the next of them were answered: id, code, text, tries."""
        assert self._process.stdout is not None
        return [json.loads(self._process.stdout.readline()) for _ in range(count)]

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
