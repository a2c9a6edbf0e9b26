"""What a telephony adapter needs of whoever makes prompts into sound files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.commands import Audio, Part


class PromptFailed(Exception):
    """A prompt cannot be made into sound; the text says why, for people."""


class Prompts(Protocol):
    """Makes prompts into sound files and keeps them while they are played."""

    def at_hand(self, parts: Sequence[Part]) -> list[str] | None:
        """The files, as absolute paths without extension, if all of them are made already. Held until `release`."""

    async def media(self, parts: Sequence[Part]) -> list[str]:
        """The files, made if need be; raises PromptFailed. Held until `release`."""

    async def quieter(self, part: Audio, volume: int) -> str:
        """The file of a recording at a volume in percent of its own; raises PromptFailed. Held until `release`."""

    def release(self, clips: Sequence[str]) -> None:
        """These files are not needed any longer: they may make room for others."""
