"""What is said to one party while it is among others, and what it answers."""

from __future__ import annotations

import asyncio

import msgspec

from engine.adapters.parties.board import Switchboard
from engine.commands import Gather, PlayPrompt
from engine.events import AnyEvent

ASIDE = "aside-"


class Asides:
    """Gives each aside an id of its own, and its answer to whoever asked."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._asked = 0
        self._answers: dict[str, asyncio.Future[AnyEvent]] = {}

    async def ask(self, command: PlayPrompt | Gather) -> AnyEvent:
        """Say or ask something. Never answered if the party goes meanwhile: whoever asks is cancelled then."""
        self._asked += 1
        identity = f"{ASIDE}{self._asked}"
        answer: asyncio.Future[AnyEvent] = asyncio.get_running_loop().create_future()
        self._answers[identity] = answer
        try:
            self._board.aside(msgspec.structs.replace(command, id=identity))
            return await answer
        finally:
            self._answers.pop(identity, None)

    def took(self, event: AnyEvent) -> bool:
        """Whether this answers an aside."""
        identity: str = getattr(event, "command_id", "")
        if not identity.startswith(ASIDE):
            return False
        answer = self._answers.get(identity)
        if answer is not None and not answer.done():
            answer.set_result(event)
        return True
