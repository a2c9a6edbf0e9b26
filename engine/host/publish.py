"""What sessions do, said to the pages that look: by way of Redis, and never at a caller's expense.

Only watched flows are published, at most 20 steps a second of each (DECISIONS 32). What waits to be said is kept once
for each session, later news laid over earlier ones, so that a page always learns how a session ended; when too much
waits, the oldest is dropped. Nothing here blocks or raises, whatever Redis does.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import msgspec
import redis
import redis.asyncio
import structlog

from engine.adapters.party_news import RoomNews
from engine.host.turn import Held
from engine.session import Step
from engine.store import from_micros, id_text

if TYPE_CHECKING:
    import socketio

log = structlog.get_logger()

CHANNEL = "callweave"
"""The channel on which engines speak to web processes."""
WATCHED = "callweave:watched"
"""Sorted set of the rooms that somebody looks at, by the time (Unix seconds) until which they count."""

CONFERENCES = "conferences"
"""What stands in a room's name in place of a flow's id."""

STEPS_A_SECOND = 20
SESSIONS_WAITING = 500
ROOMS = 2_000
ASKED_EVERY = 0.5
SAID_EVERY = 0.05


def room(tenant: str, flow: str) -> str:
    """The room of those who look at a flow."""
    return f"{tenant}:{flow}"


def conferences(tenant: str) -> str:
    """The room of those who look at a tenant's conferences."""
    return room(tenant, CONFERENCES)


class _Room:
    """What waits to be said in one room, and how much may be said now."""

    def __init__(self, now: float) -> None:
        self.waiting: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.allowance = float(STEPS_A_SECOND)
        self.filled_at = now

    def put(self, news: Mapping[str, Any]) -> bool:
        """Lay news over those that wait; False if older ones of another session had to be dropped."""
        session = str(news["session"])
        before = self.waiting.get(session)
        steps = [*before["steps"], *news["steps"]] if before else list(news["steps"])
        self.waiting[session] = {**news, "steps": steps[-STEPS_A_SECOND:]}
        if len(self.waiting) > SESSIONS_WAITING:
            self.waiting.popitem(last=False)
            return False
        return True

    def take(self, now: float) -> list[dict[str, Any]]:
        """What may be said now."""
        gained = (now - self.filled_at) * STEPS_A_SECOND
        self.allowance = min(float(STEPS_A_SECOND), self.allowance + gained)
        self.filled_at = now
        said = []
        while self.waiting and self.allowance >= 1:
            _, news = self.waiting.popitem(last=False)
            self.allowance -= max(1, len(news["steps"]))
            said.append(news)
        return said


