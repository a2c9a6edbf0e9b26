"""The rules of a leg, as a table: what it is doing, what happens, and the function that says what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.adapters.leg import asked, calling, fax, gathering, keys, listening, others, playing, recording
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

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg

    Transition = Callable[[Leg, Any, datetime], None]


_ALIVE = [doing for doing in Doing if doing not in (Doing.KEEPING, Doing.GONE)]
_BUSY = [doing for doing in _ALIVE if doing is not Doing.LEAVING]

TRANSITIONS: dict[tuple[Doing, type[Input]], Transition] = {
    **{(doing, PartyGone): calling.gone for doing in _ALIVE},
    **{(doing, Perform): asked.perform for doing in _ALIVE},
    **{(doing, AnswerFailed): calling.answer_lost for doing in _ALIVE},
    **{(doing, Withdraw): asked.withdraw for doing in _BUSY},
    **{(doing, OthersLeft): others.left for doing in _BUSY},
    **{(doing, Aside): others.aside for doing in _BUSY},
    **{(doing, AsideDropped): others.drop_aside for doing in _BUSY},
    **{(doing, FaxToneHeard): fax.tone for doing in _BUSY if doing is not Doing.FAXING},
    (Doing.IDLE, KeyPressed): keys.keep,
    (Doing.JOINED, KeyPressed): others.pass_key,
    (Doing.ANSWERING, KeyPressed): keys.keep,
    (Doing.ANSWERING, Answered): calling.answered,
    (Doing.ANSWERING, AnswerFailed): calling.not_answered,
    (Doing.PLAYING, KeyPressed): playing.key,
    (Doing.PLAYING, PlaybackEnded): playing.heard,
    (Doing.PLAYING, PlaybackFailed): playing.not_heard,
    (Doing.PROMPTING, KeyPressed): gathering.key,
    (Doing.PROMPTING, PlaybackEnded): gathering.prompt_heard,
    (Doing.PROMPTING, PlaybackFailed): playing.not_heard,
    (Doing.FIRST_KEY, KeyPressed): gathering.key,
    (Doing.FIRST_KEY, TimerFired): gathering.timed_out,
    (Doing.NEXT_KEY, KeyPressed): gathering.key,
    (Doing.NEXT_KEY, TimerFired): gathering.timed_out,
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
    (Doing.SAID, KeyPressed): keys.keep,
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
    (Doing.LEAVING, Perform): calling.hang_up_again,
}
"""The rules, one line each. A pair that does not stand here changes nothing."""
