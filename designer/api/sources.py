"""`/sources`: where records come from. What is secret in a set-up is never shown again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.paging import PageQuery, cut, page
from designer.api.replies import reply, resource
from designer.api.shapes.sources import (
    AskedShape,
    RejectedRowsShape,
    SourceKindsShape,
    SourceShape,
    SourcesShape,
    SourceTrialShape,
)
from designer.api.source_words import moment, status
from designer.parts import parts
from designer.problems import Problem
from designer.secrets_kept import with_known_secrets, without_secrets
from designer.words import say_fault
from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.data_fields import SourceName
from engine.faults import Fault
from engine.host.sources.desk import Desk
from engine.host.sources.surroundings import surroundings
from engine.secret import MASK
from engine.sources.document import SetUp, faults_of_feeds, read_document
from engine.sources.kinds import KINDS, kind_of
from engine.sources.source import Source
from engine.store import from_micros, id_text, now_micros, sources, spool
from engine.store.sealing import CannotOpen
from engine.store.sources import SourceRow

api = resource("sources", 404, 409)
Result = TypeVar("Result")
UNKNOWN = "There is no such source."
BEHIND = "This source lies behind a connector, and is set up in that connector's file."
MESSAGES = {UNKNOWN, BEHIND}
"""Sentences of this module; each has its translation."""
TRIED_ROWS = 5


class SourcePath(BaseModel):
    source: SourceName


class SourceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40, description="As `GET /source-kinds` lists them.")
    config: dict[str, Any] = Field(
        default_factory=dict, description=f"As its kind wants it. A secret that is `{MASK}` stays as it was."
    )
    records: list[dict[str, Any]] = Field([], description="How rows become records.")
    every_seconds: float = Field(10.0, description="So long after a reading it is read again.")
    enabled: bool = True


class QuestionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: SourceName
    parameters: dict[str, Any] = Field(default_factory=dict)


@api.get("/source-kinds", responses={200: SourceKindsShape})
@needs("sources.read")
def list_kinds(query: PageQuery) -> Response:
    """The kinds of sources, with the config that each wants; those that cannot be used here say why."""
    items: list[dict[str, Any]] = []
    for name in KINDS:
        try:
            items.append({"kind": name, "config_schema": kind_of(name).config.model_json_schema(), "reason": None})
        except ImportError as error:
            items.append({"kind": name, "config_schema": None, "reason": str(error)})
    return reply(cut(items, query, lambda item: str(item["kind"]), lambda item: item))


@api.get("/sources", responses={200: SourcesShape})
@needs("sources.read")
def list_sources(query: PageQuery) -> Response:
    """Every source: those that the platform runs itself, and those behind connectors."""
    with store().read() as connection:
        rows, refused = _opened(lambda: sources.every(connection)), spool.count_all_faulty(connection)
    return reply(cut(rows, query, lambda row: row.name, lambda row: _data(row, refused.get(row.name, 0))))


@api.get("/sources/<source>", responses={200: SourceShape})
@needs("sources.read")
def get_source(path: SourcePath) -> Response:
    """One source."""
    return reply(_one(path))


@api.put("/sources/<source>", responses={200: SourceShape})
@needs("sources.edit")
def put_source(path: SourcePath, body: SourceBody) -> Response:
    """Set up a source that the platform runs itself; it is read from now on, anew where its mappings have changed."""
    given = body.model_dump()
    with store().begin() as connection:
        before = _opened(lambda: sources.get(connection, path.source))
        if before is not None and before.connector_id is not None:
            raise Problem(409, BEHIND)
        given["config"] = with_known_secrets(given["config"], {} if before is None else before.document["config"])
        setup, faults = read_document(path.source, given)
        if setup is None:
            raise Problem(422, "The request does not fit.", errors=faults)
        wrong = _opened_here(setup, lambda source: faults_of_feeds(setup, source))
        if wrong:
            raise Problem(422, "The request does not fit.", errors=wrong)
        sources.put(connection, path.source, kind=body.kind, document=given, at=now_micros())
    return reply(_one(path))


@api.delete("/sources/<source>", responses={204: None})
@needs("sources.edit")
def delete_source(path: SourcePath) -> Response:
    """Take a source away; what it has given stays, what is on its way from it does not come."""
    if _known(path).connector_id is not None:
        raise Problem(409, BEHIND)
    with store().begin() as connection:
        sources.remove(connection, path.source)
        spool.forget(connection, path.source)
    return Response(status=204)


@api.post("/sources/<source>/test", responses={200: SourceTrialShape})
@needs("sources.edit")
def try_source(path: SourcePath) -> Response:
    """Read the first rows of each feed, and keep nothing of them; 409 for a source behind a connector."""
    row = _known(path)
    if row.connector_id is not None:
        raise Problem(409, "Try a source behind a connector there: callweave connector check --read.")
    setup, faults = read_document(row.name, row.document)
    if setup is None:
        raise Problem(422, "The request does not fit.", errors=faults)
    return reply({"feeds": _opened_here(setup, _first_rows)})


@api.post("/sources/<source>/ask", responses={200: AskedShape})
@needs("sources.edit")
def ask_source(path: SourcePath, body: QuestionBody) -> Response:
    """Ask a source as a flow's look-up does, by the connector where it lies behind one."""
    _known(path)

    async def asked() -> list[dict[str, Any]]:
        desk = Desk(store(), parts().settings)
        try:
            return await desk.ask(path.source, body.query, body.parameters)
        finally:
            await desk.close()

    try:
        return reply({"rows": asyncio.run(asked())})
    except (NotNow, Refused, Unsure) as error:
        raise Problem(409, "{reason}", {"reason": error.reason}) from None


