"""Whatever happens to a leg, in whatever order, some things stay true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.leg import (
    Answered,
    AnswerFailed,
    CancelTimer,
    Doing,
    Input,
    KeyPressed,
    Leg,
    PartyGone,
    Perform,
    Play,
    PlaybackEnded,
    PlaybackFailed,
    Report,
    SetTimer,
    StopPlayback,
    TakeCall,
    TimerFired,
)
from engine.commands import Answer, Gather, HangUp, PlayPrompt, Say
from engine.events import Answering, CallEnded

PROMPTS = st.sampled_from([(), (Say(text="Hello", language="en"),)])
COMMANDS = st.one_of(
    st.builds(Answer, leg=st.just("a")),
    st.builds(PlayPrompt, leg=st.just("a"), prompt=PROMPTS, barge_in=st.booleans()),
    st.builds(
        Gather, leg=st.just("a"), prompt=PROMPTS, min_digits=st.integers(0, 2), max_digits=st.integers(1, 3),
        finish_key=st.sampled_from(["", "#"]), secret=st.booleans(),
    ),
    st.builds(HangUp, leg=st.just("a")),
)  # fmt: skip
HAPPENINGS = st.one_of(
    st.builds(Perform, COMMANDS),
    st.builds(Perform, COMMANDS),
    st.just(Answered()),
    st.just(AnswerFailed("no")),
    st.builds(PlaybackEnded, st.integers(1, 5)),
    st.builds(PlaybackFailed, st.integers(1, 5), st.just("no")),
    st.builds(KeyPressed, st.sampled_from("0123456789*#")),
    st.builds(KeyPressed, st.sampled_from("0123456789*#")),
    st.builds(TimerFired, st.integers(1, 5)),
    st.just(PartyGone("normal")),
)


class Witness:
    """Drives a leg, and checks at each step what must always hold."""

    def __init__(self, *, answered: bool) -> None:
        self.leg = Leg("a", answered=answered)
        self.taken = answered
        self.sounding: set[int] = set()
        self.timer = 0
        self.waiting = ""
        self.answers: set[str] = set()
        self.ended = 0
        self.commands = 0

    def tell(self, happening: Input, at: datetime) -> None:
        if isinstance(happening, Perform):
            self.commands += 1
            command = type(happening.command)(**{**_fields(happening.command), "id": str(self.commands)})
            happening = Perform(command)
            self.waiting = "" if isinstance(command, HangUp) else command.id
        if isinstance(happening, TimerFired) and happening.timer == self.timer:
            self.timer = 0
        if isinstance(happening, (PlaybackEnded, PlaybackFailed)):
            self.sounding.discard(happening.playback)
        if isinstance(happening, AnswerFailed):
            self.taken = self.taken and self.leg.answered
        actions = self.leg.receive(happening, at)
        if self.ended:
            assert not actions, "nothing is asked or told after the end"
        for action in actions:
            self.see(action, at)
        if isinstance(happening, AnswerFailed) and not self.leg.answered:
            self.taken = False
        self.check()

    def see(self, action: object, at: datetime) -> None:
        match action:
            case TakeCall():
                assert not self.taken, "a call is taken once"
                self.taken = True
            case Play(playback=number):
                assert self.taken, "nothing is played before the call is taken"
                assert not self.sounding, "one thing at a time is played"
                self.sounding.add(number)
            case StopPlayback(playback=number):
                self.sounding.discard(number)
            case SetTimer(timer=number):
                assert not self.timer, "one timer at a time"
                self.timer = number
            case CancelTimer(timer=number):
                assert number == self.timer, "only the live timer is cancelled"
                self.timer = 0
            case Report(event=CallEnded()):
                self.ended += 1
            case Report(event=Answering(command_id=command)) as report:
                assert report.event.at == at
                assert command == self.waiting, "only the latest command is answered"
                assert command not in self.answers, "a command is answered once"
                self.answers.add(command)

    def check(self) -> None:
        assert self.ended <= 1
        if self.leg.doing in (Doing.FIRST_KEY, Doing.NEXT_KEY):
            assert self.timer, "whoever waits for a key waits for a time"
        else:
            assert not self.timer, "no timer is left behind"
        if self.leg.doing in (Doing.GONE, Doing.LEAVING):
            assert not self.leg.playback
        if self.leg.doing is Doing.IDLE and self.waiting and not self.ended:
            assert self.waiting in self.answers, "no command is left without its answer"


def _fields(command: object) -> dict[str, object]:
    return {name: getattr(command, name) for name in command.__struct_fields__}


@settings(max_examples=400, deadline=None)
@given(
    answered=st.booleans(),
    happenings=st.lists(st.tuples(HAPPENINGS, st.floats(0, 10, allow_nan=False)), max_size=40),
)
def test_any_sequence(answered: bool, happenings: list[tuple[Input, float]]) -> None:
    witness = Witness(answered=answered)
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    for happening, pause in happenings:
        at += timedelta(seconds=pause)
        witness.tell(happening, at)
    if witness.ended == 0:
        witness.tell(PartyGone("normal"), at)
    assert witness.ended == 1
    assert not witness.timer
