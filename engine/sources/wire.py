"""What a connector and the platform say to each other: JSON on the WebSocket, and batches of records by POST.

The connector calls. It says what lies behind it and how that is doing; the platform asks, and hands over write-backs,
each with a key. A batch's rows have positions, so that the platform leaves out what it has already taken in.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.faults import Fault
from engine.sources.status import SourceStatus
from engine.store.source_writes import Fate

LINE: Final = "/api/v1/connector/line"
RECORDS: Final = "/api/v1/connector/records"
LONGEST: Final = 4 * 1024 * 1024
"""Bytes of a message or a batch."""
MOST_ROWS: Final = 500
HEARTBEAT_SECONDS: Final = 10.0
"""So often a connector says how it is doing."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A source behind a connector, without anything that is secret there."""

    name: str
    kind: str
    feeds: list[str] = []
    record_types: list[str] = []
    queries: dict[str, list[str]] = {}
    """Their parameters, by name."""
    statements: dict[str, list[str]] = {}
    seconds: dict[str, float] = {}
    """The time limit of each query and statement."""


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    """The first word: which file of rows this is, and what lies behind it."""

    stream: str
    software: str
    sources: list[Declared]


class Welcome(msgspec.Struct, frozen=True, kw_only=True, tag="welcome"):
    """The answer: how the connector is called; up to which position its rows have come in under this stream; sources
    that cannot be under their name, with the reason."""

    name: str
    through: int = 0
    refused: dict[str, str] = {}


class Doing(msgspec.Struct, frozen=True, kw_only=True, tag="doing"):
    """How the sources are doing, every ten seconds; and what keeps records from leaving."""

    sources: dict[str, SourceStatus]
    error: str | None = None


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag="ask"):
    """A declared question."""

    id: str
    source: str
    query: str
    parameters: dict[str, Any]


class Write(msgspec.Struct, frozen=True, kw_only=True, tag="write"):
    """A declared write-back, to be carried out once for its key."""

    id: str
    source: str
    statement: str
    parameters: dict[str, Any]
    key: str


class Rows(msgspec.Struct, frozen=True, kw_only=True, tag="rows"):
    """The answer to a question."""

    id: str
    rows: list[dict[str, Any]]


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """What became of a write-back."""

    id: str
    fate: Fate
    reason: str = ""
    reference: str = ""


class NotDone(msgspec.Struct, frozen=True, kw_only=True, tag="not_done"):
    """Certainly not carried out; `again`: it may work later."""

    id: str
    reason: str
    again: bool


ToPlatform = Hello | Doing | Rows | Ended | NotDone
ToConnector = Welcome | Ask | Write


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a batch."""

    position: int
    source: str
    record_type: str
    data: dict[str, Any]
    source_version: str | int | None = None
    deleted: bool = False


class BatchSent(msgspec.Struct, frozen=True, kw_only=True):
    """Records in the order of their positions."""

    stream: str
    rows: list[Sent]


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was refused, with every fault in it."""

    position: int
    errors: list[Fault]


class BatchTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: everything up to `through` is done with, and need not come again."""

    through: int
    repeated: int = 0
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    late: int = 0
    deleted: int = 0
    sessions: int = 0
    rejected: list[Refusal] = []


encode = msgspec.json.Encoder().encode
decode_to_platform = msgspec.json.Decoder(ToPlatform).decode
decode_to_connector = msgspec.json.Decoder(ToConnector).decode
