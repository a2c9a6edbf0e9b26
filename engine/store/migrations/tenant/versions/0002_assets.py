"""Assets: stored files, by language and version."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "asset",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), unique=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("asset_kind", "asset", ["kind", "id"])
    op.create_table(
        "asset_file",
        sa.Column("asset_id", sa.LargeBinary(16), sa.ForeignKey("asset.id"), primary_key=True),
        sa.Column("language", sa.String(35), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("in_use", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("level", sa.Float()),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("asset_file_sha256", "asset_file", ["sha256"])
