"""Who has found a prompt right in a language, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "prompt_review",
        sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("node", sa.String(64), primary_key=True),
        sa.Column("place", sa.String(200), primary_key=True),
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("others", sa.LargeBinary(32), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
