"""The person at the other end, while a flow is played: which keys he presses, what he says and writes, by the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.campaigns.answers import Answered, World
from engine.commands import Gather, Listen
from engine.events import DigitsGathered, MessageReceived, SpeechHeard
from engine.session import Session

LATER_CALLS = 100
"""Numbers of the calls that a session makes after its first: apart from those of further attempts."""
_ANSWERS = 1_000_000


class Callee:
    """One person; `number` is what his chance is drawn for."""

    def __init__(self, world: World, number: int) -> None:
        self._world, self._number, self._drawn = world, number, 0

    def called_again(self, at: datetime, session: Session) -> Answered:
        """How a later call of the same session is answered."""
        self._drawn += 1
        return self._world.answer(self._number, LATER_CALLS + self._drawn, at, session.zone)

    def presses(self, command: Gather, session: Session) -> tuple[float, DigitsGathered]:
        """After how many seconds from the prompt's end, and which keys: at a menu one of its choices."""
        choices = [choice.key for choice in _choices(session) if hasattr(choice, "key")]
        keys = self._pick(choices if choices and command.max_digits == 1 else ["1" * max(command.min_digits, 1)])
        if not keys:
            return command.timeout, DigitsGathered(command_id=command.id, ended_by="timeout")
        return 1.0 + 0.5 * len(keys), DigitsGathered(command_id=command.id, digits=keys)

    def says(self, command: Listen) -> SpeechHeard:
        """One of the phrases, or nothing."""
        said = self._pick([phrase.label for phrase in command.phrases])
        return SpeechHeard(command_id=command.id, label=said, text=said, spoke=bool(said))

    def writes(self, at: datetime, session: Session) -> tuple[float, MessageReceived] | None:
        """A text that answers the question at which the session stands, and after how long; None if he does not."""
        listens = [key for kind, key in session.run.listens if kind == "message"]
        if not listens:
            return None
        choices = [next(iter(choice.words), "1") for choice in _choices(session) if hasattr(choice, "words")]
        said = self._pick(choices or ["OK"])
        seconds = self._world.model.reply_seconds * (0.2 + 1.6 * self._chance())
        if not said or (session.wake_at is not None and at + timedelta(seconds=seconds) >= session.wake_at):
            return None
        return seconds, MessageReceived(text=said, sender=listens[0])

    def _pick(self, of: Sequence[str]) -> str:
        """One of these, or nothing as often as people say nothing."""
        if not of or self._chance() >= self._world.model.key_share:
            return ""
        return of[int(self._chance() * len(of))]

    def _chance(self) -> float:
        self._drawn += 1
        return self._world.chance(self._number, _ANSWERS, self._drawn)


def _choices(session: Session) -> Sequence[Any]:
    """The choices of the node at which the session stands."""
    place = session.here.places.get(session.node or "")
    return () if place is None else getattr(place.node.config, "choices", ())
