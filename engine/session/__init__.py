"""A session: one walk through a flow by one contact, over all media and any length of time."""

from engine.session.advance import advance, start
from engine.session.session import Session, dump, restore
from engine.session.turn import Turn
from engine.session.upgrading import SessionParked
from engine.step import Step

__all__ = ["Session", "SessionParked", "Step", "Turn", "advance", "dump", "restore", "start"]
