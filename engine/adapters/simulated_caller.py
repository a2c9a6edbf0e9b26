"""Who calls the simulated telephony, or is called by it: a person made of data, by a script of keys or as he is told.

The rules of the leg are those of real calls, for the machine is the same; only sound and network are imagined.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from engine.adapters.leg import (
    Action,
    Answered,
    CancelTimer,
    Doing,
    DropFax,
    DropRecording,
    EndCall,
    FaxTaken,
    Input,
    JoinOthers,
    KeyPressed,
    LeaveOthers,
    Leg,
    PartyGone,
    PassKey,
    Play,
    PlaybackEnded,
    RecordingEnded,
    Report,
    SetTimer,
    SpeechBegan,
    SpeechUnderstood,
    StartListening,
    StartRecording,
    StopListening,
    StopPlayback,
    StopRecording,
    TakeCall,
    TakeFax,
    TimerFired,
)
from engine.adapters.parties import Parties
from engine.commands import Audio, Digits, Listen, Part, Pause, Say
from engine.events import AnyEvent, CallEnded

FAXED, FAXED_SECONDS = "fax", 5.0
SAID, SAID_SECONDS = "recording", 2.0
"""What every simulated caller says or faxes: assets that are none."""


class Press(msgspec.Struct, frozen=True):
    """Keys that a simulated caller presses: `after` so many seconds from the keys before, else when a gather asks."""

    press: str
    after: float | None = None


def length(part: Part) -> float:
    """About how many seconds it takes to say a part."""
    match part:
        case Say(text=text):
            return sum(0.25 if sign >= "\u2e80" else 0.07 for sign in text)
        case Digits(digits=digits):
            return 0.5 * len(digits)
        case Pause(seconds=seconds):
            return seconds
        case Audio():
            return 3.0


class Telephones(Protocol):
    """What an imagined caller needs of the stand-in."""

    parties: Parties

    def seconds(self, parts: tuple[Part, ...]) -> float:
        """How long a prompt lasts here."""

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host."""


class SimulatedCall:
    """One imagined caller; `heard` is what was played, `answered` and `ended` what became of the call."""

    def __init__(self, telephones: Telephones, leg: str, keys: Iterable[Press], *, answered: bool = False) -> None:
        self.leg = leg
        self.heard: list[tuple[Part, ...]] = []
        self.answered = answered
        self.ended: str | None = None
        self.number = ""
        self.machine = Leg(leg, answered=answered)
        self._telephones = telephones
        self._keys = list(keys)
        self._timer: asyncio.TimerHandle | None = None
        self._playback: asyncio.TimerHandle | None = None
        self._hand: asyncio.TimerHandle | None = None
        self._recording: asyncio.TimerHandle | None = None
        self._asked: tuple[int, Listen] | None = None  # what the caller may answer in words
        self._over = asyncio.Event()

    def press(self, keys: str) -> None:
        """Press keys now, one after the other."""
        for key in keys:
            self.receive(KeyPressed(key))

    def say(self, words: str) -> None:
        """Say something now; it is understood if it is asked for."""
        if self._asked is not None:
            number, command = self._asked
            said = words.strip().casefold()
            fitting = (
                one.label for one in command.phrases if said in (text.casefold() for text in (one.label, *one.words))
            )
            self.receive(SpeechBegan(number))
            self.receive(SpeechUnderstood(number, next(fitting, ""), words, 1.0))

    def hang_up(self) -> None:
        """The caller hangs up."""
        self.receive(PartyGone("normal" if self.answered else "cancelled"))

    async def until_ended(self, seconds: float = 10.0) -> str:
        """Wait for the end of the call; gives its cause."""
        await asyncio.wait_for(self._over.wait(), seconds)
        assert self.ended is not None
        return self.ended

    def receive(self, happening: Input) -> None:
        """Let the machine say what to do about it, and do it."""
        for action in self.machine.receive(happening, datetime.now(UTC)):
            self._do(action)
        self._next_keys()

    def close(self) -> None:
        """Free all timers."""
        for timer in (self._timer, self._playback, self._hand, self._recording):
            if timer is not None:
                timer.cancel()

    def _do(self, action: Action) -> None:
        loop = asyncio.get_running_loop()
        match action:
            case TakeCall():
                self.answered = True
                loop.call_soon(self.receive, Answered())
            case Play(playback=number, parts=parts):
                self.heard.append(parts)
                self._playback = loop.call_later(self._telephones.seconds(parts), self.receive, PlaybackEnded(number))
            case StopPlayback():
                if self._playback is not None:
                    self._playback.cancel()
            case SetTimer(timer=number, seconds=seconds):
                self._timer = loop.call_later(seconds, self.receive, TimerFired(number))
            case CancelTimer():
                if self._timer is not None:
                    self._timer.cancel()
            case StartListening(listening=number, command=question):
                self._asked = number, question
            case StopListening():
                self._asked = None
            case StartRecording(recording=number, command=command):
                seconds = min(command.max_seconds, self._telephones.seconds((Pause(seconds=SAID_SECONDS),)))
                said = RecordingEnded(number, SAID, SAID_SECONDS)
                self._recording = loop.call_later(seconds, self.receive, said)
            case StopRecording(recording=number):
                self._stop_recording()
                loop.call_soon(self.receive, RecordingEnded(number, SAID, SAID_SECONDS))
            case DropRecording() | DropFax():
                self._stop_recording()
            case TakeFax(fax=number):
                seconds = self._telephones.seconds((Pause(seconds=FAXED_SECONDS),))
                self._recording = loop.call_later(seconds, self.receive, FaxTaken(number, FAXED, 1, FAXED))
            case JoinOthers(command=command):
                self._telephones.parties.join(command, found=False)
            case LeaveOthers():
                self._telephones.parties.leave(self.leg)
            case PassKey(key=key):
                self._telephones.parties.key(self.leg, key)
            case EndCall(cause=cause):
                loop.call_soon(self.receive, PartyGone(cause))
            case Report(event=event):
                if isinstance(event, CallEnded):
                    self.ended = event.cause
                    self.close()
                    self._over.set()
                self._telephones.report(self.leg, event)

    def _stop_recording(self) -> None:
        if self._recording is not None:
            self._recording.cancel()

    def _next_keys(self) -> None:
        """Press what is next in the script, at its time."""
        if not self._keys or self._hand is not None or self.machine.doing is Doing.GONE:
            return
        asked = self.machine.doing in (Doing.PROMPTING, Doing.FIRST_KEY, Doing.LISTENING)
        after = self._keys[0].after
        if after is not None or asked:
            self._hand = asyncio.get_running_loop().call_later(after or 0.0, self._press_next)

    def _press_next(self) -> None:
        self._hand = None
        self.press(self._keys.pop(0).press)
        self._next_keys()
