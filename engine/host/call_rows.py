"""What calls of ours read and write in the tenants' databases. Each method is one transaction, run in a thread."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa
import structlog

from engine.adapters.ways import NoWay, Way
from engine.commands import PlaceCall
from engine.events import CallFailed
from engine.flow import FlowErrors
from engine.host.attempts import party
from engine.host.campaigns import dialling
from engine.host.programs import Programs, VersionUnknown
from engine.host.turn import Held
from engine.session import SessionParked
from engine.session.state import LIVE
from engine.store import Store, Stores, calls, now_micros, questions, sessions
from engine.store import inbox as inbox_rows
from engine.store.inbox import Posted
from engine.store.outbox import OutboxRow
from engine.store.times import SECOND

log = structlog.get_logger()

ROWS = 100
_DUE = questions.due(calls.GATEWAY)
PARKED = 60 * SECOND
"""Microseconds after which it is seen whether a session's flow can run here now."""

_decoder = msgspec.msgpack.Decoder(PlaceCall)


class CallRows:
    """The rows of calls, for the engine of this owner and epoch."""

    def __init__(self, stores: Stores, programs: Programs, *, owner: str, epoch: int) -> None:
        self._stores = stores
        self._programs = programs
        self._owner = owner
        self._epoch = epoch

    def tenants(self) -> list[str]:
        """The tenants that want somebody called now: a look that locks nothing."""
        at = now_micros()
        return [tenant for tenant in self._stores.names_lately() if self._stores.glance(tenant, _DUE, at)[0]]

    def due(self, tenant: str) -> tuple[list[tuple[OutboxRow, PlaceCall]], float]:
        """The next calls of a tenant, and in how many seconds there are more; a row that cannot be read is refused.

        Of a campaign they are as many as its pace lets through now.
        """
        at = now_micros()
        with self._stores.tenant(tenant).read() as connection:
            waiting = calls.due(connection, at=at, limit=ROWS)
            rows, following = dialling.next_ones(connection, waiting, at=at) if waiting else (waiting, None)
        if len(waiting) == ROWS and len(rows) < ROWS // 2 and following is not None:
            ids = {row.id for row in rows}
            self.postpone(tenant, [row.id for row in waiting if row.id not in ids])
        found = []
        for row in rows:
            try:
                found.append((row, _decoder.decode(row.body)))
            except msgspec.DecodeError as error:
                log.error("call cannot be read", session=row.session_id.hex(), reason=str(error))
                self.refuse(tenant, row, NoWay(reason="the call cannot be read"))
        return found, math.inf if following is None else (following - at) / SECOND

    def postpone(self, tenant: str, rows: list[bytes]) -> None:
        """Let others go before these for a second."""
        with self._stores.tenant(tenant).begin() as connection:
            calls.postpone(connection, rows, until=now_micros() + SECOND)

    def claim(self, tenant: str, row: OutboxRow, command: PlaceCall, way: Way) -> Held | None:
        """Take the session and its call, before anything is dialled; None if it is not ours to place, or not now."""
        store, at = self._stores.tenant(tenant), now_micros()
        with store.begin() as connection:
            loaded = sessions.load(connection, [row.session_id]).get(row.session_id)
            if loaded is None or loaded.row.owner is not None:
                return None  # a party of it has not ended yet: a moment later it has
            if loaded.row.status not in LIVE:
                calls.end(connection, row.id, "cancelled", at=at, reason="the session has ended")
                return None
            try:
                program = self._programs.get(store, loaded.row.flow_id, loaded.row.version)
                loaded.row.owner, loaded.row.owner_epoch = self._owner, self._epoch
                held = Held.loaded(tenant, loaded, program)
            except (VersionUnknown, FlowErrors, SessionParked) as error:
                log.error("session is parked", session=row.session_id.hex(), reason=str(error))
                calls.postpone(connection, [row.id], until=at + PARKED)
                return None
            if not self._admitted(connection, store, row, at):
                return None
            if not calls.begin(connection, row.id, name=row.key, epoch=self._epoch, at=at):
                return None
            leg = party(row.session_id, row.key, command, way, at)
            calls.own(connection, leg, owner=self._owner, epoch=self._epoch)
        held.legs[leg.leg] = leg
        return held

    def _admitted(self, connection: sa.Connection, store: Store, row: OutboxRow, at: int) -> bool:
        """Whether its campaign lets it go now, if it is of one; else it waits, or its session is cancelled."""
        calendars = self._programs.calendars_of(store)
        refusal = dialling.admit(connection, row.session_id, calendars, zone=store.time_zone, at=at)
        if isinstance(refusal, dialling.NotYet):
            calls.postpone(connection, [row.id], until=refusal.until)
        elif refusal is not None:
            dialling.refuse(connection, row, refusal.word, at=at)
        return refusal is None

    def refuse(self, tenant: str, row: OutboxRow, no: NoWay) -> None:
        """Nobody is called; the session is told by its inbox, whoever owns it."""
        at = now_micros()
        event = CallFailed(at=datetime.now(UTC), command_id=row.command_id, fate=no.fate, cause=no.reason)
        with self._stores.tenant(tenant).begin() as connection:
            if calls.end(connection, row.id, "done", at=at, reason=no.reason):
                inbox_rows.put(
                    connection, session_id=row.session_id, source="telephone", external_id=row.key,
                    posted=Posted(event=event), at=at,
                )  # fmt: skip

    def left(self) -> list[tuple[str, OutboxRow, PlaceCall]]:
        """The calls on their way of sessions that are ours: those that the engine before this one had begun."""
        found = []
        for tenant in self._stores.tenant_names():
            with self._stores.tenant(tenant).read() as connection:
                rows = calls.left(connection, self._owner)
            found += [(tenant, row, _decoder.decode(row.body)) for row in rows]
        return found

    def take_back(self, tenant: str, row: OutboxRow) -> Held | None:
        """A session that became ours by a transaction of which nobody heard whether it was committed."""
        store = self._stores.tenant(tenant)
        with store.begin() as connection:
            loaded = sessions.load(connection, [row.session_id]).get(row.session_id)
        if loaded is None or loaded.row.owner != self._owner or loaded.row.owner_epoch != self._epoch:
            return None
        try:
            program = self._programs.get(store, loaded.row.flow_id, loaded.row.version)
            return Held.loaded(tenant, loaded, program)
        except (VersionUnknown, FlowErrors, SessionParked) as error:
            log.error("session is parked", session=row.session_id.hex(), reason=str(error))
            return None

