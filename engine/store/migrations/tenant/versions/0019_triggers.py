"""Triggers by records and dates: what is planned, and what was started."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("trigger", sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "plan",
        sa.Column("trigger_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("record_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("over_at", sa.BigInteger()),
        sa.Column("after", sa.LargeBinary(16)),
        sa.Column("fate", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("session_id", sa.LargeBinary(16)),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
    _partial("plan_due", "plan", ["due_at"], "due_at IS NOT NULL")
    op.create_index("plan_record", "plan", ["record_id"])
    op.create_table(
        "started",
        sa.Column("trigger_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("what", sa.String(120), primary_key=True),
        sa.Column("record_id", sa.LargeBinary(16)),
        sa.Column("session_id", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    _partial("started_record", "started", ["record_id", "trigger_id"], "record_id IS NOT NULL")
    _partial("leg_called", "leg", ["called", "session_id"], "direction = 'out'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
