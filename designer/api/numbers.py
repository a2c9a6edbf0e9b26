"""`/numbers`: the organisation's own numbers: what each starts when it is called, and whether callees see it."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import who
from designer.access.rights import needs
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.store import id_text, now_micros, triggers, trunks
from engine.store.trunks import OwnNumber
from engine.trunks import callerid, policy
from engine.trunks.config import NAME
from engine.trunks.policy import Refused

api = resource("numbers", 404, 409)
UNKNOWN = "There is no such number."
TAKEN = "The number {number} is another organisation's."
MESSAGES = {UNKNOWN, TAKEN}
"""Sentences of this module; each has its translation."""


class NumberBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    trunk: str | None = Field(None, pattern=NAME, description="The trunk that it belongs to. Empty: any.")
    shown: bool = Field(True, description="Whether callees may see it; those of its region do.")


class NumberPath(BaseModel):
    number: str = Field(pattern=r"^\+?[0-9]{1,32}$")


class NumberShape(BaseModel):
    number: str
    e164: str | None
    trunk: str | None
    shown: bool
    region: str
    flow: str | None


class NumbersShape(BaseModel):
    items: list[NumberShape]
    next: str | None


@api.get("/numbers", responses={200: NumbersShape})
@needs("lines.read")
def list_numbers(query: PageQuery) -> Response:
    """Every number, with the flow that a call to it starts."""
    after = query.after(str)
    with parts().stores.control.read() as connection:
        rows = trunks.numbers(connection, who().tenant)
    rows = [row for row in rows if after is None or row.number > after][: query.limit + 1]
    return reply(page(rows, query.limit, lambda row: row.number, _data))


@api.put("/numbers/<number>", responses={200: NumberShape})
@needs("lines.edit")
def put_number(path: NumberPath, body: NumberBody) -> Response:
    """Add a number, or change it."""
    with parts().stores.control.begin() as connection:
        if body.trunk is not None and trunks.get(connection, who().tenant, body.trunk) is None:
            wrong = Fault("trunk", "there is no trunk {value}", {"value": shown(body.trunk)})
            raise Problem(422, "The request does not fit.", errors=[wrong])
        if trunks.is_anothers(connection, who().tenant, policy.spellings(path.number, parts().settings.country)):
            raise Problem(409, TAKEN, {"number": path.number})
        number = OwnNumber(number=path.number, trunk=body.trunk, shown=body.shown)
        if not trunks.put_number(connection, who().tenant, number, at=now_micros()):
            raise Problem(409, TAKEN, {"number": path.number})
    return reply(_data(number))


@api.delete("/numbers/<number>", responses={204: None})
@needs("lines.edit")
def delete_number(path: NumberPath) -> Response:
    """Remove a number; a trigger on it stays."""
    with parts().stores.control.begin() as connection:
        if not trunks.remove_number(connection, who().tenant, path.number):
            raise Problem(404, UNKNOWN)
    return Response(status=204)


def _data(row: OwnNumber) -> dict[str, Any]:
    e164 = _e164(row.number)
    target = triggers.call_target(parts().stores, row.number)
    mine = target is not None and target.tenant == who().tenant
    return {
        "number": row.number, "e164": e164 or None, "trunk": row.trunk, "shown": row.shown,
        "region": callerid.region(e164) if e164 else "",
        "flow": id_text(target.flow_id) if target is not None and mine else None,
    }  # fmt: skip


def _e164(number: str) -> str:
    try:
        return policy.read(number, parts().settings.country).e164
    except Refused:
        return ""
