"""The kinds of sources, by name; each is loaded when one of it is first set up, for its driver may be large."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from engine.sources.source import Kind

KINDS: Final = {
    "sql": "engine.sources.sql",
    "csv": "engine.sources.csv_folder",
    "fhir": "engine.sources.fhir",
    "hl7": "engine.sources.hl7",
    "webhook": "engine.sources.webhook",
}
"""A kind's module has its `KIND`."""


def kind_of(name: str) -> Kind:
    """The kind of this name; KeyError."""
    kind: Kind = import_module(KINDS[name]).KIND
    return kind
