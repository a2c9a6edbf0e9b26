"""What a document is checked against besides itself: the tenant's other flows, calendars,
record types and recordings, and the voices of this machine."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from typing import Any

import msgspec

from designer.other_flows import OtherFlows
from designer.parts import parts
from engine.adapters.recognition.dictionary import known_words
from engine.adapters.speech import SpeechFailed
from engine.adapters.speech.config import PROGRAM
from engine.adapters.speech.installed import installed
from engine.english import Understanding
from engine.store import Store, assets, definitions
from engine.store.tenant import calendar, record_type


class Surroundings(msgspec.Struct, frozen=True):
    """What there is beside a flow; None where it is not known."""

    flows: Mapping[str, dict[str, Any]] | None = None
    calendars: Collection[str] | None = None
    record_types: Mapping[str, Any] | None = None
    recordings: Mapping[str, Collection[str]] | None = None
    understanding: Understanding | None = None
    voices: Container[str] | None = None


def surroundings(store: Store) -> Surroundings:
    """What there is in a tenant. Where no record type was put in at all, none is expected of a flow."""
    with store.read() as connection:
        calendars = definitions.names(connection, calendar)
        record_types = definitions.every(connection, record_type)
        recordings = assets.languages(connection, "audio")
    understanding = Understanding(parts().settings.recognizer_url is not None, known_words())
    return Surroundings(OtherFlows(store), calendars, record_types or None, recordings, understanding, _voices())


def _voices() -> Container[str] | None:
    """None as well where the speech program cannot be asked now: a draft is checked for the rest."""
    try:
        return installed(PROGRAM) or None
    except SpeechFailed:
        return None
