"""The first tenant database: flows, triggers, sessions, inbox, outbox, journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "example",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "flow",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])
    op.create_table(
        "inbox",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("session_id", sa.LargeBinary(16), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("external_id", sa.String(200), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.Column("done_at", sa.BigInteger()),
        sa.UniqueConstraint("source", "external_id", name="inbox_source_external_id"),
    )
    op.create_index(
        "inbox_open",
        "inbox",
        ["session_id", "id"],
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("node", sa.String(64)),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary()),
        sa.Column("record", sa.LargeBinary()),
        sa.Column("owner", sa.String(200)),
        sa.Column("owner_epoch", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("wake_at", sa.BigInteger()),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("session_flow", "session", ["flow_id", "id"])
    op.create_index(
        "session_live",
        "session",
        ["flow_id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "session_owner",
        "session",
        ["owner"],
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "session_wake",
        "session",
        ["wake_at"],
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "journal",
        sa.Column("session_id", sa.LargeBinary(16), sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("turn", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "leg",
        sa.Column("session_id", sa.LargeBinary(16), sa.ForeignKey("session.id"), primary_key=True),
        sa.Column("leg", sa.String(200), primary_key=True),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("caller", sa.String(80), nullable=False),
        sa.Column("called", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("cause", sa.String(80)),
    )
    op.create_index(
        "leg_live",
        "leg",
        ["leg"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("session_id", sa.LargeBinary(16), sa.ForeignKey("session.id"), nullable=False),
        sa.Column("command_id", sa.String(40), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("session_id", "command_id", name="outbox_session_command"),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["due_at"],
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "trigger",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id"), nullable=False),
        sa.Column("number", sa.String(40)),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_trigger_flow_id", "trigger", ["flow_id"])
    op.create_table(
        "version",
        sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "waiting",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("session_id", sa.LargeBinary(16), sa.ForeignKey("session.id"), primary_key=True),
    )
