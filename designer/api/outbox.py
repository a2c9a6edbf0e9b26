"""`/outbox`: what leaves the house, what could not, and what nobody knows of; sending that again is a person's word."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response
from pydantic import BaseModel, Field, field_validator

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.gateways import LetterShape, LettersShape
from designer.problems import Problem
from engine.commands import AnyCommand
from engine.fields import fault
from engine.host.outbox.registry import TELEPHONE
from engine.records.seeing import Veil
from engine.secret import kept
from engine.store import dead_letters, from_micros, id_text, now_micros
from engine.store.dead_letters import Letter
from engine.wire import as_data

api = resource("outbox", 404, 409)
STATES = ("due", "sending", "done", "unknown", "dead", "cancelled")

_decoder: msgspec.msgpack.Decoder[AnyCommand] = msgspec.msgpack.Decoder(AnyCommand, ext_hook=kept)


class OutboxQuery(PageQuery):
    state: str | None = Field(None, max_length=100, description="One state, or several with commas between.")
    gateway: str | None = Field(None, max_length=40, description="Of this gateway only.")
    session: str | None = Field(None, max_length=64, description="Of this session only.")
    handled: bool | None = Field(None, description="Whether somebody has dismissed it, or sent it again, since.")
    trials: bool = Field(True, description="Also what drafts on trial sent, which `/figures/now` does not count.")

    @field_validator("state")
    @classmethod
    def _known(cls, written: str | None) -> str | None:
        for state in (written or "").split(",") if written is not None else ():
            if state not in STATES:
                raise fault("must be one of {expected} (is {value})", expected=", ".join(STATES), value=repr(state))
        return written


class LetterPath(BaseModel):
    letter: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The row's id; raises Problem 404 if it cannot be one."""
        return identity(self.letter, "There is no such entry in the outbox.")


@api.get("/outbox", responses={200: LettersShape})
@needs("outbox.read")
def list_outbox(query: OutboxQuery) -> Response:
    """What is in the outbox, the newest first."""
    with store().read() as connection:
        rows = dead_letters.letters(
            connection,
            states=query.state.split(",") if query.state else (),
            gateway=query.gateway,
            session_id=None if query.session is None else identity_in(query.session, "session"),
            handled=query.handled,
            unseen=flow_rights.listed(connection, who(), with_trials=query.trials),
            before=query.after(bytes),
            limit=query.limit + 1,
        )
    return reply(page(rows, query.limit, lambda row: row.id, _data))


@api.get("/outbox/<letter>", responses={200: LetterShape})
@needs("outbox.read")
def get_letter(path: LetterPath) -> Response:
    """One entry."""
    with store().read() as connection:
        row = dead_letters.letter(connection, path.id)
    return reply(_data(_there(row)))


@api.post("/outbox/<letter>/resend", responses={202: LetterShape})
@once
@needs("outbox.control")
def resend_letter(path: LetterPath) -> Response:
    """Send again what is dead or unknown (which may have arrived); 409 for anything else, and for calls."""
    with store().begin() as connection:
        row = _there(dead_letters.letter(connection, path.id))
        if row.gateway == TELEPHONE:
            raise Problem(409, "A call is not placed a second time by hand.")
        if not dead_letters.resend(connection, row.id, by=who().name, at=now_micros()):
            raise Problem(409, "Only what is dead or unknown can be sent again.")
        row = _there(dead_letters.letter(connection, path.id))
    return reply(_data(row), 202)


@api.post("/outbox/<letter>/dismiss", responses={200: LetterShape})
@once
@needs("outbox.control")
def dismiss_letter(path: LetterPath) -> Response:
    """Say that somebody has seen it, and nothing is to be done; 409 for what is neither dead nor unknown."""
    with store().begin() as connection:
        row = _there(dead_letters.letter(connection, path.id))
        if not dead_letters.dismiss(connection, row.id, by=who().name, at=now_micros()):
            raise Problem(409, "Only what is dead or unknown can be dismissed.")
        row = _there(dead_letters.letter(connection, path.id))
    return reply(_data(row))


def _there(row: Letter | None) -> Letter:
    if row is None:
        raise Problem(404, "There is no such entry in the outbox.")
    return row


def _data(row: Letter) -> dict[str, Any]:
    return {
        "id": id_text(row.id),
        "session": id_text(row.session_id),
        "gateway": row.gateway,
        "state": row.state,
        "command": Veil(sight(), contact={}, record={}, kind=None).over(_command(row)),
        "attempts": row.attempts,
        "on_unknown": row.on_unknown,
        "reason": row.reason,
        "reference": row.reference,
        "due_at": from_micros(row.due_at),
        "updated_at": from_micros(row.updated_at),
        "handled_by": row.handled_by,
        "handled_at": None if row.handled_at is None else from_micros(row.handled_at),
    }


def _command(row: Letter) -> dict[str, Any] | None:
    """What was to be carried out, secrets masked; None if it cannot be read here."""
    try:
        return as_data(_decoder.decode(row.body)) if row.body else None
    except msgspec.MsgspecError:
        return None
