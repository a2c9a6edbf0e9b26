"""One leg on Asterisk: does what the leg's machine asks, and tells it what came of it.

When its party is gone, or the connection is, its timer is cancelled, whatever was being made for it is dropped, and its
clips are given back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from engine.adapters.ari import translate
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriTimedOut, AriTrouble, AriUnreachable
from engine.adapters.ari.exchange import Telephones
from engine.adapters.ari.messages import PlaybackFinished
from engine.adapters.leg import (
    Action,
    Answered,
    AnswerFailed,
    CancelTimer,
    DropFax,
    DropRecording,
    EndCall,
    FaxToneHeard,
    Input,
    JoinOthers,
    LeaveOthers,
    Leg,
    PartyGone,
    PassKey,
    Play,
    PlaybackFailed,
    Report,
    SetTimer,
    StartListening,
    StartRecording,
    StopListening,
    StopPlayback,
    StopRecording,
    TakeCall,
    TakeFax,
    TimerFired,
)
from engine.adapters.prompts import PromptFailed
from engine.adapters.telephony import LegFound
from engine.commands import Part

_log = structlog.get_logger()
_AGAIN = 1.0
"""Seconds after which a hang-up that failed is tried once more."""


class Line:
    """Drives one leg. `found`: it was there before us, so something may still be playing on it."""

    def __init__(self, telephones: Telephones, leg: Leg, party: LegFound, *, found: bool = False) -> None:
        self.leg = leg
        self.party = party  # who it is
        self.our_cause: str | None = None  # why we hung up, if it was us
        self.was_joined = found  # with somebody: what an earlier engine did, we do not know
        self._telephones = telephones
        self._found = found
        self._timer: asyncio.TimerHandle | None = None
        self._making: asyncio.Task[None] | None = None
        self._playing = ""  # the playback that is heard
        self._clips: Sequence[str] = ()
        self._names = deque(translate.playback_names(leg.name))  # free ones; a name is free when its playback has ended
        self._waiting: tuple[int, Sequence[str]] | None = None  # to be played as soon as a name is free
        self._quiet: asyncio.Event | None = None
        if found:
            self._silence_leftovers()

    def receive(self, happening: Input) -> None:
        """Let the machine say what to do about it, and do it."""
        for action in self.leg.receive(happening, datetime.now(UTC)):
            self._do(action)

    def playback_ended(self, event: PlaybackFinished) -> None:
        """A playback on this leg came to its end."""
        self._free(event.playback.id)
        if event.playback.id == self._playing:
            self._put_away()
            self.receive(translate.end_of_playback(event, self.leg.playback))
        if self._waiting is not None:
            (number, clips), self._waiting = self._waiting, None
            self._begin(number, clips)

    def tone_heard(self) -> None:
        """The party is a fax machine; Asterisk has ended whatever was playing to it."""
        self._names = deque(translate.playback_names(self.leg.name))
        self.receive(FaxToneHeard())

    def close(self) -> None:
        """Free everything; nothing is told any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._making is not None:
            self._making.cancel()
            self._making = None
        self._put_away()

    def _do(self, action: Action) -> None:
        media = self._telephones.media
        match action:  # what comes most often is first
            case Report(event=event):
                self._telephones.report(self.leg.name, event)
            case TakeCall():
                self._telephones.send(translate.answer(self.leg.name), self._on_answer)
            case Play(playback=number, parts=parts):
                self._play(number, parts)
            case StopPlayback():
                self._stop()
            case SetTimer(timer=number, seconds=seconds):
                self._timer = asyncio.get_running_loop().call_later(seconds, self._fire, number)
            case CancelTimer():
                if self._timer is not None:
                    self._timer.cancel()
                    self._timer = None
            case StartRecording(recording=number, command=command):
                media.recorder.begin(self.leg.name, number, command, self.receive, found=self._was_found())
            case StopRecording(recording=number):
                media.recorder.stop(self.leg.name, number)
            case DropRecording(recording=number):
                media.recorder.drop(self.leg.name, number)
            case StartListening(listening=number, command=command):
                media.ears.begin(self.leg.name, number, command, self.receive)
            case StopListening():
                media.ears.drop(self.leg.name)
            case TakeFax(fax=number):
                media.faxes.begin(self.leg.name, number, self.party.called, self.receive, found=self._was_found())
            case DropFax():
                media.faxes.drop(self.leg.name)
            case JoinOthers(command=command):
                media.background.joined(self.leg.name)
                self._telephones.parties.join(command, found=self._was_found())
            case LeaveOthers():
                self._telephones.parties.leave(self.leg.name)
                media.background.alone(self.leg.name)
            case PassKey(key=key):
                self._telephones.parties.key(self.leg.name, key)
            case EndCall(cause=cause):
                self.our_cause = cause
                self._telephones.send(translate.hang_up(self.leg.name, cause), self._on_hang_up)

    def _was_found(self) -> bool:
        """Whether what is begun now may have been begun by an earlier engine; that is so once at most."""
        found, self._found = self._found, False
        return found

    def _fire(self, number: int) -> None:
        self._timer = None
        self.receive(TimerFired(number))

    # sound

    def _play(self, number: int, parts: tuple[Part, ...]) -> None:
        clips = self._telephones.prompts.at_hand(parts) if self._quiet is None else None
        if clips is not None:
            self._begin(number, clips)
        else:
            self._making = asyncio.create_task(self._make_and_play(number, parts))

    async def _make_and_play(self, number: int, parts: tuple[Part, ...]) -> None:
        """Have the clips made, and play them if they are still wanted: a stop cancels this task."""
        try:
            if self._quiet is not None:
                await self._quiet.wait()
                self._quiet = None
            clips = await self._telephones.prompts.media(parts)
        except PromptFailed as error:
            self._making = None
            self.receive(PlaybackFailed(number, str(error)))
            return
        self._making = None
        self._begin(number, clips)

    def _begin(self, number: int, clips: Sequence[str]) -> None:
        self._clips = clips
        if not self._names:
            self._waiting = (number, clips)
            return
        self._playing = self._names.popleft()
        self._telephones.send(translate.play(self.leg.name, self._playing, clips), self._on_play(number, self._playing))
        self._telephones.media.background.played(self.leg.name)

    def _stop(self) -> None:
        if self._making is not None:
            self._making.cancel()
            self._making = None
        if self._playing:
            self._telephones.send(translate.stop(self._playing))
        self._put_away()

    def _put_away(self) -> None:
        self._playing = ""
        self._waiting = None
        if self._clips:
            self._telephones.prompts.release(self._clips)
            self._clips = ()

    def _free(self, name: str) -> None:
        if name not in self._names:
            self._names.append(name)

    def _silence_leftovers(self) -> None:
        """Stop what an earlier engine left playing; prompts wait until Asterisk has said what there was to stop."""
        quiet = self._quiet = asyncio.Event()
        asked, self._names = list(self._names), deque()
        answers = 0

        def answered(name: str) -> Then:
            def then(error: AriError | None, _: str) -> None:
                nonlocal answers
                answers += 1
                if error is not None:  # nothing of this name was there; else its end is an event
                    self._free(name)
                if answers == len(asked):
                    quiet.set()

            return then

        for name in asked:
            self._telephones.send(translate.stop(name), answered(name))

    # what Asterisk answered

    def _on_answer(self, error: AriError | None, _: str) -> None:
        if error is None:
            self.receive(Answered())
        elif isinstance(error, AriGone):
            self._gone()
        elif not isinstance(error, AriUnreachable):
            _log.warning("a call could not be answered", leg=self.leg.name, reason=str(error))
            self.receive(AnswerFailed(f"Asterisk could not answer the call: {error}"))

    def _on_play(self, number: int, name: str) -> Then:
        def then(error: AriError | None, _: str) -> None:
            if error is None:
                return
            self._free(name)
            if self._playing != name:
                return
            if isinstance(error, AriGone):
                self._gone()
            else:
                self._put_away()
                self.receive(PlaybackFailed(number, f"Asterisk could not play the prompt: {error}"))

        return then

    def _on_hang_up(self, error: AriError | None, _: str) -> None:
        if isinstance(error, AriGone):
            self._gone()
        elif isinstance(error, (AriTimedOut, AriTrouble)) and self.our_cause is not None:
            _log.warning("a call could not be hung up; trying again", leg=self.leg.name, reason=str(error))
            self._timer = asyncio.get_running_loop().call_later(_AGAIN, self._do, EndCall(self.our_cause))
        elif error is not None and not isinstance(error, AriUnreachable):
            _log.error("a call could not be hung up", leg=self.leg.name, reason=str(error))

    def _gone(self) -> None:
        """Asterisk knows no such channel any more: that is its end, and no fault."""
        self.end(self.our_cause or "normal")

    def end(self, cause: str) -> None:
        """The party has gone."""
        self._telephones.legs.over(self.leg.name)
        self.receive(PartyGone(cause))
        self.close()
