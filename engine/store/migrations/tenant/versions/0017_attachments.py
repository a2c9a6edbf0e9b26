"""Files that came with mail."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "message_file",
        sa.Column("message_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("asset_id", sa.LargeBinary(16), nullable=False),
    )
