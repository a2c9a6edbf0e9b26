"""Senders of records for proofs, and lines that are cut."""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable

from engine.sources.hl7.framing import BadBlock, Framing, framed

WINDOW = 100
PATIENCE = 60.0


class MllpSender(threading.Thread):
    """A HIS that sends many messages at once on one connection, and sends again what was not answered."""

    def __init__(self, port: int, messages: Iterable[tuple[str, bytes]]) -> None:
        super().__init__(daemon=True)
        self.codes: dict[str, list[str]] = defaultdict(list)
        self.again = 0
        self.answered = 0
        self._port = port
        self._messages = iter(messages)
        self._open: deque[tuple[str, bytes]] = deque()

    def run(self) -> None:
        """Send until all are answered."""
        while True:
            answered = self.answered
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE) as line:
                    if self._talk(line):
                        return
            except OSError:
                time.sleep(0.2)  # nobody listens just now
            if self.answered > answered:
                self.again += len(self._open)

    def _talk(self, line: socket.socket) -> bool:
        framing = Framing(1_000_000)
        line.sendall(b"".join(framed(content) for _, content in self._open))
        while True:
            while len(self._open) < WINDOW and (message := next(self._messages, None)) is not None:
                self._open.append(message)
                line.sendall(framed(message[1]))
            if not self._open:
                return True
            data = line.recv(65_536)
            if not data:
                return False
            for block in framing.feed(data):
                assert not isinstance(block, BadBlock)
                msa = block.content.decode("utf-8", "replace").split("\r")[1].split("|")
                control, _ = self._open.popleft()
                assert msa[2] in (control, ""), f"{msa} answers {control}"
                self.codes[control].append(msa[1])
                self.answered += 1


class Relay:
    """A line to a port of 127.0.0.1 that can be cut in the midst of whatever is said on it."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._pairs: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Hang up on both sides of all that is open."""
        with self._lock:
            for each in self._pairs:
                _hang_up(each)
            self.cuts += bool(self._pairs)
            self._pairs.clear()

    def close(self) -> None:
        """Take no more."""
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._pairs |= {client, server}
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                target.sendall(data)
        except OSError:
            pass  # it was cut
        _hang_up(target)
        with self._lock:
            self._pairs -= {source, target}


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is closed already
    line.close()
