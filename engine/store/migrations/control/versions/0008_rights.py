"""What keys are narrowed to and when they were used, links to one flow, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("api_key", sa.Column("scopes", sa.JSON()))
    op.add_column("api_key", sa.Column("used_at", sa.BigInteger()))
    op.add_column("api_key", sa.Column("made_by", sa.String(200)))
    op.create_table(
        "flow_link",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("used_at", sa.BigInteger()),
    )
    op.create_index("flow_link_hash", "flow_link", ["hash"], unique=True)
    op.create_index("flow_link_flow", "flow_link", ["tenant", "flow_id"])
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
