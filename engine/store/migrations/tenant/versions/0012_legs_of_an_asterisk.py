"""A leg's name is its Asterisk's: two Asterisks may name two calls alike."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("leg", sa.Column("owner", sa.String(200), nullable=False, server_default=""))
    op.drop_index("leg_live", "leg")
    op.create_index(
        "leg_live",
        "leg",
        ["leg", "owner"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
