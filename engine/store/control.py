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
