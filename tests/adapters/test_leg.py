"""The rules of one live leg, as a table: what happens, and what is done about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.adapters.leg import (
    Answered,
    AnswerFailed,
    CancelTimer,
    Doing,
    EndCall,
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
from engine.events import CallAnswered, CallEnded, CommandFailed, DigitsGathered, PlaybackFinished

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
HELLO = (Say(text="Hello", language="en"),)

ANSWER = Perform(Answer(id="1", leg="a"))
SAY = Perform(PlayPrompt(id="2", leg="a", prompt=HELLO))
SAY_BARGE = Perform(PlayPrompt(id="2", leg="a", prompt=HELLO, barge_in=True))
MENU = Perform(Gather(id="3", leg="a", prompt=HELLO, timeout=8, digit_timeout=4))
CARD = Perform(Gather(id="4", leg="a", prompt=HELLO, min_digits=2, max_digits=3, finish_key="#", digit_timeout=4))
SILENT = Perform(Gather(id="5", leg="a", max_digits=2, timeout=8, digit_timeout=4))
HANG_UP = Perform(HangUp(id="6", leg="a"))


def keys(text: str) -> list[KeyPressed]:
    return [KeyPressed(key) for key in text]


def said(event: object) -> str:
    """An event in short: what kind, which command, and what matters."""
    match event:
        case CallAnswered(command_id=command):
            return f"{command} answered"
        case PlaybackFinished(command_id=command, interrupted=interrupted):
            return f"{command} {'interrupted' if interrupted else 'heard'}"
        case DigitsGathered(command_id=command, digits=digits, ended_by=how):
            return f"{command} gathered {digits!r} by {how}"
        case CommandFailed(command_id=command, reason=reason):
            return f"{command} failed: {reason}"
        case CallEnded(cause=cause):
            return f"ended: {cause}"
    raise AssertionError(event)


def short(action: object) -> str:
    match action:
        case TakeCall():
            return "take"
        case Play(playback=number):
            return f"play {number}"
        case StopPlayback(playback=number):
            return f"stop {number}"
        case SetTimer(timer=number, seconds=seconds):
            return f"timer {number} {seconds:g}s"
        case CancelTimer(timer=number):
            return f"cancel {number}"
        case EndCall(cause=cause):
            return f"end {cause}"
        case Report(event=event):
            return said(event)
    raise AssertionError(action)


def told(happenings: list[object], *, answered: bool = True, apart: float = 1.0) -> list[str]:
    """All that a leg does, in short, when these things happen to it one second apart."""
    leg = Leg("a", answered=answered)
    actions: list[str] = []
    for number, happening in enumerate(happenings):
        actions += [short(action) for action in leg.receive(happening, START + timedelta(seconds=number * apart))]
    return actions


@pytest.mark.parametrize(
    ("happenings", "actions"),
    [
        pytest.param([ANSWER, Answered()], ["take", "1 answered"], id="answer"),
        pytest.param([ANSWER, AnswerFailed("no")], ["take", "1 failed: no"], id="answer-fails"),
        pytest.param([SAY, Answered(), PlaybackEnded(1)], ["take", "play 1", "2 heard"], id="prompt-answers-first"),
        pytest.param(
            [MENU, *keys("1")], ["take", "play 1", "stop 1", "3 gathered '1' by max_digits"], id="menu-answers"
        ),
        pytest.param([SILENT], ["timer 1 8s"], id="no-prompt-no-answer"),
        pytest.param([ANSWER, SAY, Answered(), PlaybackEnded(1)], ["take", "play 1", "2 heard"], id="answer-replaced"),
        pytest.param([ANSWER, Answered(), ANSWER], ["take", "1 answered", "1 answered"], id="answered-already"),
        pytest.param([HANG_UP, PartyGone("busy")], ["end normal", "ended: busy"], id="refused"),
        pytest.param([PartyGone("cancelled")], ["ended: cancelled"], id="caller-gives-up"),
    ],
)
def test_a_call_that_is_not_yet_answered(happenings: list[object], actions: list[str]) -> None:
    assert told(happenings, answered=False) == actions


@pytest.mark.parametrize(
    ("happenings", "actions"),
    [
        pytest.param([SAY, PlaybackEnded(1)], ["play 1", "2 heard"], id="heard"),
        pytest.param([SAY, PlaybackFailed(1, "no file")], ["play 1", "2 failed: no file"], id="cannot-be-played"),
        pytest.param([Perform(PlayPrompt(id="9", leg="a", prompt=()))], ["9 heard"], id="nothing-to-say"),
        pytest.param([SAY, *keys("1"), PlaybackEnded(1)], ["play 1", "2 heard"], id="no-barge-in"),
        pytest.param([SAY_BARGE, *keys("1")], ["play 1", "stop 1", "2 interrupted"], id="barge-in"),
        pytest.param([SAY_BARGE, *keys("1"), PlaybackEnded(1)], ["play 1", "stop 1", "2 interrupted"], id="late-end"),
        pytest.param([*keys("1"), SAY_BARGE], ["2 interrupted"], id="typed-ahead"),
        pytest.param(
            [SAY, SAY, PlaybackEnded(1), PlaybackEnded(2)],
            ["play 1", "stop 1", "play 2", "2 heard"], id="replaced",
        ),
        pytest.param([SAY, PartyGone("normal"), PlaybackEnded(1)], ["play 1", "ended: normal"], id="hang-up-in-prompt"),
        pytest.param(
            [SAY, HANG_UP, PlaybackEnded(1), PartyGone("normal")],
            ["play 1", "stop 1", "end normal", "ended: normal"], id="we-hang-up",
        ),
        pytest.param([HANG_UP, SAY, *keys("1"), HANG_UP], ["end normal", "end normal"], id="nothing-after-hang-up"),
    ],
)  # fmt: skip
def test_prompts(happenings: list[object], actions: list[str]) -> None:
    assert told(happenings) == actions


@pytest.mark.parametrize(
    ("happenings", "actions"),
    [
        pytest.param([MENU, *keys("1")], ["play 1", "stop 1", "3 gathered '1' by max_digits"], id="key-in-prompt"),
        pytest.param(
            [MENU, PlaybackEnded(1), *keys("1")],
            ["play 1", "timer 1 8s", "cancel 1", "3 gathered '1' by max_digits"], id="key-after-prompt",
        ),
        pytest.param(
            [MENU, PlaybackEnded(1), TimerFired(1)],
            ["play 1", "timer 1 8s", "3 gathered '' by timeout"], id="nothing-pressed",
        ),
        pytest.param([MENU, PlaybackFailed(1, "no")], ["play 1", "3 failed: no"], id="prompt-fails"),
        pytest.param(
            [CARD, *keys("12#")],
            ["play 1", "stop 1", "timer 1 4s", "cancel 1", "timer 2 4s", "cancel 2", "4 gathered '12' by finish_key"],
            id="finish-key",
        ),
        pytest.param([CARD, *keys("#")], ["play 1", "stop 1", "4 gathered '' by finish_key"], id="finish-key-alone"),
        pytest.param(
            [SILENT, *keys("1"), TimerFired(1), TimerFired(2)],
            ["timer 1 8s", "cancel 1", "timer 2 4s", "5 gathered '1' by timeout"], id="between-digits",
        ),
        pytest.param(
            [SILENT, MENU, TimerFired(1), PlaybackEnded(1)],
            ["timer 1 8s", "cancel 1", "play 1", "timer 2 8s"], id="replaced",
        ),
        pytest.param(
            [SILENT, *keys("1"), PartyGone("normal"), TimerFired(2)],
            ["timer 1 8s", "cancel 1", "timer 2 4s", "cancel 2", "ended: normal"], id="hang-up-between-keys",
        ),
        pytest.param([*keys("12"), MENU, MENU, MENU],
            ["3 gathered '1' by max_digits", "3 gathered '2' by max_digits", "play 1"], id="type-ahead-one-each"),
        pytest.param([*keys("12"), CARD], ["timer 1 4s", "cancel 1", "timer 2 4s"], id="type-ahead-begins"),
        pytest.param([*keys("12#9"), CARD, MENU],
            ["timer 1 4s", "cancel 1", "timer 2 4s", "cancel 2", "4 gathered '12' by finish_key",
             "3 gathered '9' by max_digits"], id="type-ahead-past-finish"),
        pytest.param([SAY_BARGE, *keys("1"), MENU],
            ["play 1", "stop 1", "2 interrupted", "3 gathered '1' by max_digits"], id="barge-in-key-is-kept"),
        pytest.param([SAY, *keys("1"), PlaybackEnded(1), MENU],
            ["play 1", "2 heard", "3 gathered '1' by max_digits"], id="key-in-deaf-prompt-is-kept"),
    ],
)  # fmt: skip
def test_gathers(happenings: list[object], actions: list[str]) -> None:
    assert told(happenings) == actions


def test_type_ahead_is_limited() -> None:
    leg = Leg("a", answered=True)
    for key in keys("0123456789" * 4):
        leg.receive(key, START)
    (report,) = leg.receive(Perform(Gather(id="1", leg="a", max_digits=32)), START)[-1:]
    assert isinstance(report, Report) and isinstance(report.event, DigitsGathered)
    assert report.event.digits == "01234567890123456789012345678901"
    assert short(leg.receive(MENU, START)[0]) == "play 1"


def test_the_finish_key_after_a_full_gather_is_not_the_next_answer() -> None:
    """`123#` where three are enough: the # belongs to them, if it comes as soon as a key would."""
    assert told([CARD, *keys("123#"), MENU])[-2:] == ["4 gathered '123' by max_digits", "play 2"]
    assert told([CARD, *keys("123"), MENU, *keys("#1")])[-3:] == ["play 2", "stop 2", "3 gathered '1' by max_digits"]
    assert told([CARD, *keys("123"), MENU, *keys("#")], apart=3)[-1] == "3 gathered '#' by max_digits"
    assert told([*keys("123#1"), CARD, MENU])[-1] == "3 gathered '1' by max_digits"
    assert told([CARD, *keys("1231"), MENU])[-1] == "3 gathered '1' by max_digits"


def test_keys_show_in_no_text_about_a_leg() -> None:
    leg = Leg("a", answered=True)
    leg.receive(Perform(Gather(id="1", leg="a", max_digits=4, secret=True)), START)
    actions = [action for key in keys("7391") for action in leg.receive(key, START)]
    assert leg.doing is Doing.IDLE
    assert not any(key in f"{leg!r}" for key in "7391")
    assert "7391" not in f"{actions!r} {keys('7391')!r}"


def test_events_carry_the_time_of_what_happened() -> None:
    leg = Leg("a", answered=True)
    leg.receive(SAY, START)
    (report,) = leg.receive(PlaybackEnded(1), START + timedelta(seconds=2))
    assert isinstance(report, Report) and report.event.at == START + timedelta(seconds=2)
