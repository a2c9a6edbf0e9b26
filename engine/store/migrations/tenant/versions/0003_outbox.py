"""The outbox's states, lanes and ends; gateways."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in (
        sa.Column("lane", sa.String(200)),
        sa.Column("on_unknown", sa.String(8), nullable=False, server_default="fail"),
        sa.Column("sealed", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
        sa.Column("epoch", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("reference", sa.String(200)),
        sa.Column("handled_by", sa.String(200)),
        sa.Column("handled_at", sa.BigInteger()),
    ):
        op.add_column("outbox", column)
    op.drop_index("outbox_due", "outbox")
    for name, columns, rows in (
        ("outbox_due", ["gateway", "due_at", "id"], "state = 'due'"),
        ("outbox_sending", ["gateway", "id"], "state = 'sending'"),
        ("outbox_lane", ["gateway", "lane", "id"], "lane IS NOT NULL AND state IN ('due', 'sending')"),
        ("outbox_failed", ["id"], "state IN ('dead', 'unknown')"),
    ):
        op.create_index(name, "outbox", columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
    op.create_table(
        "gateway",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("config", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
