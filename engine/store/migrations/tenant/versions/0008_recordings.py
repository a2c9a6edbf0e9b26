"""Recordings of calls: whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("asset_id", sa.LargeBinary(16), sa.ForeignKey("asset.id"), primary_key=True),
        sa.Column("session_id", sa.LargeBinary(16), nullable=False),
        sa.Column("leg", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("recording_session", "recording", ["session_id"])
    op.create_index("recording_ended_at", "recording", ["ended_at"])
