"""Sessions, and all that happens to them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("node", sa.String(64)),
    sa.Column("rev", sa.BigInteger, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("contact", sa.LargeBinary),
    sa.Column("record", sa.LargeBinary),
    sa.Column("owner", sa.String(200)),
    sa.Column("owner_epoch", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("wake_at", sa.BigInteger),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("contact_key", sa.String(80)),
    sa.Column("record_id", sa.LargeBinary(16)),
    sa.Column("contact_id", sa.LargeBinary(16)),
    sa.Index("session_flow", "flow_id", "id"),
)
partial("session_wake", session.c.wake_at, where=session.c.wake_at.is_not(None))
partial("session_owner", session.c.owner, where=session.c.owner.is_not(None))
partial("session_record", session.c.record_id, where=session.c.record_id.is_not(None))
partial("session_person", session.c.contact_id, where=session.c.contact_id.is_not(None))
partial("session_live", session.c.flow_id, where=session.c.ended_at.is_(None))
partial(
    "session_contact", session.c.contact_key,
    where=sa.and_(session.c.contact_key.is_not(None), session.c.ended_at.is_(None)),
)  # fmt: skip

lineage = sa.Table(
    "lineage",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("parent_id", sa.LargeBinary(16), nullable=False),
    sa.Column("root_id", sa.LargeBinary(16), nullable=False, index=True),
    sa.Column("hops", sa.Integer, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""Which session another one has started, for those that were started so; the root is the first of them."""

bulk = sa.Table(
    "bulk",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("filter", sa.JSON, nullable=False),
    sa.Column("event", sa.LargeBinary, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("after", sa.LargeBinary(16)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
)
"""One event for many sessions, put into the inbox a batch at a time."""
partial("bulk_open", bulk.c.id, where=bulk.c.ended_at.is_(None))

leg = sa.Table(
    "leg",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), sa.ForeignKey("session.id"), primary_key=True),
    sa.Column("leg", sa.String(200), primary_key=True),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("caller", sa.String(80), nullable=False),
    sa.Column("called", sa.String(80), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("answered_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("cause", sa.String(80)),
    sa.Column("trunk", sa.String(64)),
    sa.Column("fate", sa.String(16)),
    sa.Column("rang", sa.Boolean(create_constraint=False)),
    sa.Column("sip", sa.Integer),
    sa.Column("loss_in", sa.Integer),
    sa.Column("loss_out", sa.Integer),
    sa.Column("jitter_in", sa.Integer),
    sa.Column("jitter_out", sa.Integer),
    sa.Column("round_trip", sa.Integer),
    sa.Column("owner", sa.String(200), nullable=False, server_default=""),
)
"""Live parties. `owner` is the Asterisk that has, or had, the channel of this name: another may have one like it."""
partial("leg_live", leg.c.leg, leg.c.owner, where=leg.c.ended_at.is_(None), unique=True)
partial(
    "leg_called", leg.c.called, leg.c.session_id,
    where=leg.c.direction == sa.literal("out", literal_execute=True),
)  # fmt: skip
"""By this is found whom we called."""
partial(
    "leg_caller", leg.c.caller, leg.c.session_id,
    where=leg.c.direction == sa.literal("in", literal_execute=True),
)  # fmt: skip
"""And by this who called us."""
sa.Index("leg_started", leg.c.started_at, leg.c.direction, leg.c.fate)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("event", sa.LargeBinary, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("claimed_until", sa.BigInteger),
    sa.Column("done_at", sa.BigInteger),
    sa.UniqueConstraint("source", "external_id", name="inbox_source_external_id"),
)
partial("inbox_open", inbox.c.session_id, inbox.c.id, where=inbox.c.done_at.is_(None))

waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
)

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("turn", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("body", sa.LargeBinary),
    sa.Column("created_at", sa.BigInteger, nullable=False, index=True),
)
