"""`/audit`: every change, by whom and from where; it can be read and exported, and nothing of it can be changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from flask import Response
from pydantic import AwareDatetime, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.paging import PageQuery, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.rights import AuditShape, ChainsShape
from designer.parts import parts
from engine.records.table import guarded
from engine.store import Store, audit, from_micros, id_text, to_micros
from engine.store.audit import Kept, Wanted

api = resource("audit")
HERE, PLATFORM = "organisation", "platform"
"""The two logs: what was changed in the organisation's own database, and in the platform's (keys, users, lines)."""
AT_A_TIME = 500
Unseen = Collection[bytes]
"""Flows whose entries somebody is not shown."""
CSV = (
    "at", "by", "by_kind", "by_id", "role", "address", "action", "kind", "object", "detail", "flow", "log",
    "seq", "hash",
)  # fmt: skip


class AuditQuery(PageQuery):
    by: str | None = Field(None, max_length=200, description="Of this name.")
    by_id: str | None = Field(None, max_length=64, description="Of this user or key.")
    action: str | None = Field(None, max_length=80, description="Of this kind of change, such as flows.create_flow.")
    kind: str | None = Field(None, max_length=40, description="Of this kind of object, such as flows.")
    object: str | None = Field(None, max_length=400, description="Of this object.")
    since: AwareDatetime | None = Field(None, description="At this moment or later.")
    until: AwareDatetime | None = Field(None, description="Before this moment.")

    def wanted(self) -> Wanted:
        """What is asked for."""
        return Wanted(
            actor_name=self.by, actor_id=None if self.by_id is None else identity_in(self.by_id, "by_id"),
            action=self.action, kind=self.kind, object=self.object,
            since=None if self.since is None else to_micros(self.since),
            until=None if self.until is None else to_micros(self.until),
        )  # fmt: skip


@api.get("/audit", responses={200: AuditShape})
@needs("audit.read")
def list_audit(query: AuditQuery) -> Response:
    """Changes, the newest first; those about a flow are told to whoever may follow it."""
    found = _newest(_logs(), who().tenant, query.wanted(), _unseen(), before=query.after(bytes), limit=query.limit + 1)
    return reply(page(found, query.limit, lambda each: each[1].id, lambda each: _data(*each)))


@api.get("/audit.csv", responses={200: None})
@needs("audit.read")
def export_audit(query: AuditQuery) -> Response:
    """The same as a table, all of it, UTF-8 with a mark that spreadsheets know."""
    lines = _lines(_logs(), who().tenant, query.wanted(), _unseen())
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(lines, content_type="text/csv; charset=utf-8", headers=headers)


@api.get("/audit/check", responses={200: ChainsShape})
@needs("audit.read")
def check_audit() -> Response:
    """Whether the log is whole: each entry's hash is over the one before it."""
    found = []
    for name, of in _logs().items():
        with of.read() as connection:
            verdict = audit.verify(connection, who().tenant)
        found.append({
            "log": name, "entries": verdict.entries, "hash": verdict.hash.hex(), "whole": verdict.broken_at is None,
            "broken_at": verdict.broken_at, "why": verdict.why,
        })  # fmt: skip
    return reply({"items": found})


def _logs() -> dict[str, Store]:
    return {HERE: store(), PLATFORM: parts().stores.control}


def _unseen() -> Unseen:
    with store().read() as connection:
        return flow_rights.unseen(connection, who())


def _newest(
    logs: dict[str, Store], tenant: str, wanted: Wanted, unseen: Unseen, *, before: bytes | None, limit: int
) -> list[tuple[str, Kept]]:
    """The newest of both logs: ids sort by time."""
    found: list[tuple[str, Kept]] = []
    for name, of in logs.items():
        with of.read() as connection:
            rows = audit.page(connection, tenant, wanted, before=before, limit=limit, unseen=unseen)
        found.extend((name, row) for row in rows)
    return sorted(found, key=lambda each: each[1].id, reverse=True)[:limit]


def _data(log: str, row: Kept) -> dict[str, Any]:
    by = {
        "kind": row.actor, "id": None if row.actor_id is None else id_text(row.actor_id), "name": row.actor_name,
        "role": row.role,
    }  # fmt: skip
    return {
        "id": id_text(row.id), "log": log, "seq": row.seq, "hash": row.hash.hex(), "at": from_micros(row.at), "by": by,
        "address": row.address, "action": row.action, "kind": row.kind, "object": row.object, "detail": row.detail,
        "flow": None if row.flow_id is None else id_text(row.flow_id),
    }  # fmt: skip


def _lines(logs: dict[str, Store], tenant: str, wanted: Wanted, unseen: Unseen) -> Iterator[str]:
    """The table, a part at a time; said after the request has been answered, so it asks nothing of it."""
    held = io.StringIO()
    writer = csv.writer(held)
    held.write("\ufeff")
    writer.writerow(CSV)
    before: bytes | None = None
    while True:
        found = _newest(logs, tenant, wanted, unseen, before=before, limit=AT_A_TIME)
        for name, row in found:
            data = _data(name, row)
            by = data["by"]
            cells = data | {
                "at": data["at"].isoformat(), "by": by["name"], "by_kind": by["kind"], "by_id": by["id"],
                "role": by["role"], "detail": msgspec.json.encode(data["detail"]).decode(),
            }  # fmt: skip
            writer.writerow([guarded("" if cells[column] is None else cells[column]) for column in CSV])
        yield held.getvalue()
        held.seek(0)
        held.truncate()
        if len(found) < AT_A_TIME:
            return
        before = found[-1][1].id
