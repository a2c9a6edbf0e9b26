"""Receive fax: take the pages that the machine on the line sends."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import ReceiveFax as ReceivePages
from engine.events import Event, FaxReceived, reason_of
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Wait
from engine.session.session import Session


class ReceiveFaxConfig(NodeConfig):
    pass


class ReceiveFax(Node[ReceiveFaxConfig]):
    """Takes a fax from the machine on the line."""

    type, label, group, icon, medium = "receive_fax", "Receive fax", "messages", "faxin", "fax"
    help = (
        "The call must be answered before. `results.<node>.value` is the document, `pages` how many there are, "
        "`station` what the other machine calls itself. A machine that hangs up after its last page has sent it all. "
        "On a number that people call as well this node needs no connection to it: a caller whose fax tone is heard is "
        "sent here, from wherever in the flow."
    )
    needs_leg = waits = takes_fax = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("received", "Received")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        return Wait((ReceivePages(leg=session.leg),))

    def handle(self, session: Session, event: Event) -> Action:
        if isinstance(event, FaxReceived):
            return Leave("received", event.asset, {"pages": event.pages, "station": event.station})
        return Leave("failed", details=reason_of(event))
