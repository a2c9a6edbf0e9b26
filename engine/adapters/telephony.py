"""What the host and a telephony adapter are to each other.

The adapter knows telephones and no flows; the host knows sessions and no sockets. Between them stand commands and
events.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from engine.commands import CallCommand
from engine.events import AnyEvent, CallOffered


class LegFound(msgspec.Struct, frozen=True, kw_only=True):
    """A live party that was there when the adapter connected."""

    leg: str
    caller: str = ""
    called: str = ""
    answered: bool = False


class Listener(Protocol):
    """The host, as the adapter sees it. Every method is called on the event loop and returns at once."""

    def legs_found(self, legs: Sequence[LegFound]) -> None:
        """After each connect: every party that is live in our application, in no order."""

    def leg_offered(self, event: CallOffered) -> None:
        """Somebody calls."""

    def leg_event(self, leg: str, event: AnyEvent) -> None:
        """Something happened to a party: the answer to a command, or its end."""

    def replaced(self) -> None:
        """Another engine took the application: drop everything, never reconnect."""

    def may_act(self) -> bool:
        """Whether this engine still holds its lease; asked before each command that goes out."""


class Telephony(Protocol):
    """Telephones, as the host sees them."""

    async def run(self) -> None:
        """Connect, and reconnect with back-off, until `close` is called."""

    def perform(self, command: CallCommand, reference: str) -> None:
        """Begin what the command asks for; its outcome comes as an event.

        `reference` is unique over all sessions and engines' lives, and names what is played.
        """

    async def close(self) -> None:
        """Leave the telephones as they are, and go."""
