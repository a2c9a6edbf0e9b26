"""Prompts that are being spoken by telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "spoken_prompt",
        sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("asset_id", sa.LargeBinary(16), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "spoken_prompt_open", "spoken_prompt", ["session_id"], sqlite_where=is_open, postgresql_where=is_open
    )
