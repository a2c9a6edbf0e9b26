"""What a session's turns have asked of others, to be written in the commit of those turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.commands import Cancel, Command, StartFlow, UpdateFields
from engine.host.outbox.registry import HANDED_OVER, row_of
from engine.records.update import FieldsWanted
from engine.store.outbox import OutboxRow
from engine.store.starts import StartWanted

if TYPE_CHECKING:
    from engine.host.held import Held


class Wanted:
    """Commands for gateways and workers, fields to be changed, sessions to be started, commands not wanted any more."""

    __slots__ = ("outbox", "starts", "updates", "withdrawn")

    def __init__(self) -> None:
        self.outbox: list[OutboxRow] = []
        self.starts: list[StartWanted] = []
        self.updates: list[FieldsWanted] = []
        self.withdrawn: list[str] = []

    def note(self, held: Held, commands: tuple[Command, ...]) -> None:
        """Note what of a turn's commands others are to carry out."""
        for command in commands:
            if isinstance(command, HANDED_OVER):
                self.outbox.append(row_of(held.id, command, held.updated_at))
            elif isinstance(command, Cancel):
                self.withdrawn.append(command.command_id)
            elif isinstance(command, UpdateFields):
                self._change(held, command)
            elif isinstance(command, StartFlow):
                self.starts.append(
                    StartWanted(
                        session_id=held.id, started_at=held.started_at, command_id=command.id, flow=command.flow,
                        contact=dict(command.contact), inputs=dict(command.inputs), at=held.updated_at,
                    )
                )  # fmt: skip

    def _change(self, held: Held, command: UpdateFields) -> None:
        row_id = row_of_fields(held, command)
        if row_id is not None:
            self.updates.append(
                FieldsWanted(
                    session_id=held.id, command_id=command.id, of=command.of, row_id=row_id,
                    fields=dict(command.fields), at=held.updated_at,
                    known=dict(held.contact if command.of == "contact" else held.record),
                )
            )  # fmt: skip


def row_of_fields(held: Held, command: UpdateFields) -> bytes | None:
    """The kept record or person whose fields a command changes; None where the session has its own copy alone."""
    return held.contact_id if command.of == "contact" else held.record_id
