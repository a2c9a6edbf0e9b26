"""Rows of a turn refer to their session without a foreign key: they are written with it, and each check cost a lock."""

from alembic import op

revision = "0007"
down_revision = "0006"

NAMED = {"fk": "%(table_name)s_%(column_0_name)s_fkey"}
"""The name that PostgreSQL has given; SQLite has none, and its tables are made anew without it."""


def upgrade() -> None:
    for table in ("journal", "waiting"):
        with op.batch_alter_table(table, naming_convention=NAMED) as batch:
            batch.drop_constraint(f"{table}_session_id_fkey", type_="foreignkey")
