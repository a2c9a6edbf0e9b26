"""What became of the recording of a whole call: noted in the session's journal, and of no consequence to its flow."""

from __future__ import annotations

from engine.events.event import Event


class CallRecorded(Event, frozen=True, kw_only=True):
    """A recording of the call is kept as an asset, both sides apart, `seconds` long."""

    leg: str
    asset: str
    seconds: float = 0.0


class RecordingLost(Event, frozen=True, kw_only=True):
    """The call was to be recorded, and was not, or not all of it."""

    leg: str
    reason: str


RecordingEvent = CallRecorded | RecordingLost
