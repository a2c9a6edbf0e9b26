"""When what is said is left out of a recording: as soon as Asterisk has done it, and not before."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from engine.adapters.ari import recordings
from engine.adapters.ari.call_recording import CallRecorder
from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Exchange
from engine.adapters.ari.shelf import Shelf
from engine.adapters.ari.translate import Request
from engine.commands import RecordCall
from engine.events import AnyEvent, CommandDone, CommandFailed

LEG = "1700000000.1"


class Asked:
    """Implements the part of `Exchange` that a recorder needs: it keeps what is asked until a test answers."""

    def __init__(self) -> None:
        self.requests: list[tuple[Request, Then]] = []
        self.told: list[AnyEvent] = []

    def send(self, request: Request, then: Then | None = None) -> None:
        assert then is not None
        self.requests.append((request, then))

    def report(self, leg: str, event: AnyEvent) -> None:
        self.told.append(event)

    async def answer(self, *errors: AriError | None) -> None:
        for error in errors:
            self.requests.pop(0)[1](error, "")
        await asyncio.sleep(0)


async def hiding() -> Asked:
    """A call that an earlier engine records, about to be hidden."""
    asked = Asked()
    recorder = CallRecorder(cast(Exchange, asked), cast(Shelf, SimpleNamespace(is_there=True)))
    recorder.found(recordings.call_names(LEG, 1))
    recorder.perform(RecordCall(id="1", leg=LEG, action="hide"))
    await asyncio.sleep(0)
    return asked


@pytest.mark.parametrize(
    ("last", "becomes"),
    [(None, CommandDone), (AriGone("Recording not found"), CommandDone), (AriError("busy"), CommandFailed)],
    ids=["done", "a side has gone", "refused"],
)
def test_it_is_hidden_when_the_last_side_is(last: AriError | None, becomes: type[Any]) -> None:
    async def main() -> None:
        asked = await hiding()
        assert [request.method for request, _ in asked.requests] == ["DELETE", "DELETE", "POST"] * 2
        await asked.answer(*[None] * 5)
        assert asked.told == [], "one side is still heard"
        await asked.answer(last)
        (told,) = asked.told
        assert isinstance(told, becomes) and told.command_id == "1"
        if isinstance(told, CommandFailed):
            assert told.reason == "the recording cannot be changed: busy"

    asyncio.run(main())


def test_a_connection_that_broke_has_hidden_nothing() -> None:
    async def main() -> None:
        asked = await hiding()
        await asked.answer(*[AriUnreachable("not connected")] * 6)
        assert asked.told == [], "the next connection is asked again"

    asyncio.run(main())
