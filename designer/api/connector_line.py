"""`/connector`: a connector's own door, for its key alone: its WebSocket, and the records that it brings.

A batch that comes again, for its answer was lost, is left out as far as it was taken in: its rows have positions, and
up to which one this connector's file has come stands in the database (`store/connectors.py`).
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
import simple_websocket  # type: ignore[import-untyped]
import structlog
from flask import Response, request

from designer.access.identity import require_connector, store, who
from designer.access.rights import DOOR, needs
from designer.api.replies import json_body, reply, resource
from designer.api.shapes.sources import BatchTakenShape
from designer.bodies import JsonRequest
from designer.live.lines import Line
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host.sources.taking import Brought, RecordTypeUnknown, Taken, take_in
from engine.sources import wire
from engine.sources.mapping import MappedRow
from engine.store import connectors, id_bytes, now_micros, sources, spool
from engine.store.spool import Faulty

log = structlog.get_logger()

api = resource("connector", 409)
api.before_request(require_connector)
PING_SECONDS = 20
_BATCH = msgspec.json.Decoder(wire.BatchSent)
_BODY = {
    "type": "object",
    "required": ["stream", "rows"],
    "properties": {"stream": {"type": "string"}, "rows": {"type": "array", "maxItems": wire.MOST_ROWS}},
}


class Over(Response):
    """The answer to a request that has become a WebSocket: nothing may be written to it any more."""

    def __init__(self, socket: Any) -> None:
        super().__init__()
        self._socket = socket

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._socket.mode == "gunicorn":
            raise StopIteration
        if self._socket.mode == "werkzeug":
            raise ConnectionError
        return []


@api.get("/connector/line", websocket=True)
@needs(DOOR)
def line() -> Response:
    """The line of a connector (WebSocket)."""
    if "Sec-WebSocket-Key" not in request.headers:
        raise Problem(400, "This is a WebSocket.")
    socket = simple_websocket.Server.accept(
        request.environ, ping_interval=PING_SECONDS, max_message_size=wire.LONGEST
    )  # fmt: skip
    Line(
        socket, store=store(), control=parts().stores.control, hub=parts().lines, connector=who().key, name=who().name
    ).serve()
    return Over(socket)


@api.post("/connector/records", openapi_extensions=json_body(_BODY, "As `engine/sources/wire.py` says."),
          responses={200: BatchTakenShape})  # fmt: skip
@needs(DOOR)
def bring() -> Response:
    """Records from a connector: `through` says what need not come again; 409 while one of its batches is taken in."""
    asked = cast(JsonRequest, request)
    asked.max_content_length = wire.LONGEST
    try:
        batch = _BATCH.decode(asked.body_bytes())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "This is not a batch of records: {reason}", {"reason": str(error)[:200]}) from error
    stream = id_bytes(batch.stream)
    if stream is None or len(batch.rows) > wire.MOST_ROWS:
        wrong = Fault("stream", "{value} is no id", {"value": shown(batch.stream)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    return reply(_taken_in(stream, batch))


def _taken_in(stream: bytes, batch: wire.BatchSent) -> wire.BatchTaken:
    at, me = now_micros(), who()
    with store().begin() as connection:
        connectors.ensure(connection, me.key, me.name, at=at)
        through = connectors.claim(connection, me.key, stream, at=at)
        mine = {entry.name for entry in sources.brief(connection) if entry.connector_id == me.key}
    if through is None:
        raise Problem(409, "Another batch of this connector is being taken in.", headers={"Retry-After": "1"})
    last = max((row.position for row in batch.rows), default=through)
    new = [row for row in batch.rows if row.position > through]
    try:
        strangers = {row.source for row in new} - mine
        if strangers:
            stranger = {"value": shown(min(strangers))}
            raise Problem(409, "This connector has not said that {value} lies behind it.", stranger)
        taken = _ingested(new, at)
    except RecordTypeUnknown as error:
        _release()
        raise Problem(409, "{reason}", {"reason": str(error)}) from None
    except BaseException:
        _release()
        raise
    with store().begin() as connection:
        spool.add_faulty(connection, [_faulty(refusal, at) for refusal in taken.refused])
        connectors.received(connection, me.key, max(last, through), at=now_micros())
    if taken.done.sessions:
        parts().hint(me.tenant)
    done = taken.done
    return wire.BatchTaken(
        through=max(last, through), repeated=len(batch.rows) - len(new), accepted=done.accepted, updated=done.updated,
        unchanged=done.unchanged, late=done.late, deleted=done.deleted, sessions=done.sessions,
        rejected=[wire.Refusal(position=each.brought.position, errors=each.errors) for each in taken.refused],
    )  # fmt: skip


def _ingested(rows: list[wire.Sent], at: int) -> Taken:
    brought = [
        Brought(
            row.position, row.source,
            MappedRow(
                record_type=row.record_type, data=row.data, source_version=row.source_version, deleted=row.deleted
            ),
        )
        for row in rows
    ]  # fmt: skip
    return take_in(store(), brought, at=at)


def _release() -> None:
    with store().begin() as connection:
        connectors.release(connection, who().key)


def _faulty(refusal: Any, at: int) -> Faulty:
    row = refusal.brought
    return Faulty(source=row.source, errors=refusal.errors, at=at, record_type=row.row.record_type)


