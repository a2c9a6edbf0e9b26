"""Supervisors beside a call: noted in the session's journal, and of no consequence to its flow."""

from __future__ import annotations

from typing import Literal

from engine.events.event import Event


class SupervisorCame(Event, frozen=True, kw_only=True):
    """Somebody listens to a party from now on, whispers to it, or talks with all; `by` is the key that asked for it."""

    leg: str
    mode: Literal["listen", "whisper", "barge"] = "listen"
    by: str = ""
    to: str = ""


class SupervisorLeft(Event, frozen=True, kw_only=True):
    """Nobody listens any more."""

    leg: str
    by: str = ""
    seconds: float = 0.0


SupervisionEvent = SupervisorCame | SupervisorLeft
