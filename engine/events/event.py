"""What every event has."""

from __future__ import annotations

from datetime import datetime

from engine.wire import Tagged


class Event(Tagged, frozen=True, kw_only=True):
    """Something that has happened in the world, in the past tense.

    `at` is when, with a zone; without it the event is taken to happen at the session's last moment.
    """

    at: datetime | None = None


class Answering(Event, frozen=True, kw_only=True):
    """An event that answers a command. A `command_id` that nobody waits for is dropped."""

    command_id: str
