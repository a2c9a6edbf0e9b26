"""Whether a message would be taken by the node where a session stands: asked before it is given to one of several."""

from __future__ import annotations

from engine.events import MessageReceived
from engine.session.session import Session
from engine.session.state import LIVE
from engine.session.walk import Walk


def understands(session: Session, event: MessageReceived) -> tuple[bool, bool]:
    """Whether the node asks a question, and whether the message fits what it waits for. The session stays as it is."""
    if session.state.status not in LIVE or session.run.node is None:
        return False, False
    walk = Walk(session.copy())
    walk.session.hear({"text": event.text, "from": event.sender, "to": event.to})
    node = walk.place.node
    return node.asks, node.fits(walk.session, event)
