"""Trunks, the calls on them, and an organisation's own numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "trunk",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("at_once", sa.Integer()),
        sa.Column("per_second", sa.Float()),
        sa.Column("enabled", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("registered", sa.String(16)),
        sa.Column("reachable", sa.String(16)),
        sa.Column("seen_at", sa.BigInteger()),
        sa.UniqueConstraint("tenant", "name", name="trunk_tenant_name"),
    )
    op.create_table(
        "slot",
        sa.Column("leg", sa.String(200), primary_key=True),
        sa.Column("trunk_id", sa.LargeBinary(16), sa.ForeignKey("trunk.id", ondelete="CASCADE"), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("slot_trunk", "slot", ["trunk_id"])
    op.create_index("slot_owner", "slot", ["owner"])
    op.create_table(
        "own_number",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("trunk", sa.String(64)),
        sa.Column("shown", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
