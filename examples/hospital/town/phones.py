"""Telephones: each call that comes is met by what the story says this person does about it at that time.

A call that the story knows nothing of is refused, and remembered: it was one too many.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from examples.hospital.story import Act, Initiative, Story
from tests.telephony import hearing
from tests.telephony.caller import Caller
from tests.telephony.peers import Peers, Phone

NEAR = timedelta(minutes=45)
"""An act is about calls that come so near to its time."""
LOOK_SECONDS = 0.05
LISTENS_SECONDS = 0.5
BETWEEN_SECONDS = 1.2
LONGEST_SECONDS = 90.0
STATUSES = {"busy": 486, "no_answer": 480, "no_such_number": 404}


@dataclass(frozen=True)
class Came:
    """A call that came to somebody, at a moment of the story."""

    at: datetime
    phone: str
    act: Act | None


class Phones:
    """All telephones of the story; `async with Phones(…)`."""

    def __init__(self, story: Story, *, peer_port: int, sip_port: int, now: Callable[[], datetime]) -> None:
        self.came: list[Came] = []
        self.made: list[tuple[datetime, str, str]] = []
        self.failures: list[str] = []
        self._acts: dict[str, list[Act]] = defaultdict(list)
        for act in story.acts:
            self._acts[act.phone].append(act)
        self._peers = Peers(peer_port)
        self._sip_port = sip_port
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()
        self._together: dict[datetime, asyncio.Barrier] = {}
        self._seen = 0

    async def __aenter__(self) -> Phones:
        await self._peers.__aenter__()
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._watching.cancel()
        await asyncio.gather(self._watching, *self._tasks, return_exceptions=True)
        await self._peers.__aexit__(*problem)

    @property
    def busy(self) -> int:
        """Calls that go on."""
        return len(self._tasks)

    def left(self) -> list[Act]:
        """What people would have done about calls that did not come."""
        return [act for acts in self._acts.values() for act in acts]

    def begin(self, initiatives: list[Initiative]) -> None:
        """Let these people call, those of one moment together."""
        for one in initiatives:
            if one.at not in self._together:
                self._together[one.at] = asyncio.Barrier(sum(each.at == one.at for each in initiatives))
            self._go_on(self._call(one), f"{one.phone} calls {one.call}")

    async def _watch(self) -> None:
        while True:
            for phone in self._peers.phones[self._seen :]:
                self._seen += 1
                self._go_on(self._meet(phone), f"a call to {phone.number}")
            await asyncio.sleep(LOOK_SECONDS)

    def _go_on(self, doing: object, what: str) -> None:
        async def kept() -> None:
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    await doing  # type: ignore[misc]
            except (TimeoutError, OSError) as error:
                self.failures.append(f"{what}: {type(error).__name__} {error}")

        task = asyncio.create_task(kept())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _meet(self, phone: Phone) -> None:
        now = self._now()
        acts = self._acts[phone.number]
        act = next((act for act in acts if abs(act.at - now) <= NEAR), None)
        self.came.append(Came(now, phone.number, act))
        if act is None:
            phone.refuse(603)
            return
        acts.remove(act)
        if act.way in STATUSES:
            if act.way == "no_answer":
                phone.ring()
                await asyncio.sleep(LISTENS_SECONDS)
            phone.refuse(STATUSES[act.way])
            return
        phone.ring()
        await asyncio.sleep(0.2)
        await phone.answer()
        await _until_heard(phone)
        for key in act.keys:
            await phone.press(key)
            await asyncio.sleep(BETWEEN_SECONDS)
        if act.stays:
            await phone.over.wait()
        await asyncio.sleep(act.talks)
        await phone.hang_up()

    async def _call(self, one: Initiative) -> None:
        self.made.append((self._now(), one.phone, one.call))
        async with Caller(self._sip_port, number=one.phone) as caller:
            await caller.call(one.call, timeout=20)
            pressing = asyncio.create_task(self._press(caller, one))
            try:
                await caller.ended(timeout=LONGEST_SECONDS)
            finally:
                pressing.cancel()
                await asyncio.gather(pressing, return_exceptions=True)

    async def _press(self, caller: Caller, one: Initiative) -> None:
        for number, key in enumerate(one.keys):
            await caller.until_heard()
            await asyncio.sleep(LISTENS_SECONDS)
            if number:
                await asyncio.sleep(2 * BETWEEN_SECONDS)
            if number == 1:
                await self._together[one.at].wait()
            await caller.press(key)


async def _until_heard(phone: Phone, seconds: float = 10.0) -> None:
    """Wait until something is said; a silent line is as good as none."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while not phone.over.is_set() and loop.time() < until:
        if any(hearing.loud(packet) for packet in phone.rtp.packets[-25:]):
            await asyncio.sleep(LISTENS_SECONDS)
            return
        await asyncio.sleep(LOOK_SECONDS)
