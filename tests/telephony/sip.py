"""SIP messages, as far as a telephone on the loopback needs them (RFC 3261)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"([^:\r\n]+):[ \t]*([^\r\n]*)")


@dataclass(frozen=True)
class Message:
    """One SIP message: its first line, its headers as they came, its body."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def is_response(self) -> bool:
        return self.start.startswith("SIP/2.0 ")

    @property
    def status(self) -> int:
        return int(self.start.split(" ", 2)[1])

    @property
    def method(self) -> str:
        """Of a request its method, of a response the method that it answers."""
        return self["CSeq"].split()[1] if self.is_response else self.start.split(" ", 1)[0]

    def __getitem__(self, name: str) -> str:
        return next((value for other, value in self.headers if other.lower() == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for other, value in self.headers if other.lower() == name.lower()]

    @property
    def media_port(self) -> int:
        """The port of the audio stream in the body, 0 if there is none."""
        match = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        return int(match[1]) if match else 0


def parse(data: bytes) -> Message:
    """Read one datagram."""
    head, _, body = data.decode().partition("\r\n\r\n")
    start, _, rest = head.partition("\r\n")
    return Message(start, tuple((match[1].strip(), match[2].strip()) for match in _LINE.finditer(rest)), body)


def write(start: str, headers: list[tuple[str, str]], body: str = "") -> bytes:
    """Write one datagram."""
    lines = [start, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body.encode())}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def answer_to(request: Message, status: str, body: str = "", contact: str = "") -> bytes:
    """A response to a request that came in."""
    names = ("Via", "From", "To", "Call-ID", "CSeq")
    headers = [(name, value) for name in names for value in request.all(name)]
    if contact:
        headers.append(("Contact", contact))
    if body:
        headers.append(("Content-Type", "application/sdp"))
    return write(f"SIP/2.0 {status}", headers, body)


def offer(port: int) -> str:
    """A session description: one G.711 µ-law stream with telephone-events (RFC 4733)."""
    lines = [
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv",
    ]  # fmt: skip
    return "\r\n".join(lines) + "\r\n"
