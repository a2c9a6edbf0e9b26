"""What telephones ask for by REFER, each once."""

from __future__ import annotations

import asyncio

import msgspec

SAME = 1.0
"""Seconds within which the same transfer is not asked for twice: Asterisk may tell so once for each channel."""


class TransferAsked(msgspec.Struct, frozen=True):
    """A telephone asks to pass on the one it talks with: to a number, or to whom its other leg `second` talks with."""

    leg: str
    to: str
    second: str = ""


class Asked:
    """The transfers that are asked for in one dial, in their order."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[TransferAsked] = asyncio.Queue()
        self._last: tuple[TransferAsked | None, float] = (None, 0.0)

    def put(self, asked: TransferAsked) -> None:
        """One more, unless it is the last one said again."""
        now = asyncio.get_running_loop().time()
        before, at = self._last
        self._last = (asked, now)
        if asked != before or now - at > SAME:
            self._waiting.put_nowait(asked)

    async def get(self) -> TransferAsked:
        """The next."""
        return await self._waiting.get()
