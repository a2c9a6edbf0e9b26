"""`/faxes`: what was faxed and what has come in, with pages and fate; the documents are assets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.problems import Problem
from engine.store import faxes, from_micros, id_text
from engine.store.faxes import FaxRow

api = resource("faxes", 404)


class FaxShape(BaseModel):
    id: str
    session: str
    direction: Literal["in", "out"]
    leg: str
    caller: str = Field(description="The number that calls.")
    called: str
    trunk: str | None
    document: str | None = Field(description="What the flow named, of one that goes out.")
    asset: str | None = Field(description="What has come in: a PDF; version 1 has the pages as they came, as TIFF.")
    pages: int = Field(description="That have arrived.")
    fate: str | None = Field(description="sent, received, busy, no_answer, failed, unknown; null: on its way.")
    cause: str | None
    station: str | None = Field(description="What the other machine calls itself.")
    medium: str | None = Field(description="audio or t38")
    rate: int | None = Field(description="Bits a second.")
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class FaxesShape(BaseModel):
    items: list[FaxShape]
    next: str | None


class FaxesQuery(PageQuery):
    session: str | None = Field(None, max_length=64, description="Of this session only.")
    direction: Literal["in", "out"] | None = Field(None, description="Sent or received only.")
    fate: Literal["sent", "received", "busy", "no_answer", "failed", "unknown"] | None = Field(None)


class FaxPath(BaseModel):
    fax: str = Field(max_length=64)


@api.get("/faxes", responses={200: FaxesShape})
@needs("messages.read")
def list_faxes(query: FaxesQuery) -> Response:
    """Faxes, the newest first."""
    session_id = None if query.session is None else identity_in(query.session, "session")
    with store().read() as connection:
        rows = faxes.page(
            connection, before=query.after(bytes), limit=query.limit + 1, session_id=session_id,
            direction=query.direction, fate=query.fate, unseen=flow_rights.unseen(connection, who()),
        )  # fmt: skip
    return reply(page(rows, query.limit, lambda row: row.id, _fax_data))


@api.get("/faxes/<fax>", responses={200: FaxShape})
@needs("messages.read")
def get_fax(path: FaxPath) -> Response:
    """One fax."""
    wanted = identity(path.fax, "There is no such fax.")
    with store().read() as connection:
        found = faxes.get(connection, wanted)
    if found is None:
        raise Problem(404, "There is no such fax.")
    return reply(_fax_data(found))


def _fax_data(row: FaxRow) -> dict[str, Any]:
    incoming, looks = row.direction == "in", sight()
    return {
        "id": id_text(row.id),
        "session": id_text(row.session_id),
        "direction": row.direction,
        "leg": row.leg,
        "caller": looks.address(row.caller) if incoming else row.caller,
        "called": row.called if incoming else looks.address(row.called),
        "trunk": row.trunk,
        "document": row.document,
        "asset": None if row.asset_id is None else id_text(row.asset_id),
        "pages": row.pages,
        "fate": row.fate,
        "cause": row.cause,
        "station": row.station,
        "medium": row.medium,
        "rate": row.rate,
        "started_at": from_micros(row.started_at),
        "answered_at": None if row.answered_at is None else from_micros(row.answered_at),
        "ended_at": None if row.ended_at is None else from_micros(row.ended_at),
    }
