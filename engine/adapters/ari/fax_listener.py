"""Listens to who has answered a fax: a machine, or a person who is to be let go.

Asterisk's SendFAX goes on and on with somebody who says hello. So a channel listens to the other side for a quarter of
a minute, while the fax has already begun, and what it has recorded is looked at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from engine.adapters.ari import faxes, translate
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriUnreachable
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.fax_sound import is_machine
from engine.lazy import Lazy

if TYPE_CHECKING:
    import soundfile
else:
    soundfile = Lazy("soundfile")


_log = structlog.get_logger()
GRACE = 2.0
"""Seconds after which a recording that Asterisk should have ended is ended by us."""
Judged = Callable[[bool | None], None]
"""Is told whether a machine was heard; None if nothing could be heard at all."""


class FaxListener:
    """All that is being listened to."""

    def __init__(self, exchange: Exchange, folder: Path | None) -> None:
        self._exchange = exchange
        self._folder = folder
        self._judged: dict[str, Judged] = {}
        self._guards: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, leg: str, judged: Judged, *, found: bool) -> None:
        """Listen to a leg. `found`: an engine before this one may have begun it; who was judged is not judged again."""
        name = faxes.heard_name(leg)
        if self._folder is None:
            return
        if found and not self._file(name).exists():
            return
        self._judged[name] = judged
        after = faxes.LISTENED + GRACE
        self._guards[name] = asyncio.get_running_loop().call_later(after, self._late, name)
        if not found:
            self._exchange.send(faxes.listen(leg, self._exchange.application), self._on_listen(name))

    def listens(self, channel: str) -> bool:
        """A channel has begun to listen; whether it is one of these."""
        if faxes.listened_to(channel) is None:
            return False
        if channel in self._judged:
            self._exchange.send(faxes.record_heard(channel), self._on_listen(channel))
        return True

    def ended(self, name: str) -> bool:
        """A recording is at its end; whether it is one of these."""
        if faxes.listened_to(name) is None:
            return False
        self._exchange.send(translate.hang_up(name, "normal"))
        self._judge(name)
        return True

    def over(self, leg: str) -> None:
        """The call has ended: nobody is judged any more."""
        name = faxes.heard_name(leg)
        self._judged.pop(name, None)
        self._end(name)
        if self._folder is not None:
            self._file(name).unlink(missing_ok=True)

    def forget(self) -> None:
        """The connection broke: who is still there is listened to as one who was found."""
        for name in list(self._guards):
            self._end(name)
        self._judged.clear()

    def _judge(self, name: str) -> None:
        self._end(name)
        judged = self._judged.pop(name, None)
        if judged is None:
            if self._folder is not None:
                self._file(name).unlink(missing_ok=True)
            return
        task = asyncio.create_task(self._hear(name, judged))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear(self, name: str, judged: Judged) -> None:
        file = self._file(name)
        try:
            heard: bool | None = await asyncio.to_thread(is_machine, file)
        except (OSError, soundfile.LibsndfileError) as error:
            _log.warning("it could not be heard who took a fax", name=name, reason=str(error))
            heard = None
        file.unlink(missing_ok=True)
        judged(heard)

    def _late(self, name: str) -> None:
        """Sound has stopped to come from the other side, so that Asterisk counts no time: what there is is enough."""
        self._exchange.send(translate.hang_up(name, "normal"))
        self._guards[name] = asyncio.get_running_loop().call_later(GRACE, self._judge, name)

    def _end(self, name: str) -> None:
        guard = self._guards.pop(name, None)
        if guard is not None:
            guard.cancel()

    def _file(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}.wav"

    def _on_listen(self, name: str) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if error is None or isinstance(error, AriUnreachable):
                return
            self._end(name)
            judged = self._judged.pop(name, None)
            if judged is not None:
                _log.warning("it could not be listened to who took a fax", name=name, reason=str(error))
                judged(None)

        return then
