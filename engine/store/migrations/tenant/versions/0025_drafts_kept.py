"""Who saved a draft and who published a version; drafts that were kept when somebody else went on."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("flow", sa.Column("saved_by", sa.Text()))
    op.add_column("version", sa.Column("author", sa.Text()))
    op.create_table(
        "kept_draft",
        sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text()),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
    )
