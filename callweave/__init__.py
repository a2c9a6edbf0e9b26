"""What authors of nodes and embedders import (CONTRACT §7); the command line lives beside it.

    program = compile_flow(document)
    turn = start(program, contact={"phone": "13800000000"}, at=datetime.now(UTC))
    blob = dump(turn.session)
    turn = advance(program, restore(program, blob), DigitsGathered(command_id=turn.commands[-1].id, digits="1"))
"""

from engine import fields
from engine.events import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CommandFailed,
    DigitsGathered,
    PlaybackFinished,
    SessionCancelled,
    SessionStarted,
)
from engine.flow import FlowErrors, compile_flow
from engine.node import Finish, Leave, Node, NodeConfig, Outlet, Wait
from engine.session import Turn, advance, dump, restore, start

__all__ = [
    "CallAnswered", "CallEnded", "CallOffered", "CommandFailed", "DigitsGathered", "Finish", "FlowErrors", "Leave",
    "Node", "NodeConfig", "Outlet", "PlaybackFinished", "SessionCancelled", "SessionStarted", "Turn", "Wait", "advance",
    "compile_flow", "dump", "fields", "restore", "start",
]  # fmt: skip
