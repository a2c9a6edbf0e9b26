"""Faxes, in and out."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "fax",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("session_id", sa.LargeBinary(16), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("leg", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200)),
        sa.Column("outbox_id", sa.LargeBinary(16)),
        sa.Column("caller", sa.String(80), nullable=False),
        sa.Column("called", sa.String(80), nullable=False),
        sa.Column("trunk", sa.String(64)),
        sa.Column("document", sa.String(200)),
        sa.Column("asset_id", sa.LargeBinary(16)),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(16)),
        sa.Column("cause", sa.String(80)),
        sa.Column("station", sa.String(80)),
        sa.Column("medium", sa.String(8)),
        sa.Column("rate", sa.Integer()),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("fax_session", "fax", ["session_id"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index("fax_open", "fax", ["owner"], sqlite_where=is_open, postgresql_where=is_open)
