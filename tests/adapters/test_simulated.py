"""The stand-in for Asterisk: callers made of data, the same rules."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from engine.adapters.simulated import Press, SimulatedTelephony
from engine.commands import (
    Answer,
    Dial,
    Gather,
    HangUp,
    JoinConference,
    Listen,
    Phrase,
    PlayBackground,
    PlayPrompt,
    Say,
)
from engine.events import (
    CallAnswered,
    CallEnded,
    CommandDone,
    ConferenceEnded,
    DialEnded,
    DigitsGathered,
    PlaybackFinished,
    SpeechHeard,
)
from tests.adapters.listener import Told

HELLO = (Say(text="Hello", language="en"),)


def played(scene: Callable[[SimulatedTelephony, Told], Awaitable[None]]) -> None:
    async def main() -> None:
        told = Told()
        telephony = SimulatedTelephony(told, prompts="at_once")
        running = asyncio.create_task(telephony.run())
        assert await told.stock_taken() == []
        await scene(telephony, told)
        await telephony.close()
        await asyncio.wait_for(running, 5)

    asyncio.run(main())


def test_a_call_is_answered_asked_and_ended() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001", "13900000001", keys=[Press("12#")])
        offer = await told.offer()
        assert (offer.called, offer.caller) == ("7001", "13900000001")
        telephony.perform(Answer(id="1", leg=call.leg), "s-1-1")
        assert (await told.event(CallAnswered)).command_id == "1"
        telephony.perform(PlayPrompt(id="2", leg=call.leg, prompt=HELLO), "s-1-2")
        assert not (await told.event(PlaybackFinished)).interrupted
        telephony.perform(Gather(id="3", leg=call.leg, prompt=HELLO, max_digits=4, finish_key="#"), "s-1-3")
        gathered = await told.event(DigitsGathered)
        assert (gathered.digits, gathered.ended_by) == ("12", "finish_key")
        assert call.heard == [HELLO, HELLO]
        telephony.perform(HangUp(id="4", leg=call.leg, cause="busy"), "s-1-4")
        assert await call.until_ended() == "busy"
        telephony.perform(PlayPrompt(id="5", leg=call.leg, prompt=HELLO), "s-1-5")
        await asyncio.sleep(0)
        assert [type(event) for event in told.of(call.leg)].count(CallEnded) == 1

    played(scene)


def test_a_caller_who_waits_gets_the_time_out_and_one_who_gives_up_an_end() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001")
        telephony.perform(Gather(id="1", leg=call.leg, timeout=0.02), "s-1-1")
        assert (await told.event(DigitsGathered)).ended_by == "timeout"
        telephony.perform(Gather(id="2", leg=call.leg, timeout=5), "s-1-2")
        telephony.press(call.leg, "7")
        assert (await told.event(DigitsGathered, number=1)).digits == "7"
        impatient = telephony.place_call("7001", hang_up_after=0.01)
        assert await impatient.until_ended() == "cancelled"

    played(scene)


def test_keys_at_their_times_and_a_leg_that_is_not_there() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001", keys=[Press("1", after=0.02), Press("2", after=0.02)])
        telephony.perform(Gather(id="1", leg=call.leg, max_digits=2, digit_timeout=5), "s-1-1")
        assert (await told.event(DigitsGathered)).digits == "12"
        telephony.perform(Answer(id="2", leg="nobody"), "s-1-2")
        assert (await told.event(CallEnded, "nobody")).cause == "lost"

    played(scene)


def test_without_the_lease_nothing_is_done() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001")
        told.fenced = True
        telephony.perform(Answer(id="1", leg=call.leg), "s-1-1")
        await asyncio.sleep(0.02)
        assert not call.answered and not told.events

    played(scene)


def test_a_prompt_lasts_about_as_long_as_speech() -> None:
    async def main() -> None:
        telephony = SimulatedTelephony(Told())
        assert 1.0 < telephony.seconds((Say(text="您好，请按一。", language="zh-CN"),)) < 3.0
        assert 0.5 < telephony.seconds((Say(text="Press one, please.", language="en"),)) < 3.0

    asyncio.run(main())


def test_a_dial_is_joined_and_ends_as_the_callee_does() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001", "13900000001")
        telephony.callee("8002", "busy")
        telephony.perform(Dial(id="1", leg=call.leg, to=("8002", "8001"), in_turn=True), "s-1-1", "main")
        ended = await told.event(DialEnded)
        assert (ended.command_id, ended.fate, ended.to) == ("1", "completed", "8001")
        telephony.callee("8001", "no_answer")
        telephony.perform(Dial(id="2", leg=call.leg, to=("8002", "8001"), ring_seconds=0.05), "s-1-2", "main")
        assert (await told.event(DialEnded, number=1)).fate == "no_answer"
        assert {(news.to, news.state) for news in told.parties} >= {("8001", "answered"), ("8001", "ended")}

    played(scene)


def test_a_room_and_who_is_invited() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001", "13900000001")
        telephony.callee("8002", "busy")
        telephony.perform(JoinConference(id="1", leg=call.leg, room="ward", invite=("8002",)), "s-1-1", "main")
        ended = await told.event(ConferenceEnded)
        assert (ended.fate, ended.invited) == ("nobody", {"8002": "busy"})
        other = telephony.place_call("7001", "13900000002")
        for leg in (call.leg, other.leg):
            telephony.perform(JoinConference(id="2", leg=leg, room="ward", role="moderator"), "s-1-2", "main")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [member.number for member in told.rooms[-1].members] == ["13900000001", "13900000002"]
        other.press("*1*2")
        assert told.rooms[-1].locked and told.rooms[-1].members[1].muted
        call.press("*9")
        assert (await told.event(ConferenceEnded, other.leg)).cause == "closed"

    played(scene)


def test_a_caller_says_something_presses_a_key_or_neither_over_a_background_sound() -> None:
    async def scene(telephony: SimulatedTelephony, told: Told) -> None:
        call = telephony.place_call("7001")
        telephony.perform(PlayBackground(id="1", leg=call.leg, audio="rain"), "s-1-1")
        assert (await told.event(CommandDone)).command_id == "1"
        phrases = (Phrase(label="客服", words=("人工", "转人工")),)

        def ask(number: str, timeout: float = 5) -> None:
            telephony.perform(Listen(id=number, leg=call.leg, prompt=HELLO, phrases=phrases, timeout=timeout), number)

        ask("2")
        telephony.say(call.leg, "转人工")
        heard = await told.event(SpeechHeard)
        assert (heard.command_id, heard.label, heard.text, heard.spoke) == ("2", "客服", "转人工", True)
        telephony.say(call.leg, "人工")  # nobody listens
        ask("3")
        telephony.say(call.leg, "天气")
        assert (await told.event(SpeechHeard, number=1)).label == ""
        ask("4", timeout=0.02)
        silence = await told.event(SpeechHeard, number=2)
        assert (silence.command_id, silence.text, silence.spoke) == ("4", "", False)
        ask("5")
        telephony.press(call.leg, "1")
        assert (await told.event(DigitsGathered)).digits == "1"
        telephony.press(call.leg, "2")  # typed ahead
        ask("6")
        assert (await told.event(DigitsGathered, number=1)).digits == "2"
        ask("7")
        call.hang_up()
        await told.event(CallEnded)
        assert len([event for event in told.of(call.leg) if isinstance(event, SpeechHeard)]) == 3

    played(scene)
