"""Keys that no question waits for: typed ahead of it by who knows the way, or once too often after it."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from engine.adapters.leg.inputs import KeyPressed

if TYPE_CHECKING:
    from engine.adapters.leg.machine import Leg

TYPE_AHEAD = 32
"""Keys kept for a question that is yet to come; later ones are lost."""


class Keys:
    """What one party has typed, and nobody has taken yet."""

    __slots__ = ("_ahead", "_forgive", "_until")

    def __init__(self) -> None:
        self._ahead: deque[str] = deque()
        self._forgive = ""
        self._until: datetime | None = None

    def __bool__(self) -> bool:
        """Whether anything was typed ahead."""
        return bool(self._ahead)

    def keep(self, key: str, at: datetime) -> None:
        """Keep a key for the next question."""
        if not self.forgiven(key, at) and len(self._ahead) < TYPE_AHEAD:
            self._ahead.append(key)

    def take(self) -> str:
        """The first one that was typed ahead, if any; it is kept no longer."""
        return self._ahead.popleft() if self._ahead else ""

    def clear(self) -> None:
        """They are for nothing."""
        self._ahead.clear()

    def forgive(self, finish_key: str, until: datetime) -> None:
        """A question had all its keys before its finish key, which may still follow: `12345678#` where eight do."""
        self._forgive, self._until = finish_key, until

    def forgiven(self, key: str, at: datetime) -> bool:
        """Whether this is such a finish key; only the next key can be one."""
        until, self._until = self._until, None
        return until is not None and key in self._forgive and at <= until

    def skip_forgiven(self, at: datetime) -> None:
        """Leave out such a finish key that was typed ahead as well."""
        if self._ahead and self.forgiven(self._ahead[0], at):
            self._ahead.popleft()


def keep(leg: Leg, happening: KeyPressed, at: datetime) -> None:
    """Nothing waits for a key: it is for what follows."""
    leg.keys.keep(happening.key, at)
