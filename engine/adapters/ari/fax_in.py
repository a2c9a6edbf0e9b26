"""Takes faxes from parties on the line: the channel goes to the dialplan, and comes back or is no more.

How it went is told before the channel is back or gone, and the pages are kept meanwhile; both have to have happened
before it is told, for nothing can be said to a party that is not back yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from engine.adapters.ari import faxes, messages, translate
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.shelf import NO_FOLDER, Keepings
from engine.adapters.faxes import Arrived, FaxKeeper, FaxNotKept
from engine.adapters.leg import FaxFailed, FaxTaken

_log = structlog.get_logger()
LONGEST = 3600.0
"""Seconds after which a fax that does not come to its end is given up."""
Told = Callable[[FaxTaken | FaxFailed], None]


class _Fax:
    def __init__(self, leg: str, number: int, told: Told) -> None:
        self.leg = leg
        self.number = number
        self.told: Told | None = told
        self.guard: asyncio.TimerHandle | None = None
        self.over = False
        """How it went is known, and its pages are being kept."""
        self.left = False
        """The channel is back, or is no more."""
        self.outcome: FaxTaken | FaxFailed | None = None


class FaxReceiver:
    """All faxes that are coming in."""

    def __init__(self, exchange: Exchange, keeper: FaxKeeper | None, folder: Path | None) -> None:
        self._exchange = exchange
        self._keeper = keeper
        self._folder = folder
        self._live: dict[str, _Fax] = {}
        self._keepings = Keepings(patience=30.0)

    def begin(self, leg: str, number: int, station: str, told: Told, *, found: bool) -> None:
        """Take a fax. `found`: the party was there before us, so it may be in the middle of it, or through with it."""
        loop = asyncio.get_running_loop()
        if self._keeper is None or self._folder is None:
            loop.call_soon(told, FaxFailed(number, NO_FOLDER))
            return
        fax = self._live[leg] = _Fax(leg, number, told)
        fax.guard = loop.call_later(LONGEST, self._late, fax)
        self._exchange.send(translate.watch(leg, self._exchange.application))
        if found:
            self._exchange.send(translate.asked(leg, faxes.OVER), self._on_asked(fax, station))
        else:
            self._enter(fax, station)

    def drop(self, leg: str) -> None:
        """Nobody wants it any more, and a machine cannot be spoken to: it is let go."""
        fax = self._live.get(leg)
        if fax is not None:
            fax.told = None
            self._exchange.send(translate.hang_up(leg, "normal"))

    def has(self, leg: str) -> bool:
        """Whether this party is in the dialplan, for a fax: then it has not gone where it leaves our application."""
        fax = self._live.get(leg)
        return fax is not None and not fax.left

    def fax_over(self, leg: str, arrived: Arrived) -> None:
        """The dialplan says how it went; it may say so twice."""
        fax = self._live.get(leg)
        if fax is None or fax.over:
            return
        fax.over = True
        self._keepings.begin(f"{leg}-{fax.number}", leg, self._keep(fax, arrived))

    def back(self, leg: str) -> None:
        """The channel is in our application again."""
        fax = self._live.get(leg)
        if fax is not None:
            fax.left = True
            self._exchange.send(translate.unwatch(leg, self._exchange.application))
            self._tell(fax)

    def gone(self, leg: str) -> None:
        """The channel is no more. What was not told by now is not told any more."""
        fax = self._live.get(leg)
        if fax is None:
            return
        fax.left = True
        if not fax.over:
            self.fax_over(leg, Arrived(whole=False, fault="broke_off"))
        self._tell(fax)

    def forget(self) -> None:
        """The connection broke: who is still there is asked again."""
        for fax in list(self._live.values()):
            self._drop_guard(fax)
        self._live.clear()

    async def adopt(self, busy: set[str]) -> int:
        """Keep what lies there from before, but of these legs, and of those who are at it; how many it was."""
        if self._keeper is None or self._folder is None:
            return 0
        busy = busy | self._live.keys() | self._keepings.legs
        return await asyncio.to_thread(self._keeper.adopt_faxes, self._folder, busy)

    async def settle(self) -> None:
        """Wait until what has ended is kept."""
        await self._keepings.settle()

    # steps

    def _enter(self, fax: _Fax, station: str) -> None:
        assert self._folder is not None
        file = self._folder / faxes.in_name(fax.leg)
        file.unlink(missing_ok=True)
        self._exchange.send(translate.known(fax.leg, "CALLWEAVE_FAX_FILE", str(file)))
        self._exchange.send(translate.known(fax.leg, "CALLWEAVE_FAX_STATION", station))
        self._exchange.send(faxes.receive(fax.leg), self._on_enter(fax))

    async def _keep(self, fax: _Fax, arrived: Arrived) -> None:
        assert self._keeper is not None and self._folder is not None
        try:
            asset = await self._keeper.keep_fax(fax.leg, self._folder / faxes.in_name(fax.leg), arrived)
        except FaxNotKept as error:
            _log.warning("a fax has not come in", leg=fax.leg, reason=str(error))
            fax.outcome = FaxFailed(fax.number, str(error))
        else:
            fax.outcome = FaxTaken(fax.number, asset, arrived.pages, arrived.station)
        self._tell(fax)

    def _tell(self, fax: _Fax) -> None:
        if not fax.left or fax.outcome is None:
            return
        self._drop_guard(fax)
        if self._live.get(fax.leg) is fax:
            del self._live[fax.leg]
        if fax.told is not None:
            fax.told(fax.outcome)

    def _drop_guard(self, fax: _Fax) -> None:
        if fax.guard is not None:
            fax.guard.cancel()
            fax.guard = None

    def _late(self, fax: _Fax) -> None:
        _log.warning("a fax does not come to its end", leg=fax.leg)
        self._exchange.send(translate.hang_up(fax.leg, "normal"))

    # what Asterisk answered

    def _on_enter(self, fax: _Fax) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if error is None or isinstance(error, (AriUnreachable, AriGone)):
                return  # gone: its end is an event
            fax.over = fax.left = True
            fax.outcome = FaxFailed(fax.number, f"Asterisk could not receive: {error}")
            self._tell(fax)

        return then

    def _on_asked(self, fax: _Fax, station: str) -> Then:
        """A party that was found: still in the dialplan, back from there, or never there."""

        def then(error: AriError | None, body: str) -> None:
            arrived = None if error is not None else faxes.result(messages.read_variable(body).value)
            if isinstance(error, AriUnreachable) or self._live.get(fax.leg) is not fax:
                return
            if arrived is None:  # in the dialplan this is refused, and its end is an event
                self._enter_again(fax, station)
                return
            fax.left = True
            self.fax_over(fax.leg, arrived)

        return then

    def _enter_again(self, fax: _Fax, station: str) -> None:
        assert self._folder is not None
        if (self._folder / faxes.in_name(fax.leg)).exists():
            return  # its pages come in already
        self._enter(fax, station)
