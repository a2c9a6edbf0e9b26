"""Sound as SIPp plays it: RTP packets in a capture file."""

from __future__ import annotations

import struct
from pathlib import Path


def write(path: Path, sound: bytes, seconds: float) -> None:
    """Write 20 ms of µ-law sound, again and again for so long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packets = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)]
    for number in range(round(seconds * 50)):
        rtp = struct.pack("!BBHII", 0x80, 0, number % 65_536, number * 160, 0x5EED) + sound
        udp = struct.pack("!HHHH", 6000, 6000, 8 + len(rtp), 0) + rtp
        head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
        frame = b"\0" * 12 + b"\x08\0" + head + udp
        micros = number * 20_000
        packets.append(struct.pack("<IIII", micros // 1_000_000, micros % 1_000_000, len(frame), len(frame)) + frame)
    path.write_bytes(b"".join(packets))
