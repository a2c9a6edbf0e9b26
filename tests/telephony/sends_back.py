"""A provider who sends a call back to where it came from, as a network does that knows whose the number is.

Each call gets another Call-ID on its way back, so that the caller's two ends are two calls; all messages go through
here, the sound goes straight. `number`: how the called number is written on its way back. `deaf`: no sound finds its
way. It serves in a thread, for the doctor under test has an event loop of its own.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from typing import Any, Self

_MARK = "-back"


class SendsBack(asyncio.DatagramProtocol):
    """`with SendsBack(sip_port) as far:`; the trunk's port is `far.port`."""

    def __init__(self, sip_port: int) -> None:
        self.number: str | None = None
        self.deaf = False
        self.called: list[str] = []
        self.callers: list[str] = []
        self._asterisk = ("127.0.0.1", sip_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._transport: Any = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        made = self._loop.create_datagram_endpoint(lambda: self, sock=self._socket)
        self._transport, _ = self._loop.run_until_complete(made)
        self._loop.run_forever()
        self._transport.close()
        self._loop.close()

    def datagram_received(self, data: bytes, address: Any) -> None:
        text = data.decode()
        if not text.strip():
            return
        if self.deaf:
            text = re.sub(r"^m=audio \d+", "m=audio 9", text, flags=re.MULTILINE)
        call = re.search(r"^Call-ID: *(\S+)", text, re.MULTILINE)
        assert call is not None
        mine = call[1].removesuffix(_MARK) if call[1].endswith(_MARK) else call[1] + _MARK
        text = text.replace(call[1], mine)
        text = re.sub(r"^(Contact:.*@[^:>]+):\d+", rf"\1:{self.port}", text, flags=re.MULTILINE)
        if text.startswith("SIP/2.0"):
            text = re.sub(r"^Via:[^\r\n]*\r\n", "", text, count=1, flags=re.MULTILINE)
        else:
            text = self._request(text)
        head, _, body = text.partition("\r\n\r\n")
        head = re.sub(r"^(Content-Length:) *\d+", rf"\1 {len(body.encode())}", head, flags=re.MULTILINE)
        self._transport.sendto(f"{head}\r\n\r\n{body}".encode(), self._asterisk)

    def _request(self, text: str) -> str:
        """Asked again under our name, at the number as it is written here."""
        method, uri, _ = text.split(" ", 2)
        number = uri.partition(":")[2].partition("@")[0]
        if method == "INVITE" and number not in self.called:
            self.called.append(number)
            caller = re.search(r"^From:.*<sip:([^@>]+)@", text, re.MULTILINE)
            self.callers.append(caller[1] if caller else "")
        asked = f"sip:{self.number or number}@127.0.0.1:{self._asterisk[1]}"
        branch = re.search(r"branch=([^;\r\n]+)", text)
        via = f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch[1] if branch else ''}{_MARK};rport\r\n"
        return text.replace(uri, asked, 1).replace("Via:", f"{via}Via:", 1)
