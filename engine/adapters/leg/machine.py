"""What one live party and we are doing to each other, and what each happening leads to.

A call is a race: a key may come while the prompt is being made, while it plays, in the instant in which it ends, or
when nothing waits for it; and the party may hang up in all of these. So the rules stand in one table, from (what the
leg is doing, what happened) to what is done about it. Whatever is not in the table comes too late to matter (an answer
to something that was replaced, a timer that had already fired) and is dropped. The machine knows no socket and no
clock: time comes in with each happening, timers and sounds go out as actions, and every driver obeys the same rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.adapters.leg import fax, listening, recording
from engine.adapters.leg.actions import (
    Action,
    CancelTimer,
    Play,
    Report,
    SetTimer,
    StopPlayback,
    TakeCall,
)
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import Input
from engine.adapters.leg.keys import Keys
from engine.adapters.leg.transitions import TRANSITIONS
from engine.commands import Dial, JoinConference, Part
from engine.events import (
    CallAnswered,
    CallEnded,
    CommandFailed,
    DigitsGathered,
    FaxReceived,
    PlaybackFinished,
    Recorded,
    SpeechHeard,
)


class Leg:
    """One live party. `receive` takes what happened and returns what to do; it never waits and never fails."""

    __slots__ = (
        "_playback", "_playbacks", "_timer", "_timers", "_to_do", "answered", "digits", "doing", "fax", "gone_by",
        "joined", "keys", "listening", "name", "pending", "recording", "trouble",
    )  # fmt: skip

    def __init__(self, name: str, *, answered: bool = False) -> None:
        self.name = name
        self.answered = answered
        self.doing = Doing.IDLE
        self.pending: Any = None  # the command that waits for its event
        self.joined: Dial | JoinConference | None = None  # the one for which the party is among others
        self.recording = 0  # the number of the last recording; one that was dropped has an older number
        self.fax = 0  # the number of the last fax taken; one that was dropped has an older number
        self.listening = 0  # the number of the last listening; one that is over has an older number
        self.trouble = ""  # why nothing that is said can be heard
        self.gone_by = ""  # why the party went, while what it said or faxed is still being kept
        self.keys = Keys()  # what was typed ahead
        self.digits = ""  # keys of the gather so far
        self._playback = 0  # the one that is heard, or 0
        self._playbacks = 0  # how many there were
        self._timer = 0
        self._timers = 0
        self._to_do: list[Action] = []

    def __repr__(self) -> str:
        """Never shows a key."""
        return f"Leg({self.name!r}, {self.doing.name})"

    @property
    def playback(self) -> int:
        """The number of the playback that is heard or about to be heard, or 0."""
        return self._playback

    def receive(self, happening: Input, at: datetime) -> list[Action]:
        """What to do about it, in order."""
        transition = TRANSITIONS.get((self.doing, type(happening)))
        if transition is None:
            return []
        self._to_do = []
        transition(self, happening, at)
        return self._to_do

    # what the rules do

    def finish(
        self,
        event: PlaybackFinished | DigitsGathered | CallAnswered | Recorded | SpeechHeard | FaxReceived | CommandFailed,
    ) -> None:
        """Tell what became of the command that was pending."""
        self.pending = None
        self.digits = ""
        self.doing = Doing.IDLE if self.joined is None else Doing.JOINED
        self.to_do(Report(event))

    def end(self) -> None:
        """Nothing is waited for any more, of a party that is not there any more."""
        self.cancel_timer()
        self.pending = None
        self._playback = 0
        self.keys.clear()
        self.digits = ""

    def drop(self) -> None:
        """Leave what is pending: whoever asks anew no longer wants it."""
        recording.drop(self)
        fax.drop(self)
        listening.drop(self)
        self.stop()
        self.cancel_timer()
        self.pending = None
        self.digits = ""
        self.doing = Doing.IDLE if self.joined is None else Doing.JOINED

    def play(self, parts: tuple[Part, ...]) -> None:
        """Let these be heard; the call is taken if it was not."""
        self.take_call()
        self._playbacks += 1
        self._playback = self._playbacks
        self.to_do(Play(self._playback, parts))

    def stop(self) -> None:
        """Nothing is to be heard any more."""
        if self._playback:
            self.to_do(StopPlayback(self._playback))
            self._playback = 0

    def take_call(self) -> None:
        """Answer, if it was not answered yet."""
        if not self.answered:
            self.answered = True
            self.to_do(TakeCall())

    def go(self, cause: str, at: datetime) -> None:
        """The party is no more: nothing is done for it from now on."""
        self.doing = Doing.GONE
        self.to_do(Report(CallEnded(at=at, leg=self.name, cause=cause)))

    def to_do(self, action: Action) -> None:
        """Ask whoever drives the leg for this, after what was asked before."""
        self._to_do.append(action)

    def was_heard(self, playback: int) -> bool:
        """Whether it is this playback that was heard; it is over now."""
        heard = playback == self._playback
        if heard:
            self._playback = 0
        return heard

    def timed_out(self, timer: int) -> bool:
        """Whether it is this timer that was waited for; it is over now."""
        over = timer == self._timer
        if over:
            self._timer = 0
        return over

    def set_timer(self, seconds: float) -> None:
        """Have `TimerFired` told after so long, in place of the timer before."""
        self.cancel_timer()
        self._timers += 1
        self._timer = self._timers
        self.to_do(SetTimer(self._timer, seconds))

    def cancel_timer(self) -> None:
        """No timer any more."""
        if self._timer:
            self.to_do(CancelTimer(self._timer))
            self._timer = 0
