"""Carries out `Lookup` and `WriteSource`.

A question only reads: what it cannot get is answered at once, for a caller may be waiting. A write-back has a key, by
which it happens once however often it is tried; so it is tried again until it is known what became of it, or patience
is over. What nobody will ever know is `Unknown`, and is not tried again.
"""

from __future__ import annotations

from engine.adapters.gateway import Carried, NotNow, Refused, Surroundings, Unsure
from engine.adapters.source.config import SourceGatewayConfig
from engine.commands import Command, Lookup, WriteSource
from engine.events import CommandFailed, LookupAnswered, SourceWritten
from engine.secret import revealed


class SourceGateway:
    """The way to all sources of an organisation."""

    def __init__(self, config: SourceGatewayConfig, surroundings: Surroundings) -> None:
        self._desk = surroundings.sources
        self._patience = config.patience
        self._may_act = surroundings.may_act

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Ask, or write back."""
        if self._desk is None or not isinstance(command, Lookup | WriteSource):
            raise Refused(f"this gateway makes no {command.type}")
        if isinstance(command, Lookup):
            try:
                rows = await self._desk.ask(command.source, command.query, revealed(command.parameters))
            except (NotNow, Refused, Unsure) as error:
                return Carried(event=CommandFailed(command_id=command.id, reason=error.reason))
            return Carried(event=LookupAnswered(command_id=command.id, rows=rows))
        done = await self._desk.write(
            command.source, command.statement, command.parameters, key, patience=self._patience, may_act=self._may_act
        )
        return Carried(
            event=SourceWritten(command_id=command.id, refused=done.refused, reason=done.reason),
            reference=done.reference,
        )  # fmt: skip

    async def close(self) -> None:
        """Let the sources that were opened for it go."""
        if self._desk is not None:
            await self._desk.close()
