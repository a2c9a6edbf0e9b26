"""What one live party and we are doing to each other, and what each happening leads to.

A call is a race: a key may come while the prompt is being made, while it plays, in the instant in which it ends, or
when nothing waits for it; and the party may hang up in all of these. So the rules stand in one table, from (what the
leg is doing, what happened) to what is done about it. Whatever is not in the table comes too late to matter (an answer
to something that was replaced, a timer that had already fired) and is dropped. The machine knows no socket and no
clock: time comes in with each happening, timers and sounds go out as actions, and every driver obeys the same rules.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from engine.adapters.leg import fax, listening, others, recording
from engine.adapters.leg.actions import (
    Action,
    CancelTimer,
    EndCall,
    Play,
    Report,
    SetTimer,
    StopPlayback,
    TakeCall,
)
from engine.adapters.leg.doing import Doing
from engine.adapters.leg.inputs import (
    Answered,
    AnswerFailed,
    Aside,
    AsideDropped,
    FaxFailed,
    FaxTaken,
    FaxToneHeard,
    Input,
    KeyPressed,
    ListeningFailed,
    OthersLeft,
    PartyGone,
    Perform,
    PlaybackEnded,
    PlaybackFailed,
    RecordingEnded,
    RecordingFailed,
    SpeechBegan,
    SpeechUnderstood,
    TimerFired,
    Withdraw,
)
from engine.commands import Answer, Dial, Gather, HangUp, JoinConference, Listen, Part, PlayPrompt, ReceiveFax, Record
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

TYPE_AHEAD = 32
"""Keys kept for a gather that is yet to come; later ones are lost."""


class Leg:
    """One live party. `receive` takes what happened and returns what to do; it never waits and never fails."""

    __slots__ = (
        "_digits", "_forgive", "_forgive_until", "_keys", "_playback", "_playbacks", "_timer", "_timers", "_to_do",
        "answered", "doing", "fax", "gone_by", "joined", "listening", "name", "pending", "recording", "trouble",
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
        self._digits = ""  # keys of the gather so far
        self._keys: deque[str] = deque()  # type-ahead
        self._playback = 0  # the one that is heard, or 0
        self._playbacks = 0  # how many there were
        self._timer = 0
        self._timers = 0
        self._forgive = ""  # a finish key that may still follow a full gather
        self._forgive_until: datetime | None = None
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

    # commands

    def _perform(self, happening: Perform, at: datetime) -> None:
        command = happening.command
        self.drop()
        others.leave(self)
        match command:
            case Answer():
                self._answer(command, at)
            case PlayPrompt():
                self.play_prompt(command, at)
            case Gather():
                self.gather(command, at)
            case Dial() | JoinConference():
                others.join(self, command)
            case Record():
                recording.begin(self, command)
            case Listen():
                listening.begin(self, command, at)
            case ReceiveFax():
                fax.begin(self, command)
            case HangUp():
                self.doing = Doing.LEAVING
                self.to_do(EndCall(command.cause))

    def _withdraw(self, happening: Withdraw, at: datetime) -> None:
        wanted = [command for command in (self.pending, self.joined) if command is not None]
        if any(command.id == happening.command_id for command in wanted):
            self.drop()
            others.leave(self)

    def _answer(self, command: Answer, at: datetime) -> None:
        self.pending = command
        if self.answered:
            self._report_answered(Answered(), at)
        else:
            self.answered = True
            self.doing = Doing.ANSWERING
            self.to_do(TakeCall())

    def play_prompt(self, command: PlayPrompt, at: datetime) -> None:
        """Let a prompt be heard."""
        self.pending = command
        if command.barge_in and self._keys:  # typed ahead: whoever knows the way is not held up
            self.finish(PlaybackFinished(at=at, command_id=command.id, interrupted=True))
        elif command.prompt:
            self.doing = Doing.PLAYING
            self.play(command.prompt)
        else:
            self.finish(PlaybackFinished(at=at, command_id=command.id))

    def gather(self, command: Gather, at: datetime) -> None:
        """Ask for keys."""
        self.pending = command
        self._digits = ""
        if self._keys:
            self.doing = Doing.FIRST_KEY
            while self._keys and self.pending is command:
                self._take(self._keys.popleft(), at)
            if self._keys and self.forgiven(self._keys[0], at):
                self._keys.popleft()
        elif command.prompt:
            self.doing = Doing.PROMPTING
            self.play(command.prompt)
        else:
            self._await_first_key()

    # keys

    def _keep_key(self, happening: KeyPressed, at: datetime) -> None:
        if self.forgiven(happening.key, at):
            return
        if len(self._keys) < TYPE_AHEAD:
            self._keys.append(happening.key)

    def _key_while_playing(self, happening: KeyPressed, at: datetime) -> None:
        if self.forgiven(happening.key, at):
            return
        if self.joined is not None:  # what is said aside is no question: the key is for the others
            others.pass_key(self, happening, at)
            return
        self._keep_key(happening, at)
        if self.pending.barge_in:
            self.stop()
            self.finish(PlaybackFinished(at=at, command_id=self.pending.id, interrupted=True))

    def _key_for_gather(self, happening: KeyPressed, at: datetime) -> None:
        if self.forgiven(happening.key, at):
            return
        self.stop()
        self._take(happening.key, at)

    def _take(self, key: str, at: datetime) -> None:
        gather: Gather = self.pending
        self.cancel_timer()
        if key in gather.finish_key:
            self.finish(DigitsGathered(at=at, command_id=gather.id, digits=self._digits, ended_by="finish_key"))
            return
        self._digits += key
        if len(self._digits) >= gather.max_digits:
            if gather.finish_key:
                self._forgive, self._forgive_until = gather.finish_key, at + timedelta(seconds=gather.digit_timeout)
            self.finish(DigitsGathered(at=at, command_id=gather.id, digits=self._digits, ended_by="max_digits"))
        else:
            self.doing = Doing.NEXT_KEY
            self.set_timer(gather.digit_timeout)

    def forgiven(self, key: str, at: datetime) -> bool:
        """Whether this is the finish key of a gather that was full before: `12345678#` where eight are enough."""
        until, self._forgive_until = self._forgive_until, None
        return until is not None and key in self._forgive and at <= until

    def _keys_timed_out(self, happening: TimerFired, at: datetime) -> None:
        if happening.timer != self._timer:
            return
        self._timer = 0
        self.finish(DigitsGathered(at=at, command_id=self.pending.id, digits=self._digits, ended_by="timeout"))

    # sound

    def play(self, parts: tuple[Part, ...]) -> None:
        """Let these be heard; the call is taken if it was not."""
        self.take_call()
        self._playbacks += 1
        self._playback = self._playbacks
        self.to_do(Play(self._playback, parts))

    def _heard(self, happening: PlaybackEnded, at: datetime) -> None:
        if happening.playback == self._playback:
            self._playback = 0
            self.finish(PlaybackFinished(at=at, command_id=self.pending.id))

    def _prompt_heard(self, happening: PlaybackEnded, at: datetime) -> None:
        if happening.playback == self._playback:
            self._playback = 0
            self._await_first_key()

    def _not_heard(self, happening: PlaybackFailed, at: datetime) -> None:
        if happening.playback == self._playback:
            self._playback = 0
            self.finish(CommandFailed(at=at, command_id=self.pending.id, reason=happening.reason))

    def _await_first_key(self) -> None:
        self.doing = Doing.FIRST_KEY
        self.set_timer(self.pending.timeout)

    # the call itself

    def _report_answered(self, happening: Answered, at: datetime) -> None:
        self.finish(CallAnswered(at=at, command_id=self.pending.id, leg=self.name))

    def _not_answered(self, happening: AnswerFailed, at: datetime) -> None:
        self.answered = False
        self.finish(CommandFailed(at=at, command_id=self.pending.id, reason=happening.reason))

    def _answer_lost(self, happening: AnswerFailed, at: datetime) -> None:
        self.answered = False

    def _hang_up_again(self, happening: Perform, at: datetime) -> None:
        if isinstance(happening.command, HangUp):
            self.to_do(EndCall(happening.command.cause))

    def _gone(self, happening: PartyGone, at: datetime) -> None:
        self.cancel_timer()
        self.pending = None
        self._playback = 0
        self.forget_keys()
        self._digits = ""
        others.leave(self)
        self.go(happening.cause, at)

    # small steps

    def finish(
        self,
        event: PlaybackFinished | DigitsGathered | CallAnswered | Recorded | SpeechHeard | FaxReceived | CommandFailed,
    ) -> None:
        """Tell what became of the command that was pending."""
        self.pending = None
        self._digits = ""
        self.doing = Doing.IDLE if self.joined is None else Doing.JOINED
        self.to_do(Report(event))

    def drop(self) -> None:
        """Leave what is pending: whoever asks anew no longer wants it."""
        recording.drop(self)
        fax.drop(self)
        listening.drop(self)
        self.stop()
        self.cancel_timer()
        self.pending = None
        self._digits = ""
        self.doing = Doing.IDLE if self.joined is None else Doing.JOINED

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

    def typed_ahead(self) -> str:
        """The first key that was typed ahead, if any; it is taken."""
        return self._keys.popleft() if self._keys else ""

    def forget_keys(self) -> None:
        """Keys that were typed ahead are for nothing."""
        self._keys.clear()

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


Transition = Callable[[Leg, Any, datetime], None]

_ALIVE = [doing for doing in Doing if doing not in (Doing.KEEPING, Doing.GONE)]
_BUSY = [doing for doing in _ALIVE if doing is not Doing.LEAVING]

TRANSITIONS: dict[tuple[Doing, type[Input]], Transition] = {
    **{(doing, PartyGone): Leg._gone for doing in _ALIVE},
    **{(doing, Perform): Leg._perform for doing in _ALIVE},
    **{(doing, AnswerFailed): Leg._answer_lost for doing in _ALIVE},
    **{(doing, Withdraw): Leg._withdraw for doing in _BUSY},
    **{(doing, OthersLeft): others.left for doing in _BUSY},
    **{(doing, Aside): others.aside for doing in _BUSY},
    **{(doing, AsideDropped): others.drop_aside for doing in _BUSY},
    **{(doing, FaxToneHeard): fax.tone for doing in _BUSY if doing is not Doing.FAXING},
    (Doing.IDLE, KeyPressed): Leg._keep_key,
    (Doing.JOINED, KeyPressed): others.pass_key,
    (Doing.ANSWERING, KeyPressed): Leg._keep_key,
    (Doing.ANSWERING, Answered): Leg._report_answered,
    (Doing.ANSWERING, AnswerFailed): Leg._not_answered,
    (Doing.PLAYING, KeyPressed): Leg._key_while_playing,
    (Doing.PLAYING, PlaybackEnded): Leg._heard,
    (Doing.PLAYING, PlaybackFailed): Leg._not_heard,
    (Doing.PROMPTING, KeyPressed): Leg._key_for_gather,
    (Doing.PROMPTING, PlaybackEnded): Leg._prompt_heard,
    (Doing.PROMPTING, PlaybackFailed): Leg._not_heard,
    (Doing.FIRST_KEY, KeyPressed): Leg._key_for_gather,
    (Doing.FIRST_KEY, TimerFired): Leg._keys_timed_out,
    (Doing.NEXT_KEY, KeyPressed): Leg._key_for_gather,
    (Doing.NEXT_KEY, TimerFired): Leg._keys_timed_out,
    (Doing.LISTENING, KeyPressed): listening.key,
    (Doing.LISTENING, PlaybackEnded): listening.prompt_heard,
    (Doing.LISTENING, PlaybackFailed): listening.not_heard,
    (Doing.LISTENING, SpeechBegan): listening.speech_began,
    (Doing.LISTENING, SpeechUnderstood): listening.understood,
    (Doing.LISTENING, ListeningFailed): listening.failed,
    (Doing.LISTENING, TimerFired): listening.timed_out,
    (Doing.RECORDING, KeyPressed): recording.key,
    (Doing.RECORDING, RecordingEnded): recording.ended,
    (Doing.RECORDING, RecordingFailed): recording.failed,
    (Doing.RECORDING, PartyGone): recording.gone,
    (Doing.SAID, KeyPressed): Leg._keep_key,
    (Doing.SAID, RecordingEnded): recording.ended,
    (Doing.SAID, RecordingFailed): recording.failed,
    (Doing.SAID, PartyGone): recording.gone,
    (Doing.KEEPING, RecordingEnded): recording.kept,
    (Doing.KEEPING, RecordingFailed): recording.kept,
    (Doing.FAXING, FaxTaken): fax.taken,
    (Doing.FAXING, FaxFailed): fax.failed,
    (Doing.FAXING, PartyGone): recording.gone,
    (Doing.KEEPING, FaxTaken): fax.kept,
    (Doing.KEEPING, FaxFailed): fax.kept,
    (Doing.LEAVING, Perform): Leg._hang_up_again,
}
"""The rules, one line each. A pair that does not stand here changes nothing."""
