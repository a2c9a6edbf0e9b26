"""The sub-flows of a simulation: the tenant's published flows, and a note of which were walked.

The note goes into the scenario that the simulation is saved as, so that it plays again wherever it is taken.
"""

from __future__ import annotations

from typing import Any

import msgspec

from designer.parts import Parts
from engine.flow import Program
from engine.host.programs import TenantLibrary
from engine.store import Store, flows, id_bytes

MOST_VERSIONS = 50
"""A scenario lists a sub-flow's versions from the first; one of a later number is not saved with it."""


class NotedLibrary:
    """A tenant's published flows; `noted` has the versions that were asked for, by flow and number."""

    def __init__(self, parts: Parts, store: Store) -> None:
        self._library = TenantLibrary(parts.programs, store)
        self._store = store
        self.noted: dict[str, dict[int, dict[str, Any]]] = {}

    def find(self, flow: str, version: int | None) -> str | None:
        """The key of a version, or of the latest."""
        key = self._library.find(flow, version)
        if key is not None:
            written, _, number = key.rpartition("@")
            self._note(flow, written, int(number))
        return key

    def program(self, key: str) -> Program | None:
        """The program of a key."""
        return self._library.program(key)

    @property
    def flows(self) -> dict[str, list[dict[str, Any]]]:
        """What was noted, as a scenario's `flows`: a list for each, its versions from the first."""
        return {
            flow: [versions.get(number) or versions[min(versions)] for number in range(1, max(versions) + 1)]
            for flow, versions in self.noted.items()
            if max(versions) <= MOST_VERSIONS
        }

    def _note(self, flow: str, written: str, number: int) -> None:
        identity = id_bytes(written)
        known = self.noted.setdefault(flow, {})
        if identity is not None and number not in known:
            with self._store.read() as connection:
                found = flows.version_document(connection, identity, number)
            if found is not None:
                known[number] = msgspec.json.decode(found[1])
