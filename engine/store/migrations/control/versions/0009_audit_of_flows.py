"""The flow that an entry of the audit log is about."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("audit_log", sa.Column("flow_id", sa.LargeBinary(16)))
