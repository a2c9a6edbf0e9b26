"""The sound of a call in packets: what is sent (silence and keys by RFC 4733) and what is heard, with times."""

from __future__ import annotations

import asyncio
import random
import struct
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

EVENTS = {key: number for number, key in enumerate("0123456789*#ABCD")}
_PACKET = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_TICK = 0.02
_SILENCE = b"\xff" * 160


@dataclass(frozen=True)
class Packet:
    """20 ms of µ-law sound, with the moment (`time.monotonic`) at which it came."""

    at: float
    timestamp: int
    payload: bytes


class Rtp(asyncio.DatagramProtocol):
    """One stream each way. Sends silence all the time, as a telephone does, unless told otherwise."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.sound = _SILENCE
        """What is sent again and again: 20 ms of µ-law sound."""
        self.words: deque[bytes] = deque()
        """What is sent before it, once: pieces of 20 ms."""
        self.drops = 0
        """Every so many packets one gets lost on its way; none with 0."""
        self.shakes = 0.0
        """Seconds by which packets are late, by turns."""
        self.port = 0
        self._transport: Any = None
        self._to: tuple[str, int] | None = None
        self.sequence = random.randrange(1 << 16)
        """The number of the next packet."""
        self._timestamp = random.randrange(1 << 31)
        self._source = random.randrange(1 << 32)
        self._silence: asyncio.Task[None] | None = None
        self._pressing = asyncio.Lock()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = self._transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, _: Any) -> None:
        if len(data) > 12 and data[1] & 0x7F == 0:
            self.packets.append(Packet(time.monotonic(), int.from_bytes(data[4:8], "big"), data[12:]))

    def begin(self, port: int, *, silent: bool = False) -> None:
        """Send to this port from now on; `silent`: nothing but keys."""
        self._to = ("127.0.0.1", port)
        if not silent and self._silence is None:
            self._silence = asyncio.create_task(self._send_silence())

    async def _send_silence(self) -> None:
        while True:
            if not self._pressing.locked():
                self._send(0, self.words.popleft() if self.words else self.sound)
                self._timestamp += 160
            late = self.shakes if self.sequence % 2 else -self.shakes
            await asyncio.sleep(max(0.0, _TICK + late))

    async def press(self, key: str, hold: float) -> float:
        """Press one key for so many seconds; gives the moment at which its end went out."""
        event = EVENTS[key]
        async with self._pressing:
            ticks = max(2, round(hold / _TICK))
            for tick in range(ticks):
                self._send(101, _EVENT.pack(event, 10, 160 * (tick + 1)), mark=tick == 0)
                await asyncio.sleep(_TICK)
            for _ in range(3):
                self._send(101, _EVENT.pack(event, 0x8A, 160 * ticks))
            self._timestamp += 160 * (ticks + 1)
            return time.monotonic()

    def _send(self, kind: int, payload: bytes, *, mark: bool = False) -> None:
        if self._to is None or self._transport is None:
            return
        head = _PACKET.pack(
            0x80, kind | (0x80 if mark else 0), self.sequence, self._timestamp % (1 << 32), self._source
        )
        self.sequence = (self.sequence + 1) % (1 << 16)
        if not self.drops or self.sequence % self.drops:
            self._transport.sendto(head + payload, self._to)

    def close(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
        if self._transport is not None:
            self._transport.close()
            self._transport = None
