"""Prompts that a machine has translated, until somebody finds them right."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("prompt_review", sa.Column("machine", sa.Boolean(), nullable=False, server_default=sa.false()))
