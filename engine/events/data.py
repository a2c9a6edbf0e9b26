"""What sources, other people's servers and our own records answer."""

from __future__ import annotations

from typing import Any

from engine.events.event import Answering, Event


class LookupAnswered(Answering, frozen=True, kw_only=True):
    """A source has answered: the rows that it found, none if there is nothing."""

    rows: list[dict[str, Any]] = []


class HttpAnswered(Answering, frozen=True, kw_only=True):
    """A server has answered; `body` is JSON taken apart, or text."""

    status: int
    body: Any = None


class FieldsUpdated(Answering, frozen=True, kw_only=True):
    """Fields of the record or the contact have their new values; `fields` is all of it as it is now."""

    fields: dict[str, Any] = {}


class SourceWritten(Answering, frozen=True, kw_only=True):
    """A source has taken what was written back, or has refused it for the `reason`."""

    refused: bool = False
    reason: str = ""


class RecordChanged(Event, frozen=True, kw_only=True):
    """The record that the session is about has changed; `record` is all of it as it is now."""

    record: dict[str, Any]
    changed: list[str] = []


class JobFinished(Answering, frozen=True, kw_only=True):
    """A function node's work is done; `result` is what the function returned."""

    result: Any = None


DataEvent = LookupAnswered | HttpAnswered | FieldsUpdated | SourceWritten | RecordChanged | JobFinished
