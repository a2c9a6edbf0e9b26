"""Flows that are paused or retired, sessions that expire, who started whom, one event for many sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("flow", sa.Column("state", sa.String(16), nullable=False, server_default="active"))
    op.add_column("flow", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("session", sa.Column("expires_at", sa.BigInteger()))
    op.add_column("session", sa.Column("contact_key", sa.String(80)))
    op.create_table(
        "lineage",
        sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("parent_id", sa.LargeBinary(16), nullable=False),
        sa.Column("root_id", sa.LargeBinary(16), nullable=False),
        sa.Column("hops", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_lineage_root_id", "lineage", ["root_id"])
    op.create_table(
        "bulk",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.LargeBinary(16)),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    for name, table, column, rows in (
        ("session_contact", "session", "contact_key", "contact_key IS NOT NULL AND ended_at IS NULL"),
        ("bulk_open", "bulk", "id", "ended_at IS NULL"),
    ):
        op.create_index(name, table, [column], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
