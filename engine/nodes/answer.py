"""Answer: take the call."""

from __future__ import annotations

from engine.commands import Answer as AnswerCall
from engine.events import CallAnswered, Event
from engine.node import Action, Leave, Node, NodeConfig, Wait
from engine.session.session import Session


class AnswerConfig(NodeConfig):
    pass


class Answer(Node[AnswerConfig]):
    """Takes the call, so that both sides hear each other."""

    type, label, group, icon, medium = "answer", "Answer", "voice", "phone-in", "voice"
    help = "Takes the call. A call that was answered before goes on at once."
    needs_leg = waits = opens_leg = True

    def enter(self, session: Session) -> Action:
        if session.state.legs[session.leg]:
            return Leave("done")
        return Wait((AnswerCall(leg=session.leg),))

    def handle(self, session: Session, event: Event) -> Action:
        return Leave("done" if isinstance(event, CallAnswered) else "failed")
