"""How long each tenant's faxes are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("tenant", sa.Column("faxes_days", sa.Integer()))
