"""Calls by their time and by who called, tasks by their state: for figures, finding sessions, and people who decide."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_index("leg_started", "leg", ["started_at", "direction", "fate"])
    _partial("leg_caller", "leg", ["caller", "session_id"], "direction = 'in'")
    _partial("outbox_task", "outbox", ["state", "id"], "gateway = 'task'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
