"""Nothing may be left behind: channels, bridges and playbacks, as Asterisk itself says."""

from __future__ import annotations

import asyncio
import json

from tests.telephony.local_asterisk import LocalAsterisk


async def nothing_is_left(asterisk: LocalAsterisk, seconds: float = 8.0) -> None:
    """Wait until Asterisk has neither channel nor bridge; says what is left if it has."""
    left = ""
    for _ in range(int(seconds / 0.05)):
        channels = json.loads(await asyncio.to_thread(asterisk.get, "channels"))
        bridges = json.loads(await asyncio.to_thread(asterisk.get, "bridges"))
        if not channels and not bridges:
            return
        left = f"{[(c['id'], c['state']) for c in channels]} {[(b['id'], b['channels']) for b in bridges]}"
        await asyncio.sleep(0.05)
    raise AssertionError(f"left behind: {left}")
