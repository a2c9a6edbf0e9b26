"""A source as it is set up: its kind, what that kind wants to know, how often it is read, and what records it gives.

The same document stands in a connector's file and in the platform's `/sources`. Every fault is found at once.
"""

from __future__ import annotations

from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.faults import Fault, dotted, from_validation, shown
from engine.sources.joining import digest
from engine.sources.kinds import KINDS, kind_of
from engine.sources.mapping import Mapping
from engine.sources.source import Source, SourceConfig, Surroundings

MESSAGES = {
    "must be one of {expected} (is {value})", "there is no feed {value}: there are {expected}",
    "cannot be used here: {reason}", "a second way to join the same",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class SourceDocument(BaseModel):
    """What is written down about a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(max_length=40)
    config: dict[str, Any] = {}
    records: list[Mapping] = Field([], max_length=100)
    every_seconds: float = Field(10.0, gt=0, le=86_400, description="So long after a reading it is read again.")
    enabled: bool = True


class SetUp(msgspec.Struct, frozen=True, kw_only=True):
    """A source whose document is in order."""

    name: str
    document: SourceDocument
    config: SourceConfig
    given: dict[str, Any]
    """The document as somebody wrote it."""

    def open(self, surroundings: Surroundings) -> Source:
        """The source, which connects to nothing yet."""
        return kind_of(self.document.kind).open(self.config, surroundings)

    def mark(self, feed: str) -> bytes:
        """Another one when what is made of the feed's rows has changed: then it is read anew."""
        about = [number for number, mapping in enumerate(self.document.records) if mapping.is_about(feed)]
        written = self.given.get("records", [])
        return digest([written[number] for number in about])


def read_document(name: str, data: Any, path: str = "") -> tuple[SetUp | None, list[Fault]]:
    """The source in plain data, and every fault in it."""
    try:
        document = SourceDocument.model_validate(data)
    except ValidationError as error:
        return None, [*from_validation(error, path), *_faults_of_config(data, path)[1]]
    config, faults = _faults_of_config(data, path)
    seen: set[bytes] = set()
    for number, mapping in enumerate(document.records):
        if mapping.parts is not None:
            what = digest([mapping.record_type, data["records"][number].get("parts")])
            if what in seen:
                faults.append(Fault(dotted(path, "records", number), "a second way to join the same"))
            seen.add(what)
    if config is None or faults:
        return None, faults
    return SetUp(name=name, document=document, config=config, given=data), []


def faults_of_feeds(setup: SetUp, source: Source, path: str = "") -> list[Fault]:
    """Mappings whose feed the source has not."""
    there = [*source.readers, *source.listeners]
    message = "there is no feed {value}: there are {expected}"
    faults = []
    for number, mapping in enumerate(setup.document.records):
        parts = {"": mapping.feed} if mapping.parts is None else {n: p.feed for n, p in mapping.parts.items()}
        for part, feed in parts.items():
            if feed is not None and feed not in there:
                place = dotted(path, "records", number, *(("parts", part) if part else ()), "feed")
                faults.append(Fault(place, message, {"value": shown(feed), "expected": ", ".join(there) or "–"}))
    return faults


def _faults_of_config(data: Any, path: str) -> tuple[SourceConfig | None, list[Fault]]:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str):
        return None, []
    if kind not in KINDS:
        params = {"expected": ", ".join(KINDS), "value": shown(kind)}
        return None, [Fault(dotted(path, "kind"), "must be one of {expected} (is {value})", params)]
    try:
        wanted = kind_of(kind).config
    except ImportError as error:
        return None, [Fault(dotted(path, "kind"), "cannot be used here: {reason}", {"reason": str(error)})]
    try:
        return wanted.model_validate(data.get("config", {})), []
    except ValidationError as error:
        return None, from_validation(error, dotted(path, "config"))
