"""Sources, connectors, and what is on its way from and to them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "source",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("connector_id", sa.LargeBinary(16)),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.JSON()),
        sa.Column("seen_at", sa.BigInteger()),
    )
    op.create_table(
        "connector",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("stream", sa.LargeBinary(16)),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=False),
        sa.Column("software", sa.String(40)),
        sa.Column("line", sa.LargeBinary(16)),
        sa.Column("connected_at", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("received_at", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.Column("error_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "source_request",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("connector_id", sa.LargeBinary(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), unique=True),
        sa.Column("parameters", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("line", sa.LargeBinary(16)),
        sa.Column("stream", sa.LargeBinary(16)),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("reason", sa.Text()),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "source_cursor",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("feed", sa.String(64), primary_key=True),
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("cursor", sa.LargeBinary),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "source_spool",
        sa.Column("position", counted, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "source_part",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("joined", sa.LargeBinary(16), primary_key=True),
        sa.Column("part", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("own", sa.String(200), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "source_link",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("joined", sa.LargeBinary(16), primary_key=True),
        sa.Column("part", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("main", sa.String(200), primary_key=True),
    )
    op.create_table(
        "source_sent",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("joined", sa.LargeBinary(16), primary_key=True),
        sa.Column("main", sa.String(200), primary_key=True),
        sa.Column("hash", sa.LargeBinary(16), nullable=False),
    )
    op.create_table(
        "source_fault",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("record_type", sa.String(64)),
        sa.Column("key", sa.String(200)),
        sa.Column("message", sa.LargeBinary(16)),
        sa.Column("text", sa.Text()),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "source_arrival",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("message", sa.LargeBinary(16), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "source_write",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("statement", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("reference", sa.String(200)),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("source_spool_source", "source_spool", ["source", "position"])
    op.create_index("source_link_main", "source_link", ["source", "joined", "main"])
    op.create_index("source_fault_source", "source_fault", ["source", "id"])
    op.create_index("source_arrival_at", "source_arrival", ["source", "at"])
    op.create_index("source_request_made", "source_request", ["created_at"])
    still_open = sa.text("state IN ('waiting', 'sent')")
    op.create_index(
        "source_request_open", "source_request", ["connector_id", "id"],
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
