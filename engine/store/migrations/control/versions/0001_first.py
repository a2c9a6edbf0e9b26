"""The first control database: tenants, keys, numbers, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_started", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "tenant",
        sa.Column("name", sa.String(48), primary_key=True),
        sa.Column("database_url", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("bootstrap", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
    )
    op.create_index("api_key_hash", "api_key", ["hash"], unique=True)
    op.create_table(
        "number",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("trigger_id", sa.LargeBinary(16), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
    op.create_index(
        "number_unconfirmed",
        "number",
        ["changed_at"],
        sqlite_where=sa.text("NOT confirmed"),
        postgresql_where=sa.text("NOT confirmed"),
    )
