"""Connectors: the agents beside other systems, by the key that each has.

One WebSocket of a connector counts, its `line`; one file of rows, its `stream`. Rows have positions that grow, and what
came in up to `through` is not taken a second time.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.tenant.sources import connector
from engine.store.times import SECOND

GONE_AFTER = 45 * SECOND
"""A line of which nothing was heard for so long is cut."""
CLAIM = 60 * SECOND
"""So long one batch may take before another of the same connector is let in."""
ERROR_CHARACTERS = 1_000


class Connector(msgspec.Struct, frozen=True, kw_only=True):
    """One connector; `received_at` is when records came last."""

    id: bytes
    name: str
    stream: bytes | None
    through: int
    claimed_until: int
    software: str | None
    line: bytes | None
    connected_at: int | None
    seen_at: int | None
    received_at: int | None
    error: str | None
    error_at: int | None
    created_at: int

    def is_connected(self, at: int) -> bool:
        """Whether its line stands, as far as one can know."""
        return self.line is not None and self.seen_at is not None and at - self.seen_at < GONE_AFTER


def ensure(connection: sa.Connection, identity: bytes, name: str, *, at: int) -> None:
    """There is a connector with this key."""
    values = {"id": identity, "name": name, "through": 0, "claimed_until": 0, "created_at": at}
    insert_new(connection, connector, values)


def get(connection: sa.Connection, identity: bytes) -> Connector | None:
    """The connector of a key."""
    row = connection.execute(sa.select(connector).where(connector.c.id == identity)).one_or_none()
    return None if row is None else Connector(**row._mapping)


def every(connection: sa.Connection) -> list[Connector]:
    """All connectors, by name."""
    statement = sa.select(connector).order_by(connector.c.name, connector.c.id)
    return [Connector(**row._mapping) for row in connection.execute(statement)]


def remove(connection: sa.Connection, identity: bytes) -> bool:
    """The connector is no more."""
    return bool(connection.execute(connector.delete().where(connector.c.id == identity)).rowcount)


def connect(
    connection: sa.Connection, identity: bytes, *, line: bytes, stream: bytes, software: str, at: int
) -> int | None:
    """This line counts from now on: up to which position its stream has come in.

    None while another copy of the connector, with a file of its own, is connected.
    """
    known = get(connection, identity)
    if known is None or (known.is_connected(at) and known.stream != stream):
        return None
    values = {"line": line, "software": software[:40], "connected_at": at, "seen_at": at, "error": None}
    connection.execute(connector.update().where(connector.c.id == identity).values(values))
    return _use(connection, known, stream)


def seen(connection: sa.Connection, identity: bytes, line: bytes, *, at: int, error: str | None) -> bool:
    """Something was heard on this line; False if it is not the one that counts any more."""
    values: dict[str, object] = {"seen_at": at, "error": error and error[:ERROR_CHARACTERS]}
    if error:
        values["error_at"] = at
    ours = sa.and_(connector.c.id == identity, connector.c.line == line)
    return bool(connection.execute(connector.update().where(ours).values(values)).rowcount)


def disconnect(connection: sa.Connection, identity: bytes, line: bytes, *, at: int) -> None:
    """This line is cut."""
    ours = sa.and_(connector.c.id == identity, connector.c.line == line)
    connection.execute(connector.update().where(ours).values(line=None, seen_at=at))


def claim(connection: sa.Connection, identity: bytes, stream: bytes, *, at: int) -> int | None:
    """Let a batch of a stream in: what came before it, or None while another one is being taken in."""
    free = sa.and_(connector.c.id == identity, connector.c.claimed_until < at)
    if not connection.execute(connector.update().where(free).values(claimed_until=at + CLAIM)).rowcount:
        return None
    known = get(connection, identity)
    assert known is not None
    return _use(connection, known, stream)


def received(connection: sa.Connection, identity: bytes, through: int, *, at: int) -> None:
    """A batch was taken in, up to this position."""
    values = {"through": through, "claimed_until": 0, "received_at": at}
    connection.execute(connector.update().where(connector.c.id == identity).values(values))


def release(connection: sa.Connection, identity: bytes) -> None:
    """A batch was not taken in; it may come again at once."""
    connection.execute(connector.update().where(connector.c.id == identity).values(claimed_until=0))


def _use(connection: sa.Connection, known: Connector, stream: bytes) -> int:
    """Positions count anew in another file."""
    if known.stream == stream:
        return known.through
    connection.execute(connector.update().where(connector.c.id == known.id).values(stream=stream, through=0))
    return 0
