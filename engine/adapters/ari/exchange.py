"""What the parts of the adapter are to each other.

Most of them do one thing for many legs (record, play under the talk, take faxes …) and need the connection alone: the
`Exchange`. A line, a call on its way and the switchboard stand between them all: to them it is the `Telephones`.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import structlog

from engine.adapters.ari.client import Then
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.translate import Request
from engine.adapters.prompts import Prompts
from engine.adapters.telephony import Outgoing, Told
from engine.commands import LegCommand, PlayBackground, RecordCall
from engine.events import AnyEvent, CommandDone, CommandFailed

if TYPE_CHECKING:
    from engine.adapters.ari.legs import Legs
    from engine.adapters.ari.media import Media
    from engine.adapters.parties import Parties

_log = structlog.get_logger()


class Exchange(Protocol):
    """The connection, and the host at the other side of it."""

    prompts: Prompts

    @property
    def application(self) -> str:
        """Our name at Asterisk."""

    @property
    def events_url(self) -> str:
        """Where we are connected."""

    def send(self, request: Request, then: Then | None = None) -> None:
        """Send to Asterisk, if we still may."""

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host."""


class Telephones(Exchange, Protocol):
    """All parts of the adapter."""

    media: Media
    parties: Parties
    legs: Legs

    def perform(self, command: LegCommand, reference: str) -> None:
        """A command to a leg."""

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call somebody; False if nothing has gone out."""


def answer(exchange: Exchange, command: RecordCall | PlayBackground, wrong: str = "") -> None:
    """Tell what became of a command, as soon as whoever gave it has done with it."""
    at = datetime.now(UTC)
    failed = CommandFailed(at=at, command_id=command.id, reason=wrong) if wrong else None
    event = failed or CommandDone(at=at, command_id=command.id)
    asyncio.get_running_loop().call_soon(exchange.report, command.leg, event)


def unless_gone(what: str) -> Then:
    """For what is asked in passing: that somebody has gone meanwhile is no news, anything else is a warning."""

    def then(error: AriError | None, _: str) -> None:
        if error is not None and not isinstance(error, (AriGone, AriUnreachable)):
            _log.warning(what, reason=str(error))

    return then
