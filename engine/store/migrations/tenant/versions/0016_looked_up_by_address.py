"""Receipts and the do-not-contact list are looked up by reference and by address: these come first in their keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    for table in ("receipt", "do_not_contact"):
        op.rename_table(table, f"{table}_before")
    op.drop_index("receipt_message", "receipt_before")
    op.drop_index("receipt_unmatched", "receipt_before")
    receipts: list[Any] = [
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("gateway", sa.String(40), nullable=False),
        sa.Column("message_id", sa.LargeBinary(16)),
        sa.Column("state", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.Column("receiver", sa.String(200)),
        sa.Column("at", sa.BigInteger(), nullable=False),
    ]
    listed: list[Any] = [
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("medium", sa.String(8), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(200)),
        sa.Column("message_id", sa.LargeBinary(16)),
        sa.Column("at", sa.BigInteger(), nullable=False),
    ]
    _moved("receipt", receipts, "reference", "gateway")
    _moved("do_not_contact", listed, "address", "medium")
    _partial("receipt_message", "receipt", ["message_id"], "message_id IS NOT NULL")
    _partial("receipt_unmatched", "receipt", ["gateway", "at"], "message_id IS NULL")
    op.drop_index("consent_address", "consent")
    op.create_index("consent_address", "consent", ["address", "id"])


def _moved(name: str, columns: list[Any], *key: str) -> None:
    made = op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key, name=f"{name}_by_{key[0]}"))
    before = sa.table(f"{name}_before", *(sa.column(column.name) for column in columns))
    names = [column.name for column in columns]
    op.execute(made.insert().from_select(names, sa.select(*(before.c[each] for each in names))))
    op.drop_table(f"{name}_before")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
