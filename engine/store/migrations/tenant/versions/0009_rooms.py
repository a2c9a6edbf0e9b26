"""Conferences that are going on, and what people ask of live calls."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "room",
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("news", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "live_request",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("refusal", sa.Text()),
    )
    is_open = sa.text("done_at IS NULL")
    op.create_index(
        "live_request_open", "live_request", ["owner"], sqlite_where=is_open, postgresql_where=is_open
    )
