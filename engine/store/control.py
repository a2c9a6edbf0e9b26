"""The control database: which tenants there are, who may come in, whose a number is, which engine is active."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
"""All tables of the control database."""

tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("name", sa.String(48), primary_key=True),
    sa.Column("database_url", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("keep_days", sa.Integer),
    sa.Column("recordings_days", sa.Integer),
    sa.Column("faxes_days", sa.Integer),
    sa.Column("suspended_at", sa.BigInteger),
)

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("bootstrap", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Index("api_key_hash", "hash", unique=True),
)

number = sa.Table(
    "number",
    metadata,
    sa.Column("number", sa.String(40), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("trigger_id", sa.LargeBinary(16), nullable=False),
    sa.Column("confirmed", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)
_open = ~number.c.confirmed
sa.Index("number_unconfirmed", number.c.changed_at, sqlite_where=_open, postgresql_where=_open)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("holder", sa.String(200), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started", sa.BigInteger, nullable=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)

trunk = sa.Table(
    "trunk",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("config", sa.JSON, nullable=False),
    sa.Column("secret", sa.LargeBinary),
    sa.Column("at_once", sa.Integer),
    sa.Column("per_second", sa.Float),
    sa.Column("enabled", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("registered", sa.String(16)),
    sa.Column("reachable", sa.String(16)),
    sa.Column("seen_at", sa.BigInteger),
    sa.UniqueConstraint("tenant", "name", name="trunk_tenant_name"),
)
"""`next_at` is when the next call may begin: calls of a trunk are spaced by its rate, over all engines."""

slot = sa.Table(
    "slot",
    metadata,
    sa.Column("leg", sa.String(200), primary_key=True),
    sa.Column("trunk_id", sa.LargeBinary(16), sa.ForeignKey("trunk.id", ondelete="CASCADE"), nullable=False),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("taken_at", sa.BigInteger, nullable=False),
    sa.Index("slot_trunk", "trunk_id"),
    sa.Index("slot_owner", "owner"),
)
"""One call on a trunk. It is kept by the Asterisk that has the call (`owner`), whichever engine serves that one."""

own_number = sa.Table(
    "own_number",
    metadata,
    sa.Column("number", sa.String(40), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("trunk", sa.String(64)),
    sa.Column("shown", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)
"""A number that belongs to an organisation, in E.164; `shown`: callees may see it."""

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("began_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("told_at", sa.BigInteger),
    sa.Column("claimed_until", sa.BigInteger),
)
"""What is wrong now, or was until a moment ago; a row goes when its end has been told."""
