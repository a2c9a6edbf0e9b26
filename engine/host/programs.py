"""Compiled versions, kept: a version never changes, so it is compiled once for each process (DECISIONS 14)."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

import msgspec
import structlog

from engine.flow import FlowErrors, Program, compile_flow
from engine.host.calendars import TenantCalendars
from engine.host.plugins import node_types
from engine.store import Store, flows, id_bytes, id_text

log = structlog.get_logger()

KEPT = 500
TRIED_AGAIN = 5.0
"""Seconds after which a version that cannot run here is tried again: what it lacks may have been put there."""


class VersionUnknown(LookupError):
    """There is no such version of the flow."""


class TenantLibrary:
    """A tenant's published flows, as sub-flows of one another: found by id or by name, kept by id and version.

    `find` reads the database where the sub-flow is entered, for "the latest" is the one of that moment; what it finds
    is compiled once and kept with the others.
    """

    def __init__(self, programs: Programs, store: Store) -> None:
        self._programs = programs
        self._store = store

    def find(self, flow: str, version: int | None) -> str | None:
        """The key `id@version`; None if there is no such flow, no such version, or it cannot run here."""
        with self._store.read() as connection:
            found = flows.published_named(connection, flow)
        if found is None:
            return None
        identity, published = found
        wanted = version if version is not None else published
        key = f"{id_text(identity)}@{wanted}"
        return key if wanted is not None and self.program(key) is not None else None

    def program(self, key: str) -> Program | None:
        """The program of a key that `find` gave."""
        written, _, version = key.rpartition("@")
        identity = id_bytes(written)
        if identity is None:
            return None
        try:
            return self._programs.get(self._store, identity, int(version))
        except (VersionUnknown, FlowErrors) as error:
            log.error("sub-flow cannot be walked", flow=key, reason=str(error))
            return None


class Programs:
    """Programs by tenant, flow and version; the least recently used are let go. Safe for threads."""

    def __init__(self, time_zone: str, kept: int = KEPT) -> None:
        self._time_zone = time_zone
        self._kept = kept
        self._lock = threading.Lock()
        self._programs: OrderedDict[tuple[str, bytes, int], Program] = OrderedDict()
        self._types = node_types()
        self._calendars: dict[str, TenantCalendars] = {}
        self._unusable: dict[tuple[str, bytes, int], tuple[float, str]] = {}

    def find(self, store: Store, flow_id: bytes, version: int) -> Program | None:
        """The program of a version; None if it cannot run here, which is said once, and not tried at every session."""
        key = (store.name, flow_id, version)
        until, known = self._unusable.get(key, (0.0, ""))
        if time.monotonic() < until:
            return None
        try:
            program = self.get(store, flow_id, version)
        except (VersionUnknown, FlowErrors) as error:
            if str(error) != known:
                log.error(
                    "sessions are parked", tenant=store.name, flow=id_text(flow_id), version=version, reason=str(error)
                )
            self._unusable[key] = (time.monotonic() + TRIED_AGAIN, str(error))
            return None
        if known:
            log.info("sessions go on", tenant=store.name, flow=id_text(flow_id), version=version)
            del self._unusable[key]
        return program

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
        program = program.beside(TenantLibrary(self, store), self.calendars_of(store))
        with self._lock:
            self._programs[key] = program
            while len(self._programs) > self._kept:
                self._programs.popitem(last=False)
        return program

    def calendars_of(self, store: Store) -> TenantCalendars:
        """One for all programs of a tenant, as long as its store is the same."""
        with self._lock:
            known = self._calendars.get(store.name)
            if known is None or known.store is not store:
                known = self._calendars[store.name] = TenantCalendars(store)
            return known
