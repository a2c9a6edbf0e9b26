"""Commands that are answered at once, in the turn that asks: nothing outside the session has to do with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.commands import Cancel, Command, StartFlow, UpdateFields
from engine.events import AnyEvent, CommandFailed, FieldsUpdated
from engine.host.outbox.registry import HANDED_OVER


def answer(command: Command, *, contact: Mapping[str, Any], record: Mapping[str, Any]) -> AnyEvent | None:
    """The answer to a command that is given at once; None if it comes by the inbox, or never."""
    if isinstance(command, (*HANDED_OVER, StartFlow, Cancel)):
        return None
    if not isinstance(command, UpdateFields):
        return unanswerable(command)
    known = contact if command.of == "contact" else record
    if command.of == "record" and not known:
        return CommandFailed(at=datetime.now(UTC), command_id=command.id, reason="the session has no record")
    fields = {**known, **command.fields}
    return FieldsUpdated(at=datetime.now(UTC), command_id=command.id, fields=fields)


def unanswerable(command: Command) -> CommandFailed:
    """The answer to a command that no adapter of this installation carries out: the flow goes on by `failed`."""
    return CommandFailed(at=datetime.now(UTC), command_id=command.id, reason=f"nothing is set up for {command.type}")
