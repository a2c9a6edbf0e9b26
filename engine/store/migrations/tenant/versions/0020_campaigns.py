"""Campaigns, who is in them, every attempt, what was considered; lists of people."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    _campaigns()
    _members()
    _attempts()
    op.create_table(
        "campaign_note",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("campaign_id", sa.LargeBinary(16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(16)),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    _partial("campaign_note_member", "campaign_note", ["member_id", "id"], "member_id IS NOT NULL")
    op.create_index("campaign_note_campaign", "campaign_note", ["campaign_id", "id"])
    op.create_table(
        "saved_list",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "saved_list_entry",
        sa.Column("list", sa.String(64), primary_key=True),
        sa.Column("place", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("contact", sa.JSON(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
    )


def _campaigns() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("why", sa.JSON()),
        sa.Column("reached", sa.LargeBinary()),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.Column("going_since", sa.BigInteger()),
        sa.Column("next_dial_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("built_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index("campaign_flow", "campaign", ["flow_id"])
    _partial("campaign_open", "campaign", ["state"], "state IN ('running', 'paused')")


def _members() -> None:
    op.create_table(
        "campaign_member",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        sa.Column("campaign_id", sa.LargeBinary(16), nullable=False),
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("contact_id", sa.LargeBinary(16)),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.LargeBinary(16)),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(16)),
        sa.Column("why", sa.JSON()),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("key", "campaign_id", name="campaign_member_key"),
    )
    op.create_index("campaign_member_state", "campaign_member", ["campaign_id", "state", "id"])
    op.create_index("campaign_member_address", "campaign_member", ["address", "campaign_id"])
    _partial("campaign_member_due", "campaign_member", ["campaign_id", "next_at", "place"], "state = 'waiting'")


def _attempts() -> None:
    op.create_table(
        "attempt",
        sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("campaign_id", sa.LargeBinary(16), nullable=False),
        sa.Column("member_id", sa.LargeBinary(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("called", sa.String(80), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger()),
        sa.Column("dialled_at", sa.BigInteger()),
        sa.Column("fate", sa.String(16)),
        sa.Column("cause", sa.String(80)),
        sa.Column("rang", sa.Boolean()),
        sa.Column("completed", sa.Boolean()),
        sa.Column("outcome", sa.Text()),
        sa.Column("seconds", sa.Float()),
        sa.Column("cost", sa.BigInteger()),
        sa.Column("settled_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.UniqueConstraint("member_id", "number", name="attempt_member_number"),
    )
    op.create_index("attempt_campaign", "attempt", ["campaign_id", "session_id"])
    op.create_index("attempt_address", "attempt", ["address", "at"])
    _partial("attempt_open", "attempt", ["campaign_id", "session_id"], "settled_at IS NULL")
    _partial("attempt_unended", "attempt", ["session_id"], "ended_at IS NULL")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
