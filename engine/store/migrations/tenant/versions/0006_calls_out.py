"""Calls of ours: by which trunk, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for column in (
        sa.Column("trunk", sa.String(64)),
        sa.Column("fate", sa.String(16)),
        sa.Column("rang", sa.Boolean(create_constraint=False)),
        sa.Column("sip", sa.Integer()),
    ):
        op.add_column("leg", column)
