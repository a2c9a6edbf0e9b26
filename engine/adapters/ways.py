"""The way out to a number: by which trunk a call leaves, what Asterisk is to dial there, and what the other side sees.

A trunk carries only so many calls at once and so many new ones a second, over all engines. So whoever is about to call
asks for a way first: it comes with a slot of its trunk, kept under the leg's name until it is freed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

import msgspec

BROWSER = "browser-"
"""How the number of a browser's telephone begins (`engine/adapters/ari/browser_phones.py`)."""
BROWSER_NUMBER = rf"{BROWSER}[0-9a-f]{{32}}"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A slot of a trunk, taken for this leg: free it when the leg has ended, however it ended."""

    leg: str
    trunk: str
    endpoint: str
    """What Asterisk dials, such as `PJSIP/13800000000@local`."""
    caller_id: str = ""
    """What the other side sees; empty: whatever the trunk puts there."""
    record_early: bool = False
    """Whether what is heard before the answer is kept of calls that fail."""


class NoWay(msgspec.Struct, frozen=True, kw_only=True):
    """This number is not called: none of the trunks may or can. Asking again does not help."""

    fate: Literal["failed"] = "failed"
    reason: str = ""


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """The trunk is full, or called too often just now: ask again after so many seconds."""

    seconds: float


class Ways(Protocol):
    """Finds ways out. Every party that is called, by whatever node, gets its leg by it."""

    async def find(
        self, tenant: str, to: str, *, leg: str, caller_id: str = "", trunk: str = "", tried: Sequence[str] = ()
    ) -> Way | NoWay | Later:
        """Take a slot for this leg on the first trunk that fits the number; `tried` have had trouble with this call.

        `trunk` names the only one that is wanted, `caller_id` what the flow wants to be seen.
        """

    async def free(self, leg: str) -> None:
        """Give the leg's slot back; nothing happens if it has none."""

    async def reconcile(self, there: Collection[str]) -> None:
        """Only these legs are there: give back the slots that are kept for others on this Asterisk."""


class LocalWays:
    """One trunk, `local`, without limits: calls go to a SIP peer on this machine."""

    async def find(
        self, tenant: str, to: str, *, leg: str, caller_id: str = "", trunk: str = "", tried: Sequence[str] = ()
    ) -> Way | NoWay | Later:
        """The trunk `local`, once."""
        if trunk not in ("", "local"):
            return NoWay(reason=f"there is no trunk {trunk!r}")
        if "local" in tried:
            return NoWay(reason="no other trunk")
        return Way(leg=leg, trunk="local", endpoint=f"PJSIP/{to}@local", caller_id=caller_id)

    async def free(self, leg: str) -> None:
        """Nothing is kept."""

    async def reconcile(self, there: Collection[str]) -> None:
        """Nothing is kept."""
