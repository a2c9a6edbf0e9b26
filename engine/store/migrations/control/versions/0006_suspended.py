"""Tenants that are suspended: nobody signs in, nothing is called, nothing is lost."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("tenant", sa.Column("suspended_at", sa.BigInteger()))