@api.get("/sources/<source>/rejected", responses={200: RejectedRowsShape})
@needs("sources.read")
def list_rejected(path: SourcePath, query: PageQuery) -> Response:
    """Rows that gave no record, and records that were refused, the latest first, each with every fault in it."""
    _known(path)
    after = query.after(bytes)
    with store().read() as connection:
        rows = spool.latest_faulty(connection, path.source, limit=query.limit + 1, before=after)
    return reply(page(rows, query.limit, lambda row: row.id, _rejected))


def _known(path: SourcePath) -> SourceRow:
    with store().read() as connection:
        row = _opened(lambda: sources.get(connection, path.source))
    if row is None:
        raise Problem(404, UNKNOWN)
    return row


def _opened(read: Callable[[], Result]) -> Result:
    try:
        return read()
    except CannotOpen as error:
        raise Problem(503, "The sources' passwords cannot be read: the key that sealed them is not here.") from error


def _opened_here(setup: SetUp, use: Callable[[Source], Result]) -> Result:
    """Open a source as the platform does, for a moment."""
    try:
        source = setup.open(surroundings(parts().settings, store().name, setup.name))
    except (NotNow, Refused, Unsure) as error:
        wrong = Fault("config", "cannot be used here: {reason}", {"reason": error.reason})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from None
    try:
        return use(source)
    finally:
        source.close()


def _first_rows(source: Source) -> list[dict[str, Any]]:
    found = []
    for feed, reader in source.readers.items():
        try:
            found.append({"feed": feed, "rows": reader.read(None, TRIED_ROWS).rows[:TRIED_ROWS], "error": None})
        except (NotNow, Refused, Unsure) as error:
            found.append({"feed": feed, "rows": [], "error": error.reason})
    return found


def _rejected(row: Any) -> dict[str, Any]:
    return {
        "id": id_text(row.id), "at": from_micros(row.at), "record_type": row.record_type, "key": row.key,
        "text": row.text,
        "errors": [say_fault(Fault(e["path"], e["message"], e.get("params", {}))) for e in row.errors],
    }  # fmt: skip


def _one(path: SourcePath) -> dict[str, Any]:
    row = _known(path)
    with store().read() as connection:
        return _data(row, spool.count_faulty(connection, row.name))


def _data(row: SourceRow, refused: int) -> dict[str, Any]:
    document = row.document
    if isinstance(document.get("config"), dict):
        document = {**document, "config": without_secrets(document["config"])}
    return {
        "name": row.name, "kind": row.kind, "document": document,
        "connector": None if row.connector_id is None else id_text(row.connector_id),
        "status": status(row, now_micros(), refused), "seen_at": moment(row.seen_at),
        "updated_at": from_micros(row.updated_at),
    }  # fmt: skip
