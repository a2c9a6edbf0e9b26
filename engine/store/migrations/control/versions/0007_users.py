"""Users, their sessions, links, recovery codes, outside identities, and failed sign-ins."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("login", sa.String(254), nullable=False),
        sa.Column("login_key", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("password", sa.Text()),
        sa.Column("password_at", sa.BigInteger()),
        sa.Column("second_factor", sa.LargeBinary()),
        sa.Column("second_factor_step", sa.BigInteger()),
        sa.Column("disabled_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger()),
        sa.UniqueConstraint("tenant", "login_key", name="user_account_tenant_login"),
    )
    op.create_index("user_account_login", "user_account", ["login_key"])
    op.create_table(
        "user_session",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE")),
        sa.Column("key_id", sa.LargeBinary(16), sa.ForeignKey("api_key.id", ondelete="CASCADE")),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("data", sa.LargeBinary()),
        sa.Column("way", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("software", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("idle", sa.BigInteger()),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("user_session_hash", "user_session", ["hash"], unique=True)
    op.create_index("user_session_user", "user_session", ["user_id"])
    op.create_index("user_session_ends", "user_session", ["ends_at"])
    op.create_table(
        "user_link",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("user_link_user", "user_link", ["user_id"])
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("recovery_code_user", "recovery_code", ["user_id"])
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(400), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), primary_key=True),
        sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("external_identity_user", "external_identity", ["user_id"])
    op.create_table(
        "failed_sign_in",
        sa.Column("name", sa.LargeBinary(32), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    op.create_index("failed_sign_in_last", "failed_sign_in", ["last_at"])
