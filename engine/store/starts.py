"""The one door by which a session without a call begins: an inbox row, after the flow and the limits were asked.

Two flows that start one another would run for ever, so a start by a flow counts its hops from the first session, and
the sessions that this one has brought about; where some time passes on the way, such as a day between two reminders,
the count begins anew. A start by a flow is part of the turn that asks for it: it is in that turn's transaction, and its
answer is in the inbox with it, so it happens once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.contact_key import contact_key
from engine.events import AnyEvent, CommandDone, CommandFailed
from engine.store import contacts, inbox
from engine.store.flow_state import LIVE_PER_CONTACT, Standing, live_sessions_of, standing
from engine.store.flows import FlowUnknown, published_named
from engine.store.inbox import Posted, Start
from engine.store.tenant import lineage
from engine.store.times import SECOND, from_micros

SOURCE = "start_flow"
MAX_HOPS = 20
"""Sessions that start one another in a row, each within an hour."""
MAX_DESCENDANTS = 10_000
"""Sessions that go back to one that nobody started, each within an hour."""
HOPS_FORGOTTEN_AFTER = 3600 * SECOND


class CannotStart(Exception):
    """A session cannot begin; `word` says why for programs, the message for people."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


class StartWanted(msgspec.Struct, frozen=True, kw_only=True):
    """A session's command to start another, as the session's writing carries it. Times are microseconds."""

    session_id: bytes
    started_at: int
    command_id: str
    flow: str
    contact: dict[str, Any]
    inputs: dict[str, Any]
    at: int


def admitted(connection: sa.Connection, flow: Standing, contact: Mapping[str, Any]) -> None:
    """Raises CannotStart where a flow begins no sessions, or the contact has too many already."""
    if flow.state != "active":
        raise CannotStart(flow.state, f"the flow is {flow.state}: it begins no new sessions")
    key = contact_key(contact)
    if key is None:
        return
    own = flow.settings.live_per_contact
    if own is not None and live_sessions_of(connection, key, flow.id) >= own:
        raise CannotStart("too_many", f"the contact has {own} sessions of this flow already, as many as it allows")
    if live_sessions_of(connection, key) >= LIVE_PER_CONTACT:
        raise CannotStart("too_many", f"the contact has {LIVE_PER_CONTACT} sessions already")


def carry_out(connection: sa.Connection, wanted: Sequence[StartWanted]) -> None:
    """Start what sessions have asked for, and answer them; in the transaction that writes those sessions."""
    for start in wanted:
        try:
            _begin(connection, start)
            answer: AnyEvent = CommandDone(at=from_micros(start.at), command_id=start.command_id)
        except CannotStart as refusal:
            answer = CommandFailed(at=from_micros(start.at), command_id=start.command_id, reason=str(refusal))
        inbox.put(
            connection, session_id=start.session_id, source=SOURCE, at=start.at, posted=Posted(event=answer),
            external_id=f"{start.session_id.hex()}-{start.command_id}-answer",
        )  # fmt: skip


def child_id(start: StartWanted) -> bytes:
    """The new session's id: a UUIDv7 of the moment, the rest from who asked; the same however often it is asked."""
    digest = hashlib.sha256(start.session_id + start.command_id.encode()).digest()
    head = (start.at // 1000).to_bytes(6, "big")
    return head + bytes([0x70 | digest[0] & 0x0F, digest[1], 0x80 | digest[2] & 0x3F]) + digest[3:10]


def _begin(connection: sa.Connection, wanted: StartWanted) -> None:
    found = published_named(connection, wanted.flow)
    try:
        flow = standing(connection, found[0]) if found is not None else None
    except FlowUnknown:
        flow = None
    if flow is None:
        raise CannotStart("unknown", f"there is no flow {wanted.flow!r}")
    if flow.published is None:
        raise CannotStart("not_published", f"the flow {wanted.flow!r} is not published")
    admitted(connection, flow, wanted.contact)
    identity = child_id(wanted)
    connection.execute(lineage.insert().values(_descent(connection, wanted, identity)))
    start = Start(
        flow_id=flow.id, version=flow.published, contact=wanted.contact, record={}, inputs=wanted.inputs,
        expires_at=flow.expires_at(wanted.at), contact_id=contacts.of_key(connection, wanted.contact.get("id")),
    )  # fmt: skip
    inbox.put_start(connection, session_id=identity, source=SOURCE, start=start, at=wanted.at)


def _descent(connection: sa.Connection, wanted: StartWanted, identity: bytes) -> dict[str, Any]:
    """The new session's place behind the one that starts it; raises CannotStart for one that is too far."""
    row = connection.execute(sa.select(lineage).where(lineage.c.session_id == wanted.session_id)).one_or_none()
    if row is None or wanted.at - wanted.started_at >= HOPS_FORGOTTEN_AFTER:
        root, hops = wanted.session_id, 1
    else:
        root, hops = row.root_id, row.hops + 1
    if hops > MAX_HOPS:
        raise CannotStart("loop", f"flows have started one another {MAX_HOPS} times in a row: is it a loop?")
    near = sa.select(lineage.c.session_id).where(lineage.c.root_id == root).limit(MAX_DESCENDANTS).subquery()
    if (connection.scalar(sa.select(sa.func.count()).select_from(near)) or 0) >= MAX_DESCENDANTS:
        raise CannotStart("loop", f"one session has brought about {MAX_DESCENDANTS} others: is it a loop?")
    return {
        "session_id": identity, "parent_id": wanted.session_id, "root_id": root, "hops": hops, "at": wanted.at,
    }  # fmt: skip
