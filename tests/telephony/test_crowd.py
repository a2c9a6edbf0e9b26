"""Many calls at once through the adapter, by SIPp: every key of every call, and nothing left over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.adapters.ari import AriTelephony
from engine.adapters.quality import Quality
from engine.adapters.telephony import LegFound
from engine.commands import Answer, Gather, HangUp
from engine.events import AnyEvent, CallAnswered, CallEnded, CallOffered, DigitsGathered
from tests.telephony.crowd import Crowd
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.scene import LONG, SHORT, Tones


class Clerk:
    """A listener that asks each caller for three keys and hangs up."""

    def __init__(self) -> None:
        self.telephony: AriTelephony
        self.keys: dict[str, list[str]] = {}
        self.callers: dict[str, str] = {}
        self.ended: list[tuple[str, str]] = []

    def legs_found(self, legs: Sequence[LegFound]) -> None:
        assert not legs

    def leg_offered(self, event: CallOffered) -> None:
        self.callers[event.leg] = event.caller
        self.keys[event.leg] = []
        self.telephony.perform(Answer(id="0", leg=event.leg), "x")

    def leg_event(self, leg: str, event: AnyEvent) -> None:
        match event:
            case CallAnswered():
                self._ask(leg)
            case DigitsGathered(digits=digits):
                self.keys[leg].append(digits)
                self._ask(leg)
            case CallEnded(cause=cause):
                self.ended.append((leg, cause))
            case _:
                raise AssertionError(event)

    def _ask(self, leg: str) -> None:
        number = len(self.keys[leg])
        prompt = SHORT if number == 0 else LONG
        if number < 3:
            self.telephony.perform(Gather(id=str(number), leg=leg, prompt=prompt, timeout=5), "x")
        else:
            self.telephony.perform(HangUp(id="9", leg=leg), "x")

    def leg_measured(self, leg: str, quality: Quality) -> None:
        """Not looked at."""

    def leg_gone(self, leg: str) -> None:
        return

    def replaced(self) -> None:
        raise AssertionError("replaced")

    def may_act(self) -> bool:
        return True


@pytest.mark.parametrize("scenario", ["three_keys_info", "three_keys_rtp"])
def test_a_hundred_calls(asterisk: LocalAsterisk, tmp_path: Path, scenario: str) -> None:
    calls = 100
    lines = [
        ("7001", f"{13800000000 + n}", *(f"{n:03d}" if scenario.endswith("info") else "123")) for n in range(calls)
    ]

    async def main() -> Clerk:
        clerk = Clerk()
        tones = Tones(tmp_path)
        clerk.telephony = AriTelephony(asterisk.ari, clerk, tones)
        running = asyncio.create_task(clerk.telephony.run())
        crowd = Crowd(asterisk.sip_port, tmp_path / "sipp")
        outcome = await asyncio.to_thread(crowd.run, scenario, lines, rate=25, pause=0.4)
        await clerk.telephony.close()
        await running
        assert (outcome.successful, outcome.failed) == (calls, 0), str(outcome)
        assert not tones.held
        return clerk

    clerk = asyncio.run(main())
    assert {clerk.callers[leg]: "".join(keys) for leg, keys in clerk.keys.items()} == {
        line[1]: "".join(line[2:]) for line in lines
    }
    assert sorted(leg for leg, _ in clerk.ended) == sorted(clerk.keys), "each call ended once"
    assert {cause for _, cause in clerk.ended} == {"normal"}
    assert asterisk.channels() == "[]"
