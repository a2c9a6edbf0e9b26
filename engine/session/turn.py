"""What one event makes of a session."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.commands import Command
from engine.session.session import Session


class Step(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One node walked in a turn: left by `outlet`; None if the session waits there or has ended there."""

    node: str
    outlet: str | None = None
    value: Any = None


class Turn(msgspec.Struct, frozen=True, gc=False):
    """What one event made of a session; the session is the same one if the event meant nothing.

    `commands` are what is asked of the outside, in order; `journal` lists the nodes walked.
    """

    session: Session
    commands: tuple[Command, ...]
    journal: tuple[Step, ...]
