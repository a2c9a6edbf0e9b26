"""The audit log's tables: the same in the control database and in each tenant's.

A change and its entry belong into one transaction, so each database keeps the entries of what is changed in it.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("tenant", sa.String(48), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.LargeBinary(16), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.String(16), nullable=False),
    sa.Column("actor_id", sa.LargeBinary(16)),
    sa.Column("actor_name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("object", sa.String(400)),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("flow_id", sa.LargeBinary(16)),
    sa.Column("previous", sa.LargeBinary(32), nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Index("audit_log_id", "tenant", "id", unique=True),
    sa.Index("audit_log_object", "tenant", "kind", "object"),
)
"""One change each; `hash` is over the row and the hash before it, `flow_id` is the flow that it is about, if any."""

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("tenant", sa.String(48), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)
"""How far a chain has come, so that a missing end is seen; whoever writes the next entry holds this row."""


def add_to(other: sa.MetaData) -> None:
    """Let another database have these tables, too."""
    for table in (audit_log, audit_head):
        table.to_metadata(other)
