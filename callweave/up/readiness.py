"""Asking a part whether it is ready: the plain question that a user of it would ask."""

from __future__ import annotations

import asyncio
import base64
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from engine.host.settings import Settings


async def redis(settings: Settings) -> bool:
    """The embedded Valkey answers PING."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(settings.redis_socket))
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return await asyncio.wait_for(reader.readline(), 1) == b"+PONG\r\n"
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()


async def asterisk(settings: Settings) -> bool:
    """ARI answers, with our password."""
    address = settings.ari_address
    if address is None:
        return False
    parts = urlsplit(address)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
    password = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    return await _answers(f"{plain}/asterisk/info", {"Authorization": f"Basic {password}"})


async def web(settings: Settings) -> bool:
    """The designer says that it and what it needs are ready."""
    everywhere = {"0.0.0.0": f"127.0.0.1:{settings.port}", "::": f"[::1]:{settings.port}"}
    return await _answers(f"http://{everywhere.get(settings.host, settings.listens_at)}/readyz", {})


async def _answers(url: str, headers: dict[str, str]) -> bool:
    def ask() -> bool:
        try:
            # no proxy of the environment: these are our own servers
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(urllib.request.Request(url, headers=headers), timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return await asyncio.to_thread(ask)
