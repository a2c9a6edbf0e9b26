"""Faxes as tables: what Asterisk says of them, what is heard of who answers, and the leg that takes one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine.adapters.ari import faxes
from engine.adapters.ari.fax_sound import is_machine
from engine.adapters.ari.messages import ChannelName, ChannelUserevent
from engine.adapters.faxes import Arrived
from engine.adapters.leg import (
    Doing,
    DropFax,
    EndCall,
    FaxFailed,
    FaxTaken,
    FaxToneHeard,
    Input,
    Leg,
    PartyGone,
    Perform,
    Play,
    Report,
    StopPlayback,
    TakeFax,
)
from engine.commands import Gather, HangUp, ReceiveFax, Say
from engine.events import CallEnded, CommandFailed, FaxReceived, FaxToneDetected

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
RATE = 8000


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("SUCCESS|2|14400|audio|HANGUP|FAR END", Arrived(whole=True, pages=2, rate=14400, medium="audio", station="FAR END")),
        ("SUCCESS|1|9600|T38||", Arrived(whole=True, pages=1, rate=9600, medium="t38")),
        ("FAILED|1|14400|audio|HANGUP|", Arrived(whole=False, pages=1, rate=14400, medium="audio", fault="broke_off")),
        ("FAILED||||3RD_T2_TIMEOUT|", Arrived(whole=False, fault="3rd_t2_timeout")),
        ("|||||", None), ("", None), ("SUCCESS", None),
    ],
)  # fmt: skip
def test_how_a_fax_went(written: str, expected: Arrived | None) -> None:
    event = ChannelUserevent("CallweaveFax", {"over": written}, ChannelName("a"))
    assert faxes.over(event) == expected
    assert faxes.over(ChannelUserevent("Other", {"over": written})) is None


def test_names_of_files_tell_their_leg() -> None:
    assert faxes.leg_of_file(faxes.in_name("12-3")) == "12-3"
    assert faxes.listened_to(faxes.heard_name("12-3")) == "12-3"
    assert faxes.leg_of_file("12-3-s1.wav") is None
    assert faxes.listened_to("12-3-rc1i") is None


def tone(hertz: float, seconds: float) -> npt.NDArray[np.float64]:
    return 8000 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)


def baud300(seconds: float) -> npt.NDArray[np.float64]:
    """V.21's flags: 01111110 over and over, 1,650 hertz for a 1 and 1,850 for a 0."""
    bits = np.tile([0, 1, 1, 1, 1, 1, 1, 0], int(seconds * 300 / 8) + 1)[: int(seconds * 300)]
    hertz = np.where(np.repeat(bits, RATE // 300 + 1), 1650.0, 1850.0)
    return 8000 * np.sin(2 * np.pi * np.cumsum(hertz) / RATE)


def voice(seconds: float) -> npt.NDArray[np.float64]:
    """Something like vowels: a pitch that changes, and its overtones."""
    time = np.arange(int(RATE * seconds)) / RATE
    pitch = 2 * np.pi * np.cumsum(140 + 40 * np.sin(2 * np.pi * 1.3 * time)) / RATE
    return sum(3000 / number * np.sin(number * pitch) for number in range(1, 16)) * (1 + np.sin(2 * np.pi * 3 * time))


QUIET = np.zeros(RATE * 2)


@pytest.mark.parametrize(
    ("sound", "machine"),
    [
        ([QUIET, tone(2100, 2.6), QUIET], True), ([QUIET, baud300(1.2), QUIET], True),
        ([QUIET, tone(2100, 2.6) * 0.05], True),
        ([QUIET], False), ([voice(12)], False), ([tone(1700, 3)], False), ([tone(440, 5)], False), ([tone(425, 9)], False),
        ([tone(2100, 0.2), QUIET], False), ([np.zeros(0)], False), ([np.random.default_rng(1).normal(0, 2000, RATE * 9)], False),
    ],
)  # fmt: skip
def test_a_machine_is_told_from_a_person(tmp_path: Path, sound: list[npt.NDArray[np.float64]], machine: bool) -> None:
    soundfile.write(tmp_path / "heard.wav", np.concatenate(sound).astype(np.int16), RATE, subtype="PCM_16")
    assert is_machine(tmp_path / "heard.wav") is machine


TAKE = Perform(ReceiveFax(id="7", leg="a"))
TAKEN, FAILED = FaxTaken(1, "fax-1", 2, "FAR"), FaxFailed(1, "broken off")
RECEIVED = Report(FaxReceived(at=AT, command_id="7", asset="fax-1", pages=2, station="FAR"))
BROKEN = Report(CommandFailed(at=AT, command_id="7", reason="broken off"))
ENDED = Report(CallEnded(at=AT, leg="a", cause="normal"))
GONE = PartyGone("normal")


@pytest.mark.parametrize(
    ("happenings", "last"),
    [
        ([TAKE], [TakeFax(1, ReceiveFax(id="7", leg="a"))]),
        ([TAKE, TAKEN], [RECEIVED]), ([TAKE, FAILED], [BROKEN]),
        ([TAKE, GONE], []), ([TAKE, GONE, TAKEN], [RECEIVED, ENDED]), ([TAKE, GONE, FAILED], [BROKEN, ENDED]),
        ([TAKE, TAKEN, GONE], [ENDED]),
        ([TAKE, Perform(HangUp(id="8", leg="a"))], [DropFax(1), EndCall("normal")]),
        ([TAKE, Perform(HangUp(id="8", leg="a")), TAKEN], []),
        ([TAKE, FaxToneHeard()], []),
        ([FaxToneHeard()], [Report(FaxToneDetected(at=AT, leg="a"))]),
    ],
)  # fmt: skip
def test_a_leg_that_takes_a_fax(happenings: list[Input], last: list[object]) -> None:
    leg = Leg("a", answered=True)
    *before, now = happenings
    for happening in before:
        leg.receive(happening, AT)
    assert leg.receive(now, AT) == last


def test_a_tone_cuts_off_what_is_asked() -> None:
    leg = Leg("a", answered=True)
    [play] = leg.receive(Perform(Gather(id="3", leg="a", prompt=(Say(text="One?", language="en"),))), AT)
    assert isinstance(play, Play)
    assert leg.receive(FaxToneHeard(), AT) == [StopPlayback(1), Report(FaxToneDetected(at=AT, leg="a"))]
    assert leg.doing is Doing.IDLE
