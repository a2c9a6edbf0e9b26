"""Records, the people they are about, and which of them a session is about."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "record",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("record_type", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source_version", sa.String(200)),
        sa.Column("contact_id", sa.LargeBinary(16)),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.UniqueConstraint("record_type", "key", name="record_type_key"),
    )
    _partial("record_contact", "record", ["contact_id"], "contact_id IS NOT NULL")
    op.create_table(
        "record_version",
        sa.Column("record_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source_version", sa.String(200)),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("key", sa.String(300), nullable=False, unique=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "contact_address",
        sa.Column("address", sa.String(200), primary_key=True),
        sa.Column("contact_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("contact_address_contact", "contact_address", ["contact_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("person", sa.LargeBinary(32), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_erasure_person", "erasure", ["person"])
    op.add_column("session", sa.Column("record_id", sa.LargeBinary(16)))
    op.add_column("session", sa.Column("contact_id", sa.LargeBinary(16)))
    _partial("session_record", "session", ["record_id"], "record_id IS NOT NULL")
    _partial("session_person", "session", ["contact_id"], "contact_id IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
