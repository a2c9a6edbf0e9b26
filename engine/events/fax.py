"""What becomes of faxes."""

from __future__ import annotations

from engine.events.event import Answering, Event


class FaxSent(Answering, frozen=True, kw_only=True):
    """Every page has arrived at the other machine."""

    pages: int = 0


class FaxReceived(Answering, frozen=True, kw_only=True):
    """A fax has come in on the caller's line, and is kept as an asset. It is told before the machine's `CallEnded`."""

    asset: str
    pages: int = 0
    station: str = ""


class FaxToneDetected(Event, frozen=True, kw_only=True):
    """The caller is a fax machine: it sounds its tone where we had taken it for a person."""

    leg: str


FaxEvent = FaxSent | FaxReceived | FaxToneDetected
