"""`/records/{type}`: what an organisation's systems know, in and out; each version kept."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import sqlalchemy as sa
from flask import Response, request

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.once import once
from designer.api.paging import PageQuery, cursor_of
from designer.api.record_data import UNKNOWN, RecordPath, TypePath, found, intake_of, record_data
from designer.api.record_rows import MOST_BYTES, MOST_ROWS, Broken, rows_of
from designer.api.record_search import RecordsQuery, Search
from designer.api.replies import if_match, json_body, reads, reply, resource
from designer.api.shapes.records import HistoryShape, IngestedShape, RecordShape, RecordsShape
from designer.bodies import JsonRequest
from designer.parts import parts
from designer.problems import Problem
from designer.words import say_fault
from engine.faults import Fault, shown
from engine.host import ingest as ingesting
from engine.host.ingest import Crossed, Ingested, Rejected, Row
from engine.host.record_doors import RecordTypeUnknown
from engine.records.intake import Entry, Intake
from engine.records.seeing import hidden, seen
from engine.store import from_micros, now_micros, records
from engine.store.records import Kept

api = resource("records", 404, 409, 412)
SOURCE = "api"
MARK = "Source-Version"
MARKED = {
    "name": MARK, "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
    "description": "How new the rows are by their source (a number, a time): what is kept under a later mark stays. "
    "For types that name no field with it (`source_version`).",
}  # fmt: skip
IF_MATCH = if_match("version", 40)
_ROW: dict[str, object] = {"type": "object", "description": "A record, as its type's schema says."}
BODY = json_body(
    {"oneOf": [_ROW, {"type": "array", "maxItems": MOST_ROWS, "items": _ROW}]},
    "One record, an array of them, or one a line (application/x-ndjson). Each row is judged by itself.",
)
BODY["requestBody"]["content"]["application/x-ndjson"] = {"schema": {"type": "string"}}
PATCH = json_body({"type": "object"}, "The fields that change (RFC 7386): null takes a field out.")
MESSAGES = {
    "At most {limit} rows at a time (are {value}).", "your role is not shown this field",
    "Somebody else has changed this record since.", "The key of a record stays.",
    "Somebody else is writing this just now. Send it again.", "This record does not fit its type.",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


@api.before_request
def _take_many_rows() -> None:
    """Records come by the thousand: their bodies may be larger than others."""
    if request.method == "POST":
        request.max_content_length = MOST_BYTES


@api.post("/records/<type>", responses={200: IngestedShape}, openapi_extensions=BODY)
@once
@reads(MARKED)
@needs("records.write")
def post_records(path: TypePath) -> Response:
    """Take records in by their keys: the good ones, whatever is wrong with others. The same again changes nothing."""
    body = cast(JsonRequest, request).body_bytes()
    mark = request.headers.get(MARK, "")[:200].strip() or None
    given = rows_of(body, request.mimetype)
    broken = [Rejected(row=at, errors=[row.fault]) for at, row in enumerate(given) if isinstance(row, Broken)]
    places = [at for at, row in enumerate(given) if not isinstance(row, Broken)] if broken else range(len(given))
    rows = [Row(data=given[at], source_version=mark) for at in places]
    try:
        done = ingesting.ingest(store(), path.type, rows, source=SOURCE, at=now_micros())
    except RecordTypeUnknown:
        raise Problem(404, "There is no such record type.") from None
    if ingesting.changed(done):
        parts().hint(who().tenant)
    rejected = [msgspec.structs.replace(each, row=places[each.row]) for each in done.rejected]
    return reply(_done(done, sorted([*rejected, *broken], key=lambda each: each.row)))


@api.get("/records/<type>", responses={200: RecordsShape})
@needs("records.read")
def list_records(path: TypePath, query: RecordsQuery) -> Response:
    """Records of a type by key. Where you ask for a text or a condition, a page may have few rows and still a next."""
    with store().read() as connection:
        intake, looks = intake_of(connection, path.type), sight()
        search = Search(query, intake, looks)
        rows, following = search.page(connection, after=query.after(str), limit=query.limit)
        items = [record_data(row, intake.kind, looks) for row in rows]
    return reply({"items": items, "next": None if following is None else cursor_of(following)})


@api.get("/records/<type>/<path:key>", responses={200: RecordShape})
@needs("records.read")
def get_record(path: RecordPath) -> Response:
    """One record as it is now."""
    with store().read() as connection:
        intake = intake_of(connection, path.type)
        row = found(connection, path)
        return reply(record_data(row, intake.kind, sight()), ETag=f'"{row.version}"')


@api.patch("/records/<type>/<path:key>", responses={200: RecordShape}, openapi_extensions=PATCH)
@reads(IF_MATCH)
@needs("records.write")
def patch_record(path: RecordPath) -> Response:
    """Change fields of a record; what follows from it follows. 422 with every fault if it does not fit its type."""
    changes = cast(JsonRequest, request).get_json()
    if not isinstance(changes, dict):
        wrong = Fault("", "must be an object (is {value})", {"value": shown(changes)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    with store().begin() as connection:
        intake, looks = intake_of(connection, path.type), sight()
        row = _locked(connection, path)
        _is_version(row)
        unseen = hidden(intake.kind, looks)
        if forbidden := [Fault(name, "your role is not shown this field") for name in changes if name in unseen]:
            raise Problem(403, "The request does not fit.", errors=forbidden)
        entry = _read(intake, Row(data=_patched(row.data, changes)))
        if entry.key != row.key:
            raise Problem(422, "The key of a record stays.")
        _write(connection, intake, entry)
        now = found(connection, path)
        answer = reply(record_data(now, intake.kind, looks), ETag=f'"{now.version}"')
    parts().hint(who().tenant)
    return answer


@api.delete("/records/<type>/<path:key>", responses={204: None})
@reads(IF_MATCH)
@needs("records.write")
def delete_record(path: RecordPath) -> Response:
    """Take a record out: what was planned for it is not done. Its history stays, until its person is erased."""
    with store().begin() as connection:
        intake = intake_of(connection, path.type)
        row = _locked(connection, path)
        _is_version(row)
        _write(connection, intake, _read(intake, Row(data={intake.kind.key: row.key}, deleted=True)))
    parts().hint(who().tenant)
    return Response(status=204)


@api.get("/records/<type>/<path:key>/history", responses={200: HistoryShape})
@needs("records.read")
def get_history(path: RecordPath, query: PageQuery) -> Response:
    """Every version of a record, the latest first; of a deleted one as well."""
    with store().read() as connection:
        intake, looks = intake_of(connection, path.type), sight()
        row = records.whatever_became(connection, path.type, path.key)
        if row is None:
            raise Problem(404, UNKNOWN)
        before = query.after(int)
        earlier = records.history(connection, row.id, before=before, limit=query.limit + 1)
    if before is None:
        now = records.Earlier(
            record_id=row.id, version=row.version, body=row.body, source_version=row.source_version, source=row.source,
            at=row.updated_at, deleted_at=row.deleted_at,
        )  # fmt: skip
        earlier = [now, *earlier]
    items = [
        {
            "version": each.version, "data": seen(intake.kind, msgspec.json.decode(each.body), looks),
            "source": each.source, "source_version": each.source_version, "at": from_micros(each.at),
            "deleted": each.deleted_at is not None,
        }
        for each in earlier[: query.limit]
    ]  # fmt: skip
    return reply({"items": items, "next": cursor_of(items[-1]["version"]) if len(earlier) > query.limit else None})


def _done(done: Ingested, rejected: list[Rejected]) -> dict[str, Any]:
    return {
        "accepted": done.accepted,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "late": done.late,
        "rejected": [{"row": each.row, "errors": [say_fault(fault) for fault in each.errors]} for each in rejected],
        "sessions": done.sessions,
    }


def _locked(connection: sa.Connection, path: RecordPath) -> Kept:
    row = records.by_keys(connection, path.type, [path.key]).get(path.key)
    if row is None or row.deleted_at is not None:
        raise Problem(404, UNKNOWN)
    return row


def _is_version(row: Kept) -> None:
    """Raises Problem 412 if the request is about another version."""
    wanted = request.headers.get("If-Match")
    if wanted is not None and wanted.strip() not in ("*", f'"{row.version}"'):
        raise Problem(412, "Somebody else has changed this record since.")


def _patched(data: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """A merge patch (RFC 7386)."""
    result = dict(data) if isinstance(data, dict) else {}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _patched(result.get(name), value) if isinstance(value, dict) else value
    return result


def _read(intake: Intake, row: Row) -> Entry:
    entry = intake.read(0, row)
    if isinstance(entry, list):
        raise Problem(422, "This record does not fit its type.", errors=entry)
    entry.source_version = None  # by hand: it counts, and the source's next version does as well
    return entry


def _write(connection: sa.Connection, intake: Intake, entry: Entry) -> None:
    try:
        ingesting.write(connection, store(), intake, [entry], source=SOURCE, at=now_micros())
    except Crossed:
        raise Problem(409, "Somebody else is writing this just now. Send it again.") from None
