"""`/connectors`: the agents beside other systems: are they connected, what lies behind them, how far have they come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.paging import PageQuery, cut, identity, page
from designer.api.replies import reply, resource
from designer.api.shapes.sources import ConnectorShape, ConnectorsShape, NewConnectorShape, WriteBacksShape
from designer.api.source_words import moment, status
from designer.parts import parts
from designer.problems import Problem
from engine.store import connectors, from_micros, id_text, keys, now_micros, source_requests, sources, spool
from engine.store.connectors import Connector
from engine.store.sources import SourceRow

api = resource("connectors", 404)
UNKNOWN = "There is no such connector."
MESSAGES = {UNKNOWN}
"""Sentences of this module; each has its translation."""


class ConnectorPath(BaseModel):
    connector: str


class ConnectorBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="As lists show it, such as where it runs.")


@api.get("/connectors", responses={200: ConnectorsShape})
@needs("sources.read")
def list_connectors(query: PageQuery) -> Response:
    """Every connector, with what lies behind it and how that is doing."""
    with store().read() as connection:
        rows, behind = connectors.every(connection), _behind(connection)
    return reply(cut(rows, query, lambda row: f"{row.name} {id_text(row.id)}", lambda row: _data(row, behind)))


@api.get("/connectors/<connector>", responses={200: ConnectorShape})
@needs("sources.read")
def get_connector(path: ConnectorPath) -> Response:
    """One connector."""
    row = _known(path)
    with store().read() as connection:
        return reply(_data(row, _behind(connection)))


@api.post("/connectors", responses={201: NewConnectorShape})
@needs("connectors.edit")
def add_connector(body: ConnectorBody) -> Response:
    """Make a connector's key, which is shown this once, and opens that connector's line and nothing else."""
    secret, at = keys.new_secret(), now_micros()
    with parts().stores.control.begin() as connection:
        key = keys.add(connection, secret, tenant=who().tenant, name=body.name, role=keys.CONNECTOR, at=at)
    with store().begin() as connection:
        connectors.ensure(connection, key, body.name, at=at)
    return reply({"id": id_text(key), "name": body.name, "key": secret}, 201)


@api.delete("/connectors/<connector>", responses={204: None})
@needs("connectors.edit")
def remove_connector(path: ConnectorPath) -> Response:
    """End a connector: its key is not valid any more, and what lies behind it cannot be asked."""
    row = _known(path)
    with parts().stores.control.begin() as connection:
        keys.revoke(connection, row.id, at=now_micros())
    with store().begin() as connection:
        for name in sources.of_connector(connection, row.id):
            sources.remove(connection, name)
            spool.forget(connection, name)
        connectors.remove(connection, row.id)
    return Response(status=204)


@api.get("/connectors/<connector>/writes", responses={200: WriteBacksShape})
@needs("sources.read")
def list_writes(path: ConnectorPath, query: PageQuery) -> Response:
    """What flows have written back by a connector, the latest first, each with its fate."""
    row, after = _known(path), query.after(bytes)
    with store().read() as connection:
        rows = source_requests.writes(connection, row.id, limit=query.limit + 1, before=after)
    return reply(page(rows, query.limit, lambda write: write.id, _write))


def _known(path: ConnectorPath) -> Connector:
    with store().read() as connection:
        row = connectors.get(connection, identity(path.connector, UNKNOWN))
    if row is None:
        raise Problem(404, UNKNOWN)
    return row


def _write(row: Any) -> dict[str, Any]:
    return {
        "id": id_text(row.id), "source": row.source, "statement": row.name, "key": row.key, "state": row.state,
        "reason": row.reason, "created_at": from_micros(row.created_at), "updated_at": from_micros(row.updated_at),
    }  # fmt: skip


def _behind(connection: sa.Connection) -> list[tuple[SourceRow, int]]:
    """Every source, and how many of its records were refused here."""
    refused = spool.count_all_faulty(connection)
    return [(row, refused.get(row.name, 0)) for row in sources.every(connection)]


def _data(row: Connector, every: list[tuple[SourceRow, int]]) -> dict[str, Any]:
    at = now_micros()
    behind = [_source(source, refused, at) for source, refused in every if source.connector_id == row.id]
    doing = [source["status"] for source in behind if source["status"] is not None]
    lags = [status["lag_seconds"] for status in doing if status["lag_seconds"] is not None]
    return {
        "id": id_text(row.id), "name": row.name, "connected": row.is_connected(at),
        "connected_at": moment(row.connected_at), "seen_at": moment(row.seen_at),
        "received_at": moment(row.received_at), "software": row.software,
        "waiting": sum(status["waiting"] for status in doing), "lag_seconds": max(lags, default=None),
        "error": row.error, "error_at": moment(row.error_at), "sources": behind,
    }  # fmt: skip


def _source(row: SourceRow, refused: int, at: int) -> dict[str, Any]:
    declared = row.document
    return {
        "name": row.name, "kind": row.kind, "feeds": declared.get("feeds", []),
        "record_types": declared.get("record_types", []), "queries": sorted(declared.get("queries", {})),
        "statements": sorted(declared.get("statements", {})), "status": status(row, at, refused),
    }  # fmt: skip
