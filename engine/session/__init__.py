"""A session: one walk through a flow by one contact, over all media and any length of time."""

from engine.session.advance import Step, Turn, advance, start
from engine.session.session import Session, dump, restore

__all__ = ["Session", "Step", "Turn", "advance", "dump", "restore", "start"]
