"""`/sessions`: walks through flows, what each has done, stopping one, and calling one by a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.access.veils import veils
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import JournalShape, SessionShape, SessionsShape, StartedShape
from designer.parts import parts
from designer.problems import Problem
from engine.events import AnyEvent, SessionCancelled, SignalReceived
from engine.fields import fault
from engine.host.event_rate import TooManyEvents, let_in
from engine.records.seeing import Veil, seen_contact
from engine.session.session import shown
from engine.session.state import LIVE
from engine.store import from_micros, history, id_text, inbox, journal, new_id, now_micros, session_search, to_micros
from engine.store.history import SessionRow
from engine.store.inbox import Posted
from engine.store.times import SECOND
from engine.texting.addresses import canonical, spellings

api = resource("sessions", 404, 409, 429)
PLAIN = r"^[^\x00]*$"
OUTCOMES_WITHIN = 92 * 86_400 * SECOND
STATUSES = ("running", "waiting", "completed", "failed", "cancelled", "expired")


class SessionsQuery(PageQuery):
    flow: str | None = Field(None, max_length=64, description="Of this flow only.")
    status: str | None = Field(None, max_length=100, description="One status, or several with commas between.")
    record: str | None = Field(None, max_length=64, description="About this record only.")
    contact: str | None = Field(None, max_length=64, description="With this person only.")
    search: str | None = Field(
        None, max_length=200, pattern=PLAIN,
        description="A whole telephone number or mail address, a record's or person's key, an id.",
    )  # fmt: skip
    outcome: str | None = Field(
        None, max_length=200, pattern=PLAIN, description="That ended so; of the last 92 days, if no `from`."
    )
    since: AwareDatetime | None = Field(None, alias="from", description="That began then or later.")
    until: AwareDatetime | None = Field(None, alias="to", description="That began before.")

    @field_validator("status")
    @classmethod
    def _known(cls, written: str | None) -> str | None:
        for status in (written or "").split(",") if written is not None else ():
            if status not in STATUSES:
                raise fault("must be one of {expected} (is {value})", expected=", ".join(STATUSES), value=repr(status))
        return written


class SessionPath(BaseModel):
    session: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The session's id; raises Problem 404 if it cannot be one."""
        return identity(self.session, "There is no such session.")


class CancelBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(default="", max_length=500)


class SignalBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=64)
    data: dict[str, Any] = Field(default_factory=dict, max_length=100)


@api.get("/sessions", responses={200: SessionsShape})
@needs("sessions.read")
def list_sessions(query: SessionsQuery) -> Response:
    """Sessions, the newest first."""
    with store().read() as connection:
        rows = history.sessions(
            connection,
            flow_id=None if query.flow is None else identity_in(query.flow, "flow"),
            statuses=query.status.split(",") if query.status else None,
            record_id=None if query.record is None else identity_in(query.record, "record"),
            contact_id=None if query.contact is None else identity_in(query.contact, "contact"),
            among=None if query.search is None else _found(connection, query.search.strip()),
            outcome=query.outcome,
            since=_since(query),
            until=None if query.until is None else to_micros(query.until),
            unseen=flow_rights.unseen(connection, who()),
            before=query.after(bytes),
            limit=query.limit + 1,
        )
        veil = veils(connection, sight())
        return reply(page(rows, query.limit, lambda row: row.id, lambda row: session_data(row, veil(row))))


@api.get("/sessions/<session>", responses={200: SessionShape})
@needs("sessions.read")
def get_session(path: SessionPath) -> Response:
    """One session with its variables and results; one that was only asked for is shown as waiting."""
    with store().read() as connection:
        row = history.session_row(connection, path.id)
        pending = None if row is not None else inbox.pending_start(connection, path.id)
        if row is not None:
            run, veil = shown(row.state).runs[0], veils(connection, sight())(row)
            inner = {"record": _plain(row.record), "vars": run.vars, "results": run.results}
            return reply(session_data(row, veil) | veil.over(inner))
    if pending is None:
        raise Problem(404, "There is no such session.")
    start, since = pending
    return reply({
        "id": path.session, "flow": id_text(start.flow_id), "version": start.version, "status": "waiting",
        "outcome": None, "node": None, "contact": seen_contact(start.contact, sight()),
        "started_at": from_micros(since), "ended_at": None, "wake_at": None,
        "expires_at": None if start.expires_at is None else from_micros(start.expires_at),
        "record": start.record if sight().everything else {}, "vars": {}, "results": {},
        "record_id": None if start.record_id is None else id_text(start.record_id),
        "contact_id": None if start.contact_id is None else id_text(start.contact_id),
    })  # fmt: skip