class Publisher:
    """The engine's side of the live view. `publish` is called on the event loop, `run` is a task beside it."""

    def __init__(self, redis_address: str) -> None:
        self._address = redis_address
        self._client = redis.asyncio.Redis.from_url(redis_address, socket_connect_timeout=1, socket_timeout=2)
        self._manager: socketio.AsyncRedisManager | None = None
        """There once somebody has looked: it is large, and most engines are not looked at."""
        self._watched: frozenset[str] = frozenset()
        self._rooms: dict[str, _Room] = {}
        self._conferences: dict[tuple[str, str], RoomNews] = {}
        self._campaigns: dict[tuple[str, str], dict[str, Any]] = {}
        self._dropped = 0

    @property
    def watched(self) -> bool:
        """Whether somebody looks at any flow."""
        return bool(self._watched)

    def watches(self, tenant: str, flow: str) -> bool:
        """Whether somebody looks at this flow."""
        return room(tenant, flow) in self._watched

    def publish(self, tenant: str, flow: str, news: Mapping[str, Any]) -> None:
        """Say what a session did. `news` has `session`, its row's fields, and `steps` since the last news."""
        name = room(tenant, flow)
        if name not in self._watched:
            return
        waiting = self._rooms.get(name)
        if waiting is None:
            if len(self._rooms) >= ROOMS:
                self._dropped += 1
                return
            waiting = self._rooms[name] = _Room(time.monotonic())
        self._dropped += not waiting.put(news)

    def saw(self, held: Held, steps: Sequence[Step]) -> None:
        """Say what a turn made of a session: the host's `Watcher`."""
        if not self._watched:
            return
        flow = id_text(held.flow_id)
        session = held.session
        if session is None or not self.watches(held.tenant, flow):
            return
        at = from_micros(held.updated_at).isoformat()
        news = {
            "session": id_text(held.id),
            "flow": flow,
            "version": held.version,
            "status": session.status,
            "outcome": session.outcome,
            "node": session.node,
            "contact": dict(held.contact),
            "started_at": from_micros(held.started_at).isoformat(),
            "ended_at": None if held.ended_at is None else from_micros(held.ended_at).isoformat(),
            "steps": [{"node": step.node, "outlet": step.outlet, "at": at} for step in steps],
        }
        self.publish(held.tenant, flow, news)

    async def run(self) -> None:
        """Ask what is watched and say what waits, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._ask())
            tasks.create_task(self._say())

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()
        client = getattr(self._manager, "redis", None)
        if client is not None:
            with contextlib.suppress(redis.RedisError, OSError):
                await client.aclose()

    def _speaker(self) -> socketio.AsyncRedisManager:
        """In a thread: the way to the web processes."""
        import socketio

        options = {"socket_connect_timeout": 1, "socket_timeout": 2}
        return socketio.AsyncRedisManager(self._address, channel=CHANNEL, write_only=True, redis_options=options)

    async def _ask(self) -> None:
        reachable = True
        while True:
            try:
                asked = self._client.zrangebyscore(WATCHED, time.time(), "+inf")
                names = await cast(Awaitable[Sequence[bytes]], asked)
                if names and self._manager is None:
                    self._manager = await asyncio.to_thread(self._speaker)
                self._watched = frozenset(name.decode() for name in names)
                reachable = True
            except (redis.RedisError, OSError) as error:
                self._watched = frozenset()
                if reachable:
                    log.warning("live view waits for Redis", reason=str(error))
                reachable = False
            for name in [name for name in self._rooms if name not in self._watched]:
                del self._rooms[name]
            if self._dropped:
                log.info("live view dropped news", count=self._dropped)
                self._dropped = 0
            await asyncio.sleep(ASKED_EVERY)

    def room_is(self, news: RoomNews) -> None:
        """Say how a conference is: later news of a room laid over earlier ones."""
        if conferences(news.tenant) in self._watched and len(self._conferences) < ROOMS:
            self._conferences[news.tenant, news.room] = news

    def campaign_is(self, tenant: str, campaign: str, progress: dict[str, Any]) -> None:
        """Say how far a campaign has come: later news laid over earlier ones. May be called from any thread."""
        if len(self._campaigns) < ROOMS:
            self._campaigns[tenant, campaign] = progress

    async def _say(self) -> None:
        while True:
            if self._manager is None:
                await asyncio.sleep(ASKED_EVERY)
                continue
            now = time.monotonic()
            changed, self._conferences = self._conferences, {}
            for (tenant, _), conference in changed.items():
                try:
                    data = msgspec.to_builtins(conference)
                    await self._manager.emit("conference", data, room=conferences(tenant), namespace="/")
                except (redis.RedisError, OSError):
                    self._dropped += 1
            told, self._campaigns = self._campaigns, {}
            for (tenant, campaign), progress in told.items():
                try:
                    data = {"campaign": campaign, **progress}
                    await self._manager.emit("campaign", data, room=room(tenant, campaign), namespace="/")
                except (redis.RedisError, OSError):
                    self._dropped += 1
            for name, waiting in list(self._rooms.items()):
                for news in waiting.take(now):
                    try:
                        await self._manager.emit("session", news, room=name, namespace="/")
                    except (redis.RedisError, OSError):
                        self._dropped += 1
            await asyncio.sleep(SAID_EVERY)
