"""Records leave the file, in the order of their positions; what the platform has taken in is removed, and not before.

When no answer comes, the same records are sent again, and the platform leaves out what it has had. A pause after each
failure grows to a minute; nothing is ever given up.
"""

from __future__ import annotations

import asyncio
import random

import aiohttp
import msgspec
import sqlalchemy as sa
import structlog

from engine.sources import wire
from engine.sources.keeping import unpacked
from engine.sources.place import Place
from engine.store import id_text, spool
from engine.store.spool import Spooled

log = structlog.get_logger()

ANSWER_SECONDS = 60.0
IDLE_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
MOST_BYTES = wire.LONGEST // 2
OK = 200
_TAKEN = msgspec.json.Decoder(wire.BatchTaken)


class NotTaken(Exception):
    """The platform has not taken a batch in; it is sent again."""


class Sending:
    """Sends what is in a connector's file."""

    def __init__(self, place: Place, session: aiohttp.ClientSession, address: str) -> None:
        self._place = place
        self._session = session
        self._address = address
        self._woken = asyncio.Event()
        self.error: str | None = None
        """What keeps records from leaving now."""

    def wake(self) -> None:
        """There is something to be sent."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled."""
        failures = 0
        while True:
            self._woken.clear()
            try:
                more = await self._send()
                if failures:
                    log.info("records leave again")
                failures, self.error = 0, None
            except (NotTaken, aiohttp.ClientError, OSError, TimeoutError, sa.exc.SQLAlchemyError) as error:
                failures += 1
                words = str(error) or type(error).__name__
                if words != self.error:
                    log.warning("records wait here", reason=words)
                self.error = words
                pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
                await asyncio.sleep(pause * random.uniform(0.75, 1.25))
                continue
            if not more:
                await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    async def _send(self) -> bool:
        """One batch; whether there may be more."""
        rows = await asyncio.to_thread(self._place.head, wire.MOST_ROWS)
        if not rows:
            return False
        rows = _within(rows)
        await asyncio.to_thread(self._place.about_to_send, rows[-1].position)
        body = wire.encode(wire.BatchSent(stream=id_text(self._place.stream), rows=[_sent(row) for row in rows]))
        async with self._session.post(
            self._address, data=body, headers={"Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS),
        ) as response:  # fmt: skip
            answer = await response.read()
            if response.status != OK:
                raise NotTaken(_why(response.status, answer))
        try:
            taken = _TAKEN.decode(answer)
        except msgspec.MsgspecError as error:
            raise NotTaken(f"the platform's answer is not understood: {error}") from None
        await asyncio.to_thread(self._done, rows, taken)
        return True

    def _done(self, rows: list[Spooled], taken: wire.BatchTaken) -> None:
        if taken.rejected:
            log.warning("the platform has rejected records", count=len(taken.rejected))
        with self._place.store.begin() as connection:
            spool.remove(connection, [row.position for row in rows if row.position <= taken.through])


def _within(rows: list[Spooled]) -> list[Spooled]:
    """As many of the first as fit into one batch; one at least."""
    size, count = 0, 0
    for row in rows:
        size += len(row.body) + 200
        if count and size > MOST_BYTES:
            break
        count += 1
    return rows[:count]


def _sent(row: Spooled) -> wire.Sent:
    made = unpacked(row.body)
    return wire.Sent(
        position=row.position, source=row.source, record_type=made.record_type, data=made.data,
        source_version=made.source_version, deleted=made.deleted,
    )  # fmt: skip


def _why(status: int, answer: bytes) -> str:
    try:
        detail = msgspec.json.decode(answer).get("detail", "")
    except (msgspec.MsgspecError, AttributeError):
        detail = ""
    return f"the platform answers {status}: {detail}" if detail else f"the platform answers {status}"
