"""Sources: how they are set up, the connectors beside other systems, and what is on its way from and to them.

The tables from `source_cursor` on are the same in a connector's own file (`sources/place.py`) as in a tenant's
database, where the platform runs sources itself: one code keeps rows in both.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

source = sa.Table(
    "source",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("connector_id", sa.LargeBinary(16)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("status", sa.JSON),
    sa.Column("seen_at", sa.BigInteger),
)
"""`document` is sealed, for it holds passwords; of a source that lies behind a connector it is what that one declared.
`status` is as `sources/status.py` has it."""

connector = sa.Table(
    "connector",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("stream", sa.LargeBinary(16)),
    sa.Column("through", sa.BigInteger, nullable=False),
    sa.Column("claimed_until", sa.BigInteger, nullable=False),
    sa.Column("software", sa.String(40)),
    sa.Column("line", sa.LargeBinary(16)),
    sa.Column("connected_at", sa.BigInteger),
    sa.Column("seen_at", sa.BigInteger),
    sa.Column("received_at", sa.BigInteger),
    sa.Column("error", sa.Text),
    sa.Column("error_at", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)
"""`id` is its key's. `stream` names the file that it keeps rows in, `through` is the last of its rows that came in,
`line` is the one WebSocket by which it is asked; all who ask leave their questions in `source_request`."""

source_request = sa.Table(
    "source_request",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("connector_id", sa.LargeBinary(16), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("key", sa.String(200), unique=True),
    sa.Column("parameters", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("line", sa.LargeBinary(16)),
    sa.Column("stream", sa.LargeBinary(16)),
    sa.Column("answer", sa.LargeBinary),
    sa.Column("reason", sa.Text),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""A question or a write-back on its way to a connector; writes have a `key`, and stay as a ledger of their fates."""
partial(
    "source_request_open", source_request.c.connector_id, source_request.c.id,
    where=source_request.c.state.in_(("waiting", "sent")),
)  # fmt: skip
sa.Index("source_request_made", source_request.c.created_at)

source_cursor = sa.Table(
    "source_cursor",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("feed", sa.String(64), primary_key=True),
    sa.Column("mark", sa.LargeBinary(16), nullable=False),
    sa.Column("cursor", sa.LargeBinary),
    sa.Column("read_at", sa.BigInteger, nullable=False),
)
"""How far a feed has been read, under which mappings (`mark`): under others it is read anew."""

source_spool = sa.Table(
    "source_spool",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("source_spool_source", "source", "position"),
    sqlite_autoincrement=True,
)
"""Records that are kept here and not yet where they belong. A position is never given twice."""

source_part = sa.Table(
    "source_part",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("joined", sa.LargeBinary(16), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("own", sa.String(200), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""A row that is part of a joined record: found by `key`; `own` tells several of one key apart."""

source_link = sa.Table(
    "source_link",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("joined", sa.LargeBinary(16), primary_key=True),
    sa.Column("part", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("main", sa.String(200), primary_key=True),
    sa.Index("source_link_main", "source", "joined", "main"),
)
"""Which main rows need the parts of a key: when one of these changes, those records do."""

source_sent = sa.Table(
    "source_sent",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("joined", sa.LargeBinary(16), primary_key=True),
    sa.Column("main", sa.String(200), primary_key=True),
    sa.Column("hash", sa.LargeBinary(16), nullable=False),
)
"""What a joined record was when it was sent last."""

source_fault = sa.Table(
    "source_fault",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("record_type", sa.String(64)),
    sa.Column("key", sa.String(200)),
    sa.Column("message", sa.LargeBinary(16)),
    sa.Column("text", sa.Text),
    sa.Column("errors", sa.JSON, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("source_fault_source", "source", "id"),
)
"""A row or message that gave no record, or one that was refused, with every fault in it; the latest of each source.

`message` is the hash of a message's id, `text` the message itself, for a person who has to look at it."""

source_arrival = sa.Table(
    "source_arrival",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("message", sa.LargeBinary(16), primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("source_arrival_at", "source", "at"),
)
"""Messages that went their way: one that is sent again is dropped."""

source_write = sa.Table(
    "source_write",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("statement", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("reference", sa.String(200)),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""The ledger of writes carried out from here: begun → done | refused | unknown. Nothing is begun twice."""

KEPT = (
    source_cursor, source_spool, source_part, source_link, source_sent, source_fault, source_arrival, source_write,
)  # fmt: skip
"""The tables of a connector's own file."""
