"""What the journal's row keeps of a turn: what happened, which nodes were walked, what was asked for; nothing secret.

After a crash the commands are asked again from it, so what was left out must be known from elsewhere: a room's PIN
stands in its node's memo, which is sealed with the session's state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from engine.commands import AnyCommand, Command, Gather, JoinConference
from engine.events import AnyEvent, DigitsGathered
from engine.secret import MASK, Secret, mask
from engine.session import Step, Turn


class _Body(msgspec.Struct, omit_defaults=True):
    event: AnyEvent
    steps: tuple[Step, ...] = ()
    commands: tuple[AnyCommand, ...] = ()


_encode = msgspec.msgpack.Encoder(enc_hook=mask).encode
_decode = msgspec.msgpack.Decoder(_Body).decode


def written(event: AnyEvent, turn: Turn, awaited: Mapping[str, Command]) -> bytes:
    """The turn as its row keeps it; `awaited` are the commands that the session waited for when the event came."""
    commands: tuple[AnyCommand, ...] = ()
    if turn.commands:
        commands = tuple(_masked(command) for command in turn.commands)  # type: ignore[misc]
    if isinstance(event, DigitsGathered):
        question = awaited.get(event.command_id)
        if isinstance(question, Gather) and question.secret:
            event = replace(event, digits=MASK)
    return _encode(_Body(event, turn.journal, commands))


def commands_of(body: bytes, memo: Any) -> tuple[Command, ...]:
    """What a kept turn has asked for; `memo` is its node's."""
    return tuple(_unmasked(command, memo) for command in _decode(body).commands)


def _masked(command: Command) -> Command:
    """The command as the journal may keep it: a room's PIN is not written down."""
    return replace(command, pin=MASK) if isinstance(command, JoinConference) and command.pin else command


def _unmasked(command: AnyCommand, memo: Any) -> AnyCommand:
    """The command as it was: its node remembers what the journal does not have."""
    if isinstance(command, JoinConference) and command.pin == MASK and isinstance(memo, Secret):
        return replace(command, pin=memo.reveal())
    return command
