"""Records what is heard before an answer: the announcement by which a network says why it does not connect.

Only on trunks that wish it, and kept only if the call fails: then an operator can hear why.
"""

from __future__ import annotations

import structlog

from engine.adapters.ari import recordings, translate
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.shelf import Shelf
from engine.adapters.recordings import NotKept

_log = structlog.get_logger()


class EarlyRecorder:
    """All calls of ours that are heard before they are answered."""

    def __init__(self, exchange: Exchange, shelf: Shelf) -> None:
        self._exchange = exchange
        self._shelf = shelf
        self._heard: set[str] = set()

    def begin(self, leg: str) -> None:
        """There is something to hear: a channel listens to it from now on."""
        name = recordings.early_name(leg)
        if self._shelf.is_there and name not in self._heard:
            self._heard.add(name)
            self._exchange.send(recordings.listen(leg, name, self._exchange.application))

    def listens(self, channel: str) -> bool:
        """A channel has begun to listen; whether it is for this."""
        if not recordings.is_early(channel):
            return False
        if channel in self._heard:
            self._exchange.send(recordings.record_side(channel))
        else:
            self._exchange.send(translate.hang_up(channel, "normal"))
        return True

    def answered(self, leg: str) -> None:
        """Nobody needs it any more."""
        name = recordings.early_name(leg)
        if name in self._heard:
            self._heard.discard(name)
            self._exchange.send(recordings.discard(name))
            self._exchange.send(translate.hang_up(name, "normal"))

    def ended(self, name: str) -> bool:
        """A recording is over, by the end of its call; whether it was one of these."""
        leg = recordings.leg_of(name)
        if leg is None or not recordings.is_early(name):
            return False
        self._heard.discard(name)
        if self._shelf.is_there and name not in self._shelf:
            self._shelf.begin(name, leg, self._keep(name, leg))
        return True

    @property
    def legs(self) -> set[str]:
        """Whose calls are heard."""
        return {leg for name in self._heard if (leg := recordings.leg_of(name)) is not None}

    async def _keep(self, name: str, leg: str) -> None:
        try:
            await self._shelf.keep(leg, "early", [name])
        except NotKept as error:
            _log.error("what was heard before the answer is lost", leg=leg, reason=str(error))
