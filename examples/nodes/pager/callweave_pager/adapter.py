"""The pagers' gateway: one line of text over TCP, `4711 Come to bed 12`, answered by `OK 17` or `OFF`."""

from __future__ import annotations

import asyncio
import os
from typing import Any


async def send(request: dict[str, Any]) -> dict[str, Any]:
    """Send one text; raises where the gateway is not there or refuses."""
    host, _, port = os.environ.get("PAGER_GATEWAY", "127.0.0.1:4000").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        line = " ".join(f"{request['pager']} {request['text']}".split())
        writer.write(f"{line}\n".encode())
        await writer.drain()
        word, _, id = (await reader.readline()).decode().strip().partition(" ")
    finally:
        writer.close()
    if word not in ("OK", "OFF"):
        raise ValueError(f"the gateway says {word!r}")
    return {"taken": word == "OK", "id": id or None}
