"""What a telephony adapter needs of whoever keeps recordings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal, Protocol

import msgspec

RecordingKind = Literal["speech", "call", "room", "early"]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that is kept; no asset if there was nothing to hear."""

    asset: str = ""
    seconds: float = 0.0


class NotKept(Exception):
    """A recording is lost; the text says why, for people."""


class Keeper(Protocol):
    """Keeps recordings of parties."""

    async def keep(self, leg: str, kind: RecordingKind, files: Sequence[Path]) -> Kept:
        """Keep what was recorded of a leg, and remove the files. Of two files each is one side of the call: what the
        party said, and what it heard. Raises NotKept; the files stay then.
        """

    def adopt(self, folder: Path, busy: Collection[str]) -> int:
        """In a thread: keep what lies in Asterisk's folder from before, but for these legs; how many it was."""