@api.get("/sessions/<session>/journal", responses={200: JournalShape})
@needs("sessions.read")
def get_journal(path: SessionPath, query: PageQuery) -> Response:
    """Every turn of a session in its order: the event, the nodes walked, the commands given."""
    with store().read() as connection:
        row = history.session_row(connection, path.id)
        known = row or inbox.pending_start(connection, path.id)
        entries = journal.page(connection, path.id, after=query.after(int), limit=query.limit + 1)
        veil = None if row is None else veils(connection, sight())(row)
    if known is None:
        raise Problem(404, "There is no such session.")
    over: Callable[[Any], Any] = veil.over if veil is not None else lambda data: data
    return reply(page(entries, query.limit, lambda entry: entry.turn, lambda entry: over(_turn_data(entry))))


@api.post("/sessions/<session>/cancel", responses={202: StartedShape})
@once
@needs("sessions.control")
def cancel_session(path: SessionPath, body: CancelBody) -> Response:
    """Stop a session; 409 if it has ended."""
    return _posted(path, SessionCancelled(reason=body.reason), source="api.cancel", external_id=path.session)


@api.post("/sessions/<session>/signal", responses={202: StartedShape})
@once
@needs("sessions.control")
def signal_session(path: SessionPath, body: SignalBody) -> Response:
    """Call a session by a name: one that waits for it goes on, any other drops it; 409 if it has ended.

    429 where one session is called more than 50 times a second, or 1,000 events wait for it already.
    """
    try:
        with store().read() as connection:
            let_in(parts().event_rate, connection, who().tenant, path.id)
    except TooManyEvents as refused:
        retry = {"Retry-After": str(refused.seconds)}
        raise Problem(429, str(refused), {"limit": refused.limit}, headers=retry) from None
    signal = SignalReceived(name=body.name, data=body.data)
    return _posted(path, signal, source="api.signal", external_id=id_text(new_id()))


def _found(connection: sa.Connection, written: str) -> set[bytes]:
    country = parts().settings.country
    return session_search.found(
        connection, written, address=canonical(written, country), spellings=spellings(written, country)
    )


def _since(query: SessionsQuery) -> int | None:
    """From when on; outcomes are looked for in what lies not too far back, for they are read row by row."""
    if query.since is not None:
        return to_micros(query.since)
    if query.outcome is None:
        return None
    return (now_micros() if query.until is None else to_micros(query.until)) - OUTCOMES_WITHIN


def _posted(path: SessionPath, event: AnyEvent, *, source: str, external_id: str) -> Response:
    """Put an event into a live session's inbox."""
    with store().begin() as connection:
        row = history.session_row(connection, path.id)
        if row is None and inbox.pending_start(connection, path.id) is None:
            raise Problem(404, "There is no such session.")
        if row is not None and row.status not in LIVE:
            raise Problem(409, "This session has ended.")
        posted, at = Posted(event=event), now_micros()
        inbox.put(connection, session_id=path.id, source=source, external_id=external_id, posted=posted, at=at)
    parts().hint(who().tenant)
    return reply({"session": path.session}, 202)


def session_data(row: SessionRow, veil: Veil) -> dict[str, Any]:
    """A session as lists write it, for the one who asks."""
    return {
        "id": id_text(row.id),
        "flow": id_text(row.flow_id),
        "version": row.version,
        "status": row.status,
        "outcome": veil.over(row.outcome),
        "node": row.node,
        "contact": veil.over(_plain(row.contact) or {}),
        "record_id": None if row.record_id is None else id_text(row.record_id),
        "contact_id": None if row.contact_id is None else id_text(row.contact_id),
        "started_at": from_micros(row.started_at),
        "ended_at": None if row.ended_at is None else from_micros(row.ended_at),
        "wake_at": None if row.wake_at is None or row.wake_at == row.expires_at else from_micros(row.wake_at),
        "expires_at": None if row.expires_at is None or row.ended_at is not None else from_micros(row.expires_at),
    }


def _turn_data(entry: journal.Entry) -> dict[str, Any]:
    return {
        "turn": entry.turn,
        "at": from_micros(entry.at),
        "event": entry.body.get("event"),
        "steps": entry.body.get("steps", []),
        "commands": entry.body.get("commands", []),
    }


def _plain(packed: bytes | None) -> Any:
    return None if packed is None else msgspec.msgpack.decode(packed)
