"""A caller who turns out to be a fax machine, as Asterisk tells it: the channel leaves us, and is back a moment later.

What comes first, the end of what was playing and of our application's part, looks like a hang-up without its request.
So where a tone is listened for, these two are held back for a moment, and are nothing if the channel is back by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from engine.adapters.ari import faxes
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.messages import PlaybackFinished, StasisEnd

MOMENT = 0.5
"""Seconds in which the dialplan has brought the channel back."""


class FaxTones:
    """The legs on which a fax machine's tone is listened for."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._held: dict[str, list[asyncio.TimerHandle]] = {}

    def listen(self, leg: str) -> None:
        """Have a tone told, wherever in the call it is heard from now on."""
        self._held.setdefault(leg, [])
        self._exchange.send(faxes.hear_tone(leg))

    def hold(self, leg: str, event: PlaybackFinished | StasisEnd, then: Callable[[], None]) -> bool:
        """Whether this may be the sign of a tone: if it is none, `then` is called a moment later."""
        failed = not isinstance(event, PlaybackFinished) or event.playback.state == "failed"
        if leg not in self._held or not failed:
            return False
        self._held[leg].append(asyncio.get_running_loop().call_later(MOMENT, partial(self._pass_on, leg, then)))
        return True

    def done(self, leg: str) -> None:
        """It was a tone, or the party has gone: it is not listened for any more."""
        for handle in self._held.pop(leg, ()):
            handle.cancel()

    def forget(self) -> None:
        """The connection broke: who is still there is listened to anew."""
        for leg in list(self._held):
            self.done(leg)

    def _pass_on(self, leg: str, then: Callable[[], None]) -> None:
        if leg in self._held:
            then()
