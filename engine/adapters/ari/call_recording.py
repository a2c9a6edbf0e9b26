"""Records whole calls, both sides apart, until they end: started, left out for a while, hidden, stopped.

Two channels listen to the leg, so a recording goes on through prompts, dials and rooms, and outlives this engine: the
next one finds the listening channels by their names. What was recorded is told as an event of its own, for by then the
flow has gone on; a recording that is lost is told as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import structlog

from engine.adapters.ari import recordings, translate
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange, answer
from engine.adapters.ari.shelf import NO_FOLDER, Shelf
from engine.adapters.recordings import NotKept
from engine.commands import RecordCall
from engine.events import CallRecorded, RecordingLost

_log = structlog.get_logger()


class _Call(msgspec.Struct):
    leg: str
    part: int
    recorded: set[str] = set()
    """The sides that are being recorded."""
    ended: set[str] = set()
    lost: str = ""
    left_out: frozenset[recordings.Change] = frozenset()
    """The ways in which what is said may be left out now: of what an earlier engine began we do not know."""
    waiting: RecordCall | None = None
    """The start that is not answered yet."""

    @property
    def names(self) -> tuple[str, ...]:
        return recordings.call_names(self.leg, self.part)


class CallRecorder:
    """All calls that are being recorded."""

    def __init__(self, exchange: Exchange, shelf: Shelf) -> None:
        self._exchange = exchange
        self._shelf = shelf
        self._calls: dict[str, _Call] = {}
        self._ending: dict[str, _Call] = {}
        """By the name of a side that has not ended yet."""
        self._parts: dict[str, int] = {}

    def perform(self, command: RecordCall) -> None:
        """Start, go on, leave out, hide or stop; answered by `CommandDone` or `CommandFailed`."""
        if not self._shelf.is_there:
            answer(self._exchange, command, NO_FOLDER)
            return
        call = self._calls.get(command.leg)
        match command.action:
            case "start" if call is None:
                self._start(command)
                return
            case "start" if call is not None:
                self._leave_out(call, command)
            case "pause" if call is not None:
                self._leave_out(call, command, "pause")
            case "hide" if call is not None:
                self._leave_out(call, command, "mute")
            case _:  # what is not recorded need be neither hidden nor stopped
                if call is not None:
                    self._stop(call)
                answer(self._exchange, command)

    def listens(self, channel: str) -> bool:
        """A channel has begun to listen; whether it is for a recording."""
        leg = recordings.leg_of(channel)
        call = self._calls.get(leg) if leg is not None else None
        if call is None or channel not in call.names:
            return recordings.part_of(channel) is not None
        self._exchange.send(recordings.record_side(channel), self._on_record(call, channel))
        return True

    def found(self, channels: Iterable[str]) -> None:
        """Channels that listen already: an earlier engine began it."""
        for channel in channels:
            leg, part = recordings.leg_of(channel), recordings.part_of(channel)
            if leg is None or part is None:
                continue
            call = self._calls.get(leg)
            if call is None or call.part < part:
                call = self._calls[leg] = _Call(leg, part, left_out=recordings.CHANGES)
                self._parts[leg] = part
            if call.part == part:
                call.recorded.add(channel)

    def ended(self, name: str, fault: str) -> bool:
        """A side is written to its end, or could not be recorded; whether it was one of these."""
        leg = recordings.leg_of(name)
        if leg is None or recordings.part_of(name) is None:
            return False
        call = self._ending.pop(name, None) or self._calls.get(leg)
        if call is None or name not in call.names:
            return True
        call.ended.add(name)
        call.lost = call.lost or fault
        if len(call.ended) == len(call.names):
            if self._calls.get(leg) is call:
                del self._calls[leg]
            self._shelf.begin(name, call.leg, self._keep(call))
        return True

    def gone(self, leg: str) -> None:
        """The party has hung up: its recording ends by itself."""
        call = self._calls.pop(leg, None)
        self._parts.pop(leg, None)
        if call is not None:
            self._end(call)

    def forget(self) -> None:
        """The connection broke: what still runs is found again."""
        self._calls.clear()
        self._ending.clear()

    @property
    def legs(self) -> set[str]:
        """Whose calls are being recorded."""
        return {call.leg for call in (*self._calls.values(), *self._ending.values())}

    def records(self, leg: str) -> bool:
        """Whether a call is being recorded, left out or hidden."""
        return leg in self._calls

    # steps

    def _start(self, command: RecordCall) -> None:
        part = self._parts[command.leg] = self._parts.get(command.leg, 0) + 1
        call = self._calls[command.leg] = _Call(command.leg, part, waiting=command)
        for name in call.names:
            listen = recordings.listen(command.leg, name, self._exchange.application)
            self._exchange.send(listen, self._on_listen(call))

    def _leave_out(self, call: _Call, command: RecordCall, *how: recordings.Change) -> None:
        """From now on in this way alone: first no other, for what is muted a second time is heard again.

        Done when Asterisk has done it on both sides: the flow goes on to ask for what nobody may hear later, and an
        engine that took over would not hide what is said to be hidden.
        """
        wanted, before = frozenset(how), call.left_out
        if wanted == before:
            answer(self._exchange, command)
            return
        call.left_out = wanted
        steps = [*((change, False) for change in before), *((change, True) for change in wanted)]
        then = self._on_changes(command, len(steps) * len(call.names))
        for name in call.names:
            for change, on in steps:
                self._exchange.send(recordings.change(name, change, on=on), then)

    def _stop(self, call: _Call) -> None:
        self._calls.pop(call.leg, None)
        self._end(call)
        for name in call.names:
            self._exchange.send(recordings.stop(name), self._on_stop(name))
            self._exchange.send(translate.hang_up(name, "normal"))

    def _end(self, call: _Call) -> None:
        """From now on both sides are waited for; a side that was never recorded is at its end."""
        for name in call.names:
            self._ending[name] = call
        for name in call.names:
            if name not in call.recorded or name in call.ended:
                self.ended(name, "")

    async def _keep(self, call: _Call) -> None:
        at = datetime.now(UTC)
        if call.waiting is not None:
            answer(self._exchange, call.waiting, call.lost or "the party has gone")
            call.waiting = None
            return
        try:
            if call.lost:
                raise NotKept(call.lost)
            kept = await self._shelf.keep(call.leg, "call", call.names)
        except NotKept as error:
            _log.error("a call's recording is lost", leg=call.leg, reason=str(error))
            self._exchange.report(call.leg, RecordingLost(at=at, leg=call.leg, reason=str(error)))
            return
        self._exchange.report(call.leg, CallRecorded(at=at, leg=call.leg, asset=kept.asset, seconds=kept.seconds))

    # what Asterisk answered

    def _on_listen(self, call: _Call) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if error is None or isinstance(error, AriUnreachable):
                return
            self._not_begun(call, "the party has gone" if isinstance(error, AriGone) else str(error))

        return then

    def _on_record(self, call: _Call, name: str) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if isinstance(error, AriUnreachable):
                return
            if error is not None:
                self._not_begun(call, str(error))
                return
            call.recorded.add(name)
            if len(call.recorded) == len(call.names) and call.waiting is not None:
                answer(self._exchange, call.waiting)
                call.waiting = None

        return then

    def _on_changes(self, command: RecordCall, left: int) -> Then:
        """Answers the command with the last of so many changes; a side that is gone needs none."""
        wrong = ""

        def then(error: AriError | None, _: str) -> None:
            nonlocal left, wrong
            if isinstance(error, AriUnreachable):
                return
            left -= 1
            if error is not None and not isinstance(error, AriGone):
                wrong = wrong or f"the recording cannot be changed: {error}"
            if left == 0:
                answer(self._exchange, command, wrong)

        return then

    def _on_stop(self, name: str) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if isinstance(error, AriGone):
                self.ended(name, "")

        return then

    def _not_begun(self, call: _Call, reason: str) -> None:
        if call.waiting is None:
            return
        answer(self._exchange, call.waiting, f"the call cannot be recorded: {reason}")
        call.waiting = None
        self._calls.pop(call.leg, None)
        for name in call.names:
            self._exchange.send(translate.hang_up(name, "normal"))
