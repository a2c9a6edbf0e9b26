"""Messages: what was sent and what came in, receipts, parts, who is not to be written to."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_NAMES = {"fk": "outbox_session_id_fkey"}


def upgrade() -> None:
    with op.batch_alter_table("outbox", naming_convention=_NAMES) as outbox:
        outbox.drop_constraint("outbox_session_id_fkey", type_="foreignkey")
    op.create_table(
        "message",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("medium", sa.String(8), nullable=False),
        sa.Column("session_id", sa.LargeBinary(16)),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("receiver", sa.String(200), nullable=False),
        sa.Column("peer", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger()),
        sa.Column("currency", sa.String(3)),
        sa.Column("reference", sa.String(200)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("awaits", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.BigInteger()),
        sa.Column("sending_at", sa.BigInteger()),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("unknown_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("became", sa.String(16)),
        sa.Column("written_by", sa.String(200)),
        sa.Column("handled_by", sa.String(200)),
        sa.Column("handled_at", sa.BigInteger()),
    )
    op.create_index("message_peer", "message", ["peer", "id"])
    _partial("message_session", "message", ["session_id", "id"], "session_id IS NOT NULL")
    _partial("message_open", "message", ["id"], "became = 'inbox' AND handled_at IS NULL")
    _partial("message_failed", "message", ["id"], "state IN ('failed', 'unknown')")
    op.create_table(
        "receipt",
        sa.Column("gateway", sa.String(40), primary_key=True),
        sa.Column("reference", sa.String(200), primary_key=True),
        sa.Column("message_id", sa.LargeBinary(16)),
        sa.Column("state", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("receiver", sa.String(200)),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    _partial("receipt_message", "receipt", ["message_id"], "message_id IS NOT NULL")
    _partial("receipt_unmatched", "receipt", ["gateway", "at"], "message_id IS NULL")
    op.create_table(
        "message_part",
        sa.Column("gateway", sa.String(40), primary_key=True),
        sa.Column("sender", sa.String(200), primary_key=True),
        sa.Column("receiver", sa.String(200), primary_key=True),
        sa.Column("reference", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("total", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("joined_at", sa.BigInteger()),
    )
    op.create_index("message_part_at", "message_part", ["at"])
    op.create_table(
        "arrival",
        sa.Column("gateway", sa.String(40), primary_key=True),
        sa.Column("external_id", sa.String(200), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("arrival_at", "arrival", ["at"])
    op.create_table(
        "do_not_contact",
        sa.Column("medium", sa.String(8), primary_key=True),
        sa.Column("address", sa.String(200), primary_key=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(200)),
        sa.Column("message_id", sa.LargeBinary(16)),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("medium", sa.String(8), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(200)),
        sa.Column("message_id", sa.LargeBinary(16)),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("consent_address", "consent", ["medium", "address", "id"])
    op.create_table(
        "setting",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
