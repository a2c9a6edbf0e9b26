"""A mailbox on a free port, as far as it is spoken of: LOGIN, SELECT, UID SEARCH, FETCH and STORE (RFC 3501)."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from typing import Any

PASSWORD = "imap-password"


class Mailbox:
    """`mails` by their UIDs; `seen` are those that were marked."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.refused = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler(context))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, mail: bytes) -> int:
        uid = len(self.mails) + 1
        self.mails[uid] = mail
        return uid

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self, context: ssl.SSLContext | None) -> Any:
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                if context is not None:
                    self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while line := self.rfile.readline().decode().strip():
                    tag, _, command = line.partition(" ")
                    for piece in mailbox.answered(command):
                        self.wfile.write(piece if isinstance(piece, bytes) else piece.encode() + b"\r\n")
                    well = "NO" if "LOGIN" in command and PASSWORD not in command else "OK"
                    self.wfile.write(f"{tag} {well} done\r\n".encode())
                    if command == "LOGOUT":
                        return

        return Handler

    def answered(self, command: str) -> list[str | bytes]:
        if command.startswith("CAPABILITY"):
            return ["* CAPABILITY IMAP4rev1"]
        if command.startswith("LOGIN") and PASSWORD not in command:
            self.refused += 1
        if command.startswith("SELECT"):
            return [f"* {len(self.mails)} EXISTS"]
        if command.startswith("UID SEARCH"):
            return [f"* SEARCH {' '.join(str(uid) for uid in self.mails if uid not in self.seen)}"]
        found = re.match(r"UID (FETCH|STORE) (\d+)", command)
        if found is None:
            return ["* BYE"] if command == "LOGOUT" else []
        uid = int(found[2])
        if found[1] == "STORE":
            self.seen.add(uid)
            return []
        mail = self.mails[uid]
        if "SIZE" in command:
            return [f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(mail)})"]
        return [f"* {uid} FETCH (UID {uid} BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n"]
