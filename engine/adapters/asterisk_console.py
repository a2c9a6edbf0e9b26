"""Asterisk's own console, over the socket in its run folder: for what its REST interface does not tell.

That is only which registrations stand. The socket belongs to the local Asterisk, whose run folder only its owner may
enter.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

SECONDS = 5.0
_LINE = re.compile(r"^\s*(\S+)/\S+\s+\S+\s+(Registered|Unregistered|Rejected)", re.MULTILINE)


class NoConsole(Exception):
    """There is no Asterisk of ours here, or it does not answer."""


async def ask(socket: Path, command: str) -> str:
    """What a command of the console prints; raises NoConsole."""
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            try:
                await reader.readline()  # who it is
                writer.write(f"cli quit after {command}\0".encode())
                await writer.drain()
                return (await reader.read()).decode(errors="replace")
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        raise NoConsole(str(error)) from None


def registrations(printed: str) -> dict[str, str]:
    """Of `pjsip show registrations`: the state of each, as Registered, Unregistered or Rejected."""
    return dict(_LINE.findall(printed))
