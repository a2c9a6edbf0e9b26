"""`/calls`: every party that called us or that we called, with what became of it."""

from __future__ import annotations

from typing import Any

from flask import Response

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.api.shapes.sounds import CallsShape
from engine.store import from_micros, history, id_text
from engine.store.history import CallRow

api = resource("calls")


@api.get("/calls", responses={200: CallsShape})
@needs("sessions.read")
def list_calls(query: PageQuery) -> Response:
    """Calls, those of the newest sessions first."""
    with store().read() as connection:
        rows = history.calls(
            connection, before=query.after(tuple[bytes, str]), limit=query.limit + 1,
            unseen=flow_rights.unseen(connection, who()),
        )  # fmt: skip
    return reply(page(rows, query.limit, lambda row: (row.session_id, row.leg), call_data))


def call_data(row: CallRow) -> dict[str, Any]:
    """A call as the API writes it: of the other side's number, what the one who asks is shown."""
    incoming, looks = row.direction == "in", sight()
    return {
        "session": id_text(row.session_id),
        "leg": row.leg,
        "flow": id_text(row.flow_id),
        "direction": row.direction,
        "caller": looks.address(row.caller) if incoming else row.caller,
        "called": row.called if incoming else looks.address(row.called),
        "state": row.state,
        "started_at": from_micros(row.started_at),
        "answered_at": None if row.answered_at is None else from_micros(row.answered_at),
        "ended_at": None if row.ended_at is None else from_micros(row.ended_at),
        "cause": row.cause,
        "trunk": row.trunk,
        "fate": row.fate,
        "rang": row.rang,
        "sip": row.sip,
        "quality": _quality(row),
    }


def _quality(row: CallRow) -> dict[str, float | None] | None:
    """How well it was heard, loss in percent and times in milliseconds; None where nothing is known."""
    found = {
        "loss_in": _scaled(row.loss_in, 10),
        "loss_out": _scaled(row.loss_out, 10),
        "jitter_in": _scaled(row.jitter_in, 1000),
        "jitter_out": _scaled(row.jitter_out, 1000),
        "round_trip": _scaled(row.round_trip, 1000),
    }
    return found if any(value is not None for value in found.values()) else None


def _scaled(value: int | None, by: int) -> float | None:
    return None if value is None else value / by
