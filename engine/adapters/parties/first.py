"""Waiting for the first of several things, whatever they give."""

from __future__ import annotations

import asyncio
from typing import Any


async def first_of(*futures: asyncio.Future[Any], seconds: float | None = None) -> None:
    """Return when one of them is done, or after so many seconds; none of them is cancelled."""
    await asyncio.wait(futures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
