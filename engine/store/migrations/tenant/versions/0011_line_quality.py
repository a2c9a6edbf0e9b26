"""How well each leg was heard: loss per mille, jitter and round trip in microseconds."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for name in ("loss_in", "loss_out", "jitter_in", "jitter_out", "round_trip"):
        op.add_column("leg", sa.Column(name, sa.Integer()))
