"""Calls that are returned: somebody whom we called, or who is awaited, calls a number of ours.

A session that waits for him goes on with him on the line. It sleeps, so any worker may advance it: before its leg is
given to it, it is made ours in a transaction, with the leg, as for a call that goes out (`host/calls.py`). Where none
waits, the last call of ours to him that was not answered says whom the number's own flow has on the line, and why.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from engine.contact_key import contact_key
from engine.events import CallOffered
from engine.flow import FlowErrors
from engine.host.programs import Programs, VersionUnknown
from engine.host.turn import Held
from engine.session import SessionParked, advance
from engine.session.state import LIVE
from engine.store import Store, Stores, calls, from_micros, id_text, now_micros, sessions, to_micros
from engine.store.sessions import LegRow
from engine.store.tenant import flow, leg, session, waiting
from engine.store.times import SECOND
from engine.texting.addresses import spellings

log = structlog.get_logger()

KIND = "call"
"""The kind under which a session waits for a call."""
MOST = 20
KNOWN_FOR = 30 * 24 * 3600 * SECOND
"""So long after a call of ours somebody is returning it."""
NOT_ANSWERED = ("no_answer", "busy", "failed", "unknown")


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A call of ours that was not answered; `told` is what templates see as `call.returned`."""

    told: dict[str, Any]
    contact: dict[str, Any]
    record: dict[str, Any]
    record_id: bytes | None
    contact_id: bytes | None


class Returned:
    """Looks for them, in a thread, for the engine of this owner and epoch."""

    def __init__(self, stores: Stores, programs: Programs, owner: str, epoch: int) -> None:
        self._stores = stores
        self._programs = programs
        self._owner = owner
        self._epoch = epoch

    def find(self, tenant: str, event: CallOffered) -> Held | Missed | None:
        """The session that waits for this caller, ours from now on; else the call of ours that he missed."""
        store = self._stores.tenant(tenant)
        keys = list(spellings(event.caller, self._stores.country))
        if not keys:
            return None
        with store.read() as connection:
            waiters = _waiters(connection, keys)
        for identity in waiters:
            held = self._claim(store, identity, event)
            if held is not None:
                return held
        with store.read() as connection:
            return _missed(connection, keys, at=now_micros())

    def _claim(self, store: Store, identity: bytes, event: CallOffered) -> Held | None:
        """Make a session ours, with its caller; None if it does not take him after all."""
        with store.begin() as connection:
            loaded = sessions.load(connection, [identity]).get(identity)
            if loaded is None or loaded.row.owner is not None or loaded.row.status not in LIVE:
                return None
            try:
                program = self._programs.get(store, loaded.row.flow_id, loaded.row.version)
                loaded.row.owner, loaded.row.owner_epoch = self._owner, self._epoch
                held = Held.loaded(store.name, loaded, program)
                if not _takes(held, event):
                    return None
            except (VersionUnknown, FlowErrors, SessionParked) as error:
                log.error("session is parked", session=identity.hex(), reason=str(error))
                return None
            party = LegRow(
                session_id=identity, leg=event.leg, direction="in", caller=event.caller[:80], called=event.called[:80],
                state="offered", started_at=to_micros(event.at or datetime.now(UTC)), owner=self._owner,
            )  # fmt: skip
            calls.own(connection, party, owner=self._owner, epoch=self._epoch)
        held.legs[party.leg] = party
        return held


def _takes(held: Held, event: CallOffered) -> bool:
    """Whether the session goes on with him; a fault in its node types is found again when it does."""
    if held.session is None:
        return False
    try:
        turn = advance(held.program, held.session, event)
    except Exception:
        log.exception("a session that waits for a call cannot be asked", session=held.id.hex())
        return False
    return event.leg in turn.session.state.legs


def _waiters(connection: sa.Connection, keys: list[str]) -> list[bytes]:
    """The sessions that wait for a call of somebody's, the youngest first."""
    theirs = sa.and_(waiting.c.kind == KIND, waiting.c.key.in_(keys))
    return list(
        connection.scalars(
            sa.select(waiting.c.session_id).where(theirs).order_by(waiting.c.session_id.desc()).limit(MOST)
        )
    )


def _missed(connection: sa.Connection, keys: list[str], *, at: int) -> Missed | None:
    """The last call of ours to somebody, if it was not answered."""
    ours = sa.and_(leg.c.called.in_(keys), leg.c.direction == sa.literal("out", literal_execute=True))
    row = connection.execute(
        sa.select(
            leg.c.fate, leg.c.started_at, session.c.id, session.c.status, session.c.outcome, session.c.contact,
            session.c.record, session.c.record_id, session.c.contact_id, flow.c.name,
        )
        .join_from(leg, session, session.c.id == leg.c.session_id)
        .outerjoin(flow, flow.c.id == session.c.flow_id)
        .where(ours, leg.c.started_at > at - KNOWN_FOR)
        .order_by(leg.c.session_id.desc(), leg.c.started_at.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    if row is None or row.fate not in NOT_ANSWERED:
        return None
    contact = msgspec.msgpack.decode(row.contact) if row.contact else {}
    told = {
        "session": id_text(row.id), "flow": row.name, "at": from_micros(row.started_at).isoformat(), "fate": row.fate,
        "status": row.status, "outcome": row.outcome, "contact": contact_key(contact),
    }  # fmt: skip
    return Missed(
        told=told, contact=contact, record=msgspec.msgpack.decode(row.record) if row.record else {},
        record_id=row.record_id, contact_id=row.contact_id,
    )  # fmt: skip
