"""A telephone of the doctor's own at the far end of the trunk `local`: takes one call, sends sound and a key, listens.

It knows as much of SIP and RTP as an Asterisk on the same machine asks for, and no more.
"""

from __future__ import annotations

import asyncio
import re
import struct
from typing import Any, Self

from callweave.doctor import tones

_RTP = struct.Struct("!BBHII")
_HEADERS = ("Via", "From", "To", "Call-ID", "CSeq")
KEY = "5"


class FarEnd(asyncio.DatagramProtocol):
    """Listens on a SIP port of the loopback; `OSError` when it is taken."""

    def __init__(self, port: int) -> None:
        self._heard = bytearray()
        self._port = port
        self._sip: Any = None
        self._sound = _Sound(self)
        self._sending: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._sip, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", self._port))
        await loop.create_datagram_endpoint(lambda: self._sound, local_addr=("127.0.0.1", 0))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._sending is not None:
            self._sending.cancel()
        self._sip.close()
        self._sound.transport.close()

    def sound(self) -> tones.Sound:
        """What was heard."""
        return tones.from_law(bytes(self._heard))

    async def has_heard(self, hertz: int, seconds: float) -> None:
        """Wait until this tone is heard, but no longer than this."""
        try:
            async with asyncio.timeout(seconds):
                while not tones.is_heard(self.sound(), hertz):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pass  # who asks looks at what was heard

    def hear(self, packet: bytes) -> None:
        """Twenty milliseconds of it."""
        self._heard += packet

    def datagram_received(self, data: bytes, address: Any) -> None:
        """A request of Asterisk's: the call is taken at once, everything else is agreed to."""
        text = data.decode(errors="replace")
        method = text.partition(" ")[0]
        if method in ("ACK", "SIP/2.0"):
            return
        found = re.search(r"^m=audio (\d+)", text, re.MULTILINE)
        body = ""
        if method == "INVITE" and found is not None:
            body = self._sound.description()
            if self._sending is None:
                self._sending = asyncio.create_task(self._sound.send(int(found[1])))
        self._sip.sendto(_agree(text, body, self._port), address)


class _Sound(asyncio.DatagramProtocol):
    """The call's RTP."""

    def __init__(self, end: FarEnd) -> None:
        self.transport: Any = None
        self._end = end

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, _: Any) -> None:
        if len(data) > 12 and data[1] & 0x7F == 0:
            self._end.hear(data[12:])

    def description(self) -> str:
        port = self.transport.get_extra_info("sockname")[1]
        lines = [
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/AVP 0 101",
            "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "",
        ]  # fmt: skip
        return "\r\n".join(lines)

    async def send(self, port: int) -> None:
        """A second of a tone, the key, then the tone on and on."""
        sound = tones.packet(tones.BACK)
        for number in range(1 << 15):
            held = number - 50
            if 0 <= held < 8:
                ended = held >= 5
                packet = struct.pack("!BBH", int(KEY), 0x8A if ended else 10, 160 * min(held + 1, 6))
                self._out(port, number, 101 | (0x80 if held == 0 else 0), 160 * 50, packet)
            else:
                self._out(port, number, 0, 160 * number, sound)
            await asyncio.sleep(0.02)

    def _out(self, port: int, number: int, kind: int, timestamp: int, payload: bytes) -> None:
        self.transport.sendto(_RTP.pack(0x80, kind, number, timestamp, 7) + payload, ("127.0.0.1", port))


def _agree(request: str, body: str, port: int) -> bytes:
    lines = ["SIP/2.0 200 OK"]
    for name in _HEADERS:
        found = re.findall(rf"^{name}: *(.*?)\r?$", request, re.MULTILINE | re.IGNORECASE)
        if name == "To" and ";tag=" not in found[0]:
            found[0] += ";tag=doctor"
        lines += [f"{name}: {value}" for value in found]
    lines.append(f"Contact: <sip:doctor@127.0.0.1:{port}>")
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()
