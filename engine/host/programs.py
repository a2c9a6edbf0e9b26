"""Compiled versions, kept: a version never changes, so it is compiled once for each process (DECISIONS 14)."""

from __future__ import annotations

import threading
from collections import OrderedDict

import msgspec

from engine.flow import Program, compile_flow
from engine.host.plugins import node_types
from engine.store import Store, flows

KEPT = 500


class VersionUnknown(LookupError):
    """There is no such version of the flow."""


class Programs:
    """Programs by tenant, flow and version; the least recently used are let go. Safe for threads."""

    def __init__(self, time_zone: str, kept: int = KEPT) -> None:
        self._time_zone = time_zone
        self._kept = kept
        self._lock = threading.Lock()
        self._programs: OrderedDict[tuple[str, bytes, int], Program] = OrderedDict()
        self._types = node_types()

    def get(self, store: Store, flow_id: bytes, version: int) -> Program:
        """The program of a version. Raises VersionUnknown, and FlowErrors if it cannot run in this installation."""
        key = (store.name, flow_id, version)
        types = node_types()
        with self._lock:
            if types is not self._types:
                self._types = types
                self._programs.clear()
            program = self._programs.get(key)
            if program is not None:
                self._programs.move_to_end(key)
                return program
        with store.read() as connection:
            found = flows.version_document(connection, flow_id, version)
        if found is None:
            raise VersionUnknown(f"flow {flow_id.hex()} has no version {version}")
        program = compile_flow(msgspec.json.decode(found[1]), types, time_zone=self._time_zone)
        with self._lock:
            self._programs[key] = program
            while len(self._programs) > self._kept:
                self._programs.popitem(last=False)
        return program
