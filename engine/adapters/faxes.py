"""What a telephony adapter needs of whoever keeps faxes that come in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

import msgspec

Medium = Literal["audio", "t38", ""]


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """What the line says of a fax that has come in, whole or not."""

    whole: bool
    pages: int = 0
    station: str = ""
    medium: Medium = ""
    rate: int = 0
    fault: str = ""


class FaxNotKept(Exception):
    """A fax is lost, or has not come in whole; the text says why, for people."""


class FaxKeeper(Protocol):
    """Keeps faxes that have come in."""

    async def keep_fax(self, leg: str, file: Path, arrived: Arrived) -> str:
        """Keep the pages in this file, and remove it; the asset's id. Raises FaxNotKept.

        A fax that has broken off is kept as well, as far as it has come, and FaxNotKept is raised.
        """

    def adopt_faxes(self, folder: Path, busy: set[str]) -> int:
        """In a thread: keep what lies in Asterisk's folder from before, but for these legs; how many it was."""
