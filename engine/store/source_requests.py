"""What is asked of a source behind a connector: the truth stands here, whoever holds the connector's line.

    waiting → sent → done | failed | refused | unknown
       └──→ withdrawn ←──┘ (certainly not carried out)

A question is removed when its asker has the answer. A write-back has a key and stays, for its fate; it is sent again on
a new line, for the connector carries a key out once. One that went to a connector whose file is lost is `unknown`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.secret import kept, pack, unmarked
from engine.store import sealed
from engine.store.inserting import insert_new
from engine.store.tenant import outbox, source_request

Kind = Literal["ask", "write"]
State = Literal["waiting", "sent", "done", "failed", "refused", "unknown", "withdrawn"]
ENDED = ("done", "failed", "refused", "unknown", "withdrawn")
REASON_CHARACTERS = 1_000


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A question or a write-back; its parameters may hold secrets."""

    id: bytes
    connector_id: bytes
    source: str
    kind: str
    name: str
    key: str | None
    parameters: dict[str, Any]
    due_at: int
    created_at: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How a request stands; `answer` is in msgpack."""

    id: bytes
    state: str
    answer: bytes | None
    reason: str | None
    created_at: int


def put(connection: sa.Connection, request: Request, *, at: int) -> None:
    """It is to be sent."""
    values = msgspec.structs.asdict(request)
    values["parameters"] = sealed.closed(connection, pack(request.parameters))
    insert_new(connection, source_request, {**values, "state": "waiting", "updated_at": at})


def by_key(connection: sa.Connection, key: str) -> Answer | None:
    """How a write-back stands."""
    row = connection.execute(sa.select(*_ANSWER).where(source_request.c.key == key)).one_or_none()
    return None if row is None else Answer(**row._mapping)


def again(connection: sa.Connection, identity: bytes, connector_id: bytes, *, at: int, due_at: int) -> None:
    """A write-back that was certainly not carried out is to be sent again."""
    over = sa.and_(source_request.c.id == identity, source_request.c.state == "withdrawn")
    values = {
        "state": "waiting", "connector_id": connector_id, "created_at": at, "due_at": due_at, "updated_at": at,
        "line": None, "stream": None, "reason": None,
    }  # fmt: skip
    connection.execute(source_request.update().where(over).values(values))


def take(
    connection: sa.Connection, connector_id: bytes, *, line: bytes, stream: bytes, at: int, limit: int = 100
) -> list[Request]:
    """What is to be sent on this line: new requests, and write-backs that a line before this one took with it."""
    ours = _open_of(connector_id)
    new, cut = _to_send(line, at)
    _lost(connection, ours, stream, at)
    found = sa.select(*_REQUEST).where(ours, sa.or_(new, cut)).order_by(source_request.c.id).limit(limit)
    rows = connection.execute(found).all()
    if rows:
        changed = {"state": "sent", "line": line, "stream": stream, "updated_at": at}
        ids = [row.id for row in rows]
        connection.execute(source_request.update().where(source_request.c.id.in_(ids)).values(changed))
    return [_request(connection, row) for row in rows]


def anything_for(connection: sa.Connection, connector_id: bytes, *, line: bytes, at: int) -> bool:
    """Whether `take` would find something: a look that locks nothing."""
    new, cut = _to_send(line, at)
    rows = sa.select(source_request.c.id).where(_open_of(connector_id), sa.or_(new, cut))
    return bool(connection.scalar(sa.select(sa.exists(rows))))


def end(
    connection: sa.Connection, connector_id: bytes, identity: bytes, state: State, *, at: int,
    answer: bytes | None = None, reason: str | None = None,
) -> bool:  # fmt: skip
    """A connector has answered; False if nobody waits for that any more, or it was known."""
    one = sa.and_(
        source_request.c.id == identity, source_request.c.connector_id == connector_id,
        source_request.c.state.in_(("waiting", "sent")),
    )  # fmt: skip
    values = {"state": state, "answer": answer, "reason": reason and reason[:REASON_CHARACTERS], "updated_at": at}
    return bool(connection.execute(source_request.update().where(one).values(values)).rowcount)


def settle(connection: sa.Connection, key: str, fate: State, *, at: int) -> None:
    """What became of a write-back that its session was told nobody knew of: it is no open question any more."""
    session, _, command = key.partition("-")
    if fate not in ("done", "refused") or len(session) != 32:
        return
    one = sa.and_(
        outbox.c.session_id == bytes.fromhex(session), outbox.c.command_id == command, outbox.c.state == "unknown"
    )
    reason = "the answer came late" if fate == "done" else "refused; the answer came late"
    connection.execute(outbox.update().where(one).values(state="done", reason=reason, updated_at=at))


def key_of(connection: sa.Connection, identity: bytes) -> str | None:
    """The key of a write-back."""
    found: str | None = connection.scalar(sa.select(source_request.c.key).where(source_request.c.id == identity))
    return found


def withdraw(connection: sa.Connection, identity: bytes, *, at: int) -> bool:
    """It is not to be sent any more; False if it was sent already."""
    one = sa.and_(source_request.c.id == identity, source_request.c.state == "waiting")
    changed = source_request.update().where(one).values(state="withdrawn", updated_at=at)
    return bool(connection.execute(changed).rowcount)


def answers(connection: sa.Connection, ids: Sequence[bytes]) -> list[Answer]:
    """Those of these that have ended."""
    over = sa.and_(source_request.c.id.in_(ids), source_request.c.state.in_(ENDED))
    return [Answer(**row._mapping) for row in connection.execute(sa.select(*_ANSWER).where(over))]


def forget(connection: sa.Connection, identity: bytes) -> None:
    """Its asker has the answer, or wants none any more."""
    connection.execute(source_request.delete().where(source_request.c.id == identity))


def forget_old(connection: sa.Connection, *, asked_before: int, written_before: int) -> None:
    """Questions whose asker has gone, and write-backs of long ago."""
    for kind, before in (("ask", asked_before), ("write", written_before)):
        old = sa.and_(source_request.c.kind == kind, source_request.c.created_at < before)
        connection.execute(source_request.delete().where(old))


def writes(connection: sa.Connection, connector_id: bytes, *, limit: int, before: bytes | None = None) -> list[Any]:
    """The latest write-backs by a connector, the newest first."""
    statement = sa.select(source_request).where(
        source_request.c.connector_id == connector_id, source_request.c.kind == "write"
    )
    if before is not None:
        statement = statement.where(source_request.c.id < before)
    return list(connection.execute(statement.order_by(source_request.c.id.desc()).limit(limit)))


def _open_of(connector_id: bytes) -> sa.ColumnElement[bool]:
    """A connector's open requests, with their states as literals, for the index of those rows alone to be used."""
    open_now: Any = sa.bindparam(None, ("waiting", "sent"), expanding=True, literal_execute=True)
    return sa.and_(source_request.c.connector_id == connector_id, source_request.c.state.in_(open_now))


def _to_send(line: bytes, at: int) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """New requests; and write-backs that went with another line."""
    new = sa.and_(source_request.c.state == "waiting", source_request.c.due_at > at)
    sent = sa.and_(source_request.c.state == "sent", source_request.c.kind == "write")
    return new, sa.and_(sent, source_request.c.line != line)


def _lost(connection: sa.Connection, ours: sa.ColumnElement[bool], stream: bytes, at: int) -> None:
    """The ledger in which these would stand is gone."""
    elsewhere = sa.and_(ours, source_request.c.kind == "write", source_request.c.stream != stream)
    values = {"state": "unknown", "reason": "the connector's file was lost while it was written", "updated_at": at}
    connection.execute(source_request.update().where(elsewhere).values(values))


_REQUEST = [source_request.c[name] for name in Request.__struct_fields__]
_ANSWER = [source_request.c[name] for name in Answer.__struct_fields__]


def _request(connection: sa.Connection, row: sa.Row[Any]) -> Request:
    packed = unmarked(sealed.open_or_nothing(connection, row.parameters))
    parameters = msgspec.msgpack.decode(packed, ext_hook=kept) if packed else {}
    return Request(**{**row._mapping, "parameters": parameters})
