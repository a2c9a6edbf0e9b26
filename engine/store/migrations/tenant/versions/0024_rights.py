"""Who may edit, publish and follow a flow, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "flow_permission",
        sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("allowed", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "audit_log",
        sa.Column("tenant", sa.String(48), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(16), nullable=False),
        sa.Column("actor_id", sa.LargeBinary(16)),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object", sa.String(400)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("audit_log_id", "audit_log", ["tenant", "id"], unique=True)
    op.create_index("audit_log_object", "audit_log", ["tenant", "kind", "object"])
    op.create_table(
        "audit_head",
        sa.Column("tenant", sa.String(48), primary_key=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
