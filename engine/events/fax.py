"""What becomes of faxes."""

from __future__ import annotations

from engine.events.event import Answering


class FaxSent(Answering, frozen=True, kw_only=True):
    """Every page has arrived at the other machine."""

    pages: int = 0


class FaxReceived(Answering, frozen=True, kw_only=True):
    """A fax has come in on the caller's line, and is kept as an asset. It is told before the machine's `CallEnded`."""

    asset: str
    pages: int = 0
    station: str = ""


FaxEvent = FaxSent | FaxReceived
