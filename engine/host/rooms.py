"""Conferences and supervisors, between the telephones and the database.

How a room is goes into its row within a twentieth of a second, and what people ask of live calls is taken from there at
the same pace: done on the event loop, and noted together with how the rooms are then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from engine.adapters.parties import Parties
from engine.adapters.party_news import RoomNews
from engine.host.live import LiveHost
from engine.host.serving import Serving
from engine.store import Stores, now_micros, questions, rooms
from engine.store.rooms import Asked, LiveRequest, RoomRequest
from engine.store.times import SECOND

log = structlog.get_logger()

PACE = 0.05
SETTLED = 10.0
"""Seconds after the start of an engine at which rooms to which nobody has come back are over."""
EVERYBODY = 1.0
"""Seconds between two looks at tenants that have no call here."""
TOO_LATE = 30 * SECOND
"""Who asked so long ago no longer waits for it."""


class RoomKeeper:
    """Keeps the rows of one engine's rooms, and does what is asked of its calls."""

    def __init__(
        self, host: LiveHost, stores: Stores, owner: str, parties: Parties, publish: Callable[[RoomNews], None]
    ) -> None:
        self._host = host
        self._stores = stores
        self._owner = owner
        self._parties = parties
        self._publish = publish
        self._changed: dict[tuple[str, str], RoomNews] = {}
        self._expected: set[tuple[str, str]] = set()  # rooms that were there, and to which nobody has come back yet

    def recover(self) -> None:
        """Tell the telephones how the rooms were when the engine before this one was last heard of."""
        known: list[RoomNews] = []
        for tenant in self._stores.tenant_names():
            with self._stores.tenant(tenant).read() as connection:
                known += [room.news for room in rooms.all_rooms(connection, owner=self._owner)]
        self._parties.know(known)
        self._expected = {(news.tenant, news.room) for news in known}

    def saw(self, news: RoomNews) -> None:
        """A room has changed."""
        self._expected.discard((news.tenant, news.room))
        self._changed[news.tenant, news.room] = news
        self._publish(news)

    async def run(self) -> None:
        """Until cancelled."""
        looked = 0.0
        settled = asyncio.get_running_loop().time() + SETTLED
        while True:
            await asyncio.sleep(PACE)
            now = asyncio.get_running_loop().time()
            if self._expected and now > settled:
                for tenant, room in list(self._expected):
                    self.saw(RoomNews(tenant=tenant, room=room))
            tenants = self._host.roster.tenants() | {tenant for tenant, _ in self._changed}
            if now - looked > EVERYBODY:
                looked = now
                tenants |= set(await asyncio.to_thread(self._stores.names_lately))
            for tenant in sorted(tenants):
                asked = await asyncio.to_thread(self._asked, tenant)
                refusals = [(one.id, self._do(tenant, one)) for one in asked if not self._is_early(tenant, one)]
                changed = [self._changed.pop(key) for key in list(self._changed) if key[0] == tenant]
                if refusals or changed:
                    await asyncio.to_thread(self._write, tenant, changed, refusals)

    def _asked(self, tenant: str) -> list[Asked]:
        if not self._stores.glance(tenant, questions.REQUESTED, self._owner)[0]:
            return []
        with self._stores.tenant(tenant).read() as connection:
            return rooms.due(connection, self._owner)

    def _write(
        self, tenant: str, changed: Sequence[RoomNews], refusals: Sequence[tuple[bytes, str | None]]
    ) -> None:
        at = now_micros()
        with self._stores.tenant(tenant).begin() as connection:
            rooms.put(connection, self._owner, changed, at=at)
            for identity, refusal in refusals:
                rooms.done(connection, identity, refusal, at=at)

    def _is_early(self, tenant: str, asked: Asked) -> bool:
        """Whether the room is still being found again, after a restart."""
        return isinstance(asked.request, RoomRequest) and (tenant, asked.request.room) in self._expected

    def _do(self, tenant: str, asked: Asked) -> str | None:
        request: LiveRequest = asked.request
        if now_micros() - asked.asked_at > TOO_LATE:
            return "nobody could do it in time"
        log.info("asked of a live call", tenant=tenant, by=asked.by, request=request.type)
        if isinstance(request, RoomRequest):
            return self._parties.control(tenant, request.room, request.action, request.member)
        listening = self._parties.listening
        held = self._host.roster.party(request.leg)
        if held is None or held.tenant != tenant:
            return "there is no such party"
        if request.to and request.mode:
            listening.begin(
                tenant, request.leg, name=request.supervisor, to=request.to, mode=request.mode, by=asked.by
            )
            return None
        name, mode = request.supervisor, request.mode
        there = listening.change(name, mode) if mode else listening.end(name)
        return None if there else "there is no such supervisor"


def set_up(serving: Serving, host: LiveHost, *, owner: str) -> None:
    """Before the telephones are connected: what the engine before this one knew of its rooms."""
    keeper = RoomKeeper(host, serving.stores, owner, host.telephony.parties, serving.publisher.room_is)
    keeper.recover()
    host.room_watcher = keeper.saw
    host.rooms = keeper


async def keep_rooms(serving: Serving) -> None:
    """Rows of rooms, and what is asked of live calls."""
    if serving.host.rooms is not None:
        await serving.host.rooms.run()
