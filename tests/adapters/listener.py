"""A host for adapters' tests: it keeps what it is told, and lets a test wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.quality import Quality
from engine.adapters.telephony import LegFound
from engine.events import AnyEvent, CallOffered

E = TypeVar("E")


class Told:
    """Implements `Listener`."""

    def __init__(self) -> None:
        self.found: list[list[LegFound]] = []
        self.offers: list[CallOffered] = []
        self.events: list[tuple[str, AnyEvent]] = []
        self.parties: list[PartyNews] = []
        self.rooms: list[RoomNews] = []
        self.gone: list[str] = []
        self.measured: dict[str, Quality] = {}
        self.was_replaced = False
        self.fenced = False
        self._news = asyncio.Event()

    def legs_found(self, legs: Sequence[LegFound]) -> None:
        self.found.append(list(legs))
        self._news.set()

    def leg_offered(self, event: CallOffered) -> None:
        self.offers.append(event)
        self._news.set()

    def leg_event(self, leg: str, event: AnyEvent) -> None:
        self.events.append((leg, event))
        self._news.set()

    def party_news(self, news: PartyNews) -> None:
        self.parties.append(news)
        self._news.set()

    def room_news(self, news: RoomNews) -> None:
        self.rooms.append(news)
        self._news.set()

    def leg_measured(self, leg: str, quality: Quality) -> None:
        self.measured[leg] = quality

    def leg_gone(self, leg: str) -> None:
        self.gone.append(leg)

    def replaced(self) -> None:
        self.was_replaced = True
        self._news.set()

    def may_act(self) -> bool:
        return not self.fenced

    async def stock_taken(self, times: int = 1, seconds: float = 10.0) -> list[LegFound]:
        """Wait until the adapter has connected so many times; gives the legs of the last."""
        async with asyncio.timeout(seconds):
            while len(self.found) < times:
                await self._change()
        return self.found[-1]

    async def offer(self, number: int = 0, seconds: float = 10.0) -> CallOffered:
        """Wait for the nth call."""
        async with asyncio.timeout(seconds):
            while len(self.offers) <= number:
                await self._change()
        return self.offers[number]

    async def event(self, kind: type[E], leg: str | None = None, *, number: int = 0, seconds: float = 10.0) -> E:
        """Wait for the nth event of a kind, of one leg or of any."""
        async with asyncio.timeout(seconds):
            while True:
                fitting = [event for name, event in self.events if isinstance(event, kind) and leg in (None, name)]
                if len(fitting) > number:
                    return fitting[number]
                await self._change()

    def of(self, leg: str) -> list[AnyEvent]:
        """All events of one leg."""
        return [event for name, event in self.events if name == leg]

    async def _change(self) -> None:
        self._news.clear()
        await self._news.wait()
