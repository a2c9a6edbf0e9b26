"""The line to the simulated telephones: what a simulated caller does, from the web process to the engine.

A list in Redis keeps the order. What nobody takes within a minute is dropped, for its caller has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol, cast

import msgspec
import redis
import redis.asyncio
import structlog

from engine.wire import Tagged

log = structlog.get_logger()

LIST = "callweave:simulated"
KEPT = 60
WAITS = 1


class Offer(Tagged, frozen=True, kw_only=True):
    """Somebody calls."""

    leg: str
    caller: str
    called: str


class Press(Tagged, frozen=True, kw_only=True):
    """The caller presses keys, one after the other."""

    leg: str
    keys: str


class Speak(Tagged, frozen=True, kw_only=True):
    """The caller says something."""

    leg: str
    words: str


class HangUp(Tagged, frozen=True, kw_only=True):
    """The caller hangs up."""

    leg: str


class Callee(Tagged, frozen=True, kw_only=True):
    """What becomes of our calls to a number from now on."""

    number: str
    fate: str
    keys: str = ""


Action = Offer | Press | Speak | HangUp | Callee

_decoder = msgspec.json.Decoder(Action)


class SimulatedTelephones(Protocol):
    """What the simulated telephony does for a caller."""

    def call(self, leg: str, caller: str, called: str) -> None:
        """Somebody calls."""

    def press(self, leg: str, keys: str) -> None:
        """The caller presses keys."""

    def say(self, leg: str, words: str) -> None:
        """The caller says something."""

    def hang_up(self, leg: str) -> None:
        """The caller hangs up."""

    def callee(self, number: str, fate: str, keys: str) -> None:
        """Our calls to this number have this fate, and who answers presses these keys, one at each question."""


def tell(client: redis.Redis, action: Action) -> None:
    """Let a simulated caller do something; raises RedisError."""
    pipeline = client.pipeline()
    pipeline.rpush(LIST, msgspec.json.encode(action))
    pipeline.expire(LIST, KEPT)
    pipeline.execute()


async def listen(redis_address: str, telephones: SimulatedTelephones) -> None:
    """Pass on what simulated callers do, until cancelled; waits for Redis where it is away."""
    client = redis.asyncio.Redis.from_url(redis_address, socket_connect_timeout=1, socket_timeout=WAITS + 5)
    try:
        while True:
            try:
                taken = await cast(Awaitable[list[bytes] | None], client.blpop([LIST], timeout=WAITS))
            except (redis.RedisError, OSError) as error:
                log.warning("simulated telephones wait for Redis", reason=str(error))
                await asyncio.sleep(WAITS)
                continue
            if taken is not None:
                _pass_on(taken[1], telephones)
    finally:
        await client.aclose()


def _pass_on(written: bytes, telephones: SimulatedTelephones) -> None:
    try:
        action = _decoder.decode(written)
    except msgspec.DecodeError as error:
        log.warning("not an action of a simulated caller", reason=str(error))
        return
    if isinstance(action, Offer):
        telephones.call(action.leg, action.caller, action.called)
    elif isinstance(action, Press):
        telephones.press(action.leg, action.keys)
    elif isinstance(action, Speak):
        telephones.say(action.leg, action.words)
    elif isinstance(action, Callee):
        telephones.callee(action.number, action.fate, action.keys)
    else:
        telephones.hang_up(action.leg)
