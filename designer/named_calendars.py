"""The calendars that documents name: a scenario made of a session brings them, so that it plays anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.store import Store, definitions
from engine.store.tenant import calendar


def calendars_of(store: Store, documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The tenant's calendars that any of these documents names, as they are now."""
    names = {name for document in documents for name in _named_in(document)}
    if not names:
        return {}
    with store.read() as connection:
        return {name: kept for name, kept in definitions.every(connection, calendar).items() if name in names}


def _named_in(document: Mapping[str, Any]) -> set[str]:
    configs = [node.get("config") for node in document["nodes"].values() if isinstance(node, dict)]
    named = [config.get("calendar") for config in configs if isinstance(config, dict)]
    return {name for name in named if isinstance(name, str)}
