"""How long each tenant's sessions and recordings are kept; without a number the platform's settings hold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("tenant", sa.Column("keep_days", sa.Integer()))
    op.add_column("tenant", sa.Column("recordings_days", sa.Integer()))
