"""What leaves the house, and by what."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("command_id", sa.String(40), nullable=False),
    sa.Column("gateway", sa.String(40), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("lane", sa.String(200)),
    sa.Column("on_unknown", sa.String(8), nullable=False, server_default="fail"),
    sa.Column("sealed", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("epoch", sa.BigInteger),
    sa.Column("reason", sa.Text),
    sa.Column("reference", sa.String(200)),
    sa.Column("handled_by", sa.String(200)),
    sa.Column("handled_at", sa.BigInteger),
    sa.UniqueConstraint("session_id", "command_id", name="outbox_session_command"),
)
partial("outbox_due", outbox.c.gateway, outbox.c.due_at, outbox.c.id, where=outbox.c.state == "due")
partial("outbox_sending", outbox.c.gateway, outbox.c.id, where=outbox.c.state == "sending")
partial(
    "outbox_lane", outbox.c.lane, outbox.c.id,
    where=sa.and_(outbox.c.lane.is_not(None), outbox.c.state.in_(("due", "sending"))),
)  # fmt: skip
partial("outbox_failed", outbox.c.id, where=outbox.c.state.in_(("dead", "unknown")))
partial("outbox_task", outbox.c.state, outbox.c.id, where=outbox.c.gateway == "task")
"""Tasks: what waits for a person, and what persons have decided."""

gateway = sa.Table(
    "gateway",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("config", sa.LargeBinary, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""How what is in the outbox leaves; `config` is sealed, for it holds passwords."""

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""What an organisation has set for itself, a name each."""
