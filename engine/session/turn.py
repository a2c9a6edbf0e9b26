"""What one event makes of a session."""

from __future__ import annotations

import msgspec

from engine.commands import Command
from engine.session.session import Session
from engine.step import Step


class Turn(msgspec.Struct, frozen=True, gc=False):
    """What one event made of a session; the session is the same one if the event meant nothing.

    `commands` are what is asked of the outside, in order; `journal` lists the nodes walked.
    """

    session: Session
    commands: tuple[Command, ...]
    journal: tuple[Step, ...]
