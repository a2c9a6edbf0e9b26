"""Time that has come, and words from elsewhere that a session waits for."""

from __future__ import annotations

from typing import Any

from engine.events.event import Answering, Event


class TimerFired(Event, frozen=True, kw_only=True):
    """The moment that the session waits for has come. One that comes too early is dropped."""


class SignalReceived(Event, frozen=True, kw_only=True):
    """Somebody has called the session by a name: an integrator, another flow."""

    name: str
    data: dict[str, Any] = {}


class TaskDecided(Answering, frozen=True, kw_only=True):
    """A person has decided a task in the browser, and filled in its form."""

    decision: str
    form: dict[str, Any] = {}
    by: str = ""


TimerEvent = TimerFired | SignalReceived | TaskDecided
