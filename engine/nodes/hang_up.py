"""Hang up: end the call; the flow may go on without it."""

from __future__ import annotations

from typing import Literal

from engine.commands import HangUp as HangUpCall
from engine.fields import Field
from engine.node import Action, Leave, Node, NodeConfig
from engine.session.session import Session


class HangUpConfig(NodeConfig):
    cause: Literal["normal", "busy", "congestion"] = Field(
        "normal", title="As", description="What the other side is told: a call that was not answered is refused so."
    )


class HangUp(Node[HangUpConfig]):
    """Ends the call."""

    type, label, group, icon, medium = "hang_up", "Hang up", "voice", "phone-off", "voice"
    help = "Ends the call. What comes after it goes on without a caller: a text, a record, the end."
    needs_leg = ends_leg = True

    def enter(self, session: Session) -> Action:
        return Leave("done", commands=(HangUpCall(leg=session.leg, cause=self.config.cause),))
