"""The flow that a rehearsal and an entry of the audit log are about, for the permissions of that flow."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

rehearsal = sa.table("rehearsal", sa.column("id"), sa.column("asked", sa.JSON), sa.column("flow_id"))
flow = sa.table("flow", sa.column("id"), sa.column("name"))


def upgrade() -> None:
    op.add_column("audit_log", sa.Column("flow_id", sa.LargeBinary(16)))
    op.add_column("rehearsal", sa.Column("flow_id", sa.LargeBinary(16)))
    bind = op.get_bind()
    for row in bind.execute(sa.select(rehearsal.c.id, rehearsal.c.asked)).all():
        named = row.asked.get("flow")
        if named is not None:
            found = bind.scalar(sa.select(flow.c.id).where(_is(named)).order_by(flow.c.id.desc()).limit(1))
            bind.execute(rehearsal.update().where(rehearsal.c.id == row.id).values(flow_id=found))


def _is(named: str) -> sa.ColumnElement[bool]:
    """By its id, or else by its name, as a rehearsal is asked for."""
    try:
        return sa.or_(flow.c.id == uuid.UUID(named).bytes, flow.c.name == named)
    except ValueError:
        return flow.c.name == named
