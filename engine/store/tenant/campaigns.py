"""Campaigns: who is to be reached, every attempt at it, and what was considered on the way."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

campaign = sa.Table(
    "campaign",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("audience", sa.JSON, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("why", sa.JSON),
    sa.Column("reached", sa.LargeBinary),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("left_out", sa.BigInteger, nullable=False),
    sa.Column("going_since", sa.BigInteger),
    sa.Column("next_dial_at", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("started_at", sa.BigInteger),
    sa.Column("built_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Index("campaign_flow", "flow_id"),
)
"""`reached` is how far the building of its audience has come, `going_since` when it was started or resumed,
`next_dial_at` when its next call may be dialled."""
partial("campaign_open", campaign.c.state, where=campaign.c.state.in_(("running", "paused")))

campaign_member = sa.Table(
    "campaign_member",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("campaign_id", sa.LargeBinary(16), nullable=False),
    sa.Column("key", sa.String(300), nullable=False),
    sa.Column("place", sa.BigInteger, nullable=False),
    sa.Column("number", sa.String(80), nullable=False),
    sa.Column("address", sa.String(200), nullable=False),
    sa.Column("contact_id", sa.LargeBinary(16)),
    sa.Column("contact", sa.LargeBinary, nullable=False),
    sa.Column("record_id", sa.LargeBinary(16)),
    sa.Column("record", sa.LargeBinary, nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("next_at", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("fate", sa.String(16)),
    sa.Column("why", sa.JSON),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("key", "campaign_id", name="campaign_member_key"),
    sa.Index("campaign_member_state", "campaign_id", "state", "id"),
    sa.Index("campaign_member_address", "address", "campaign_id"),
)
"""Who is in a campaign's audience, each person once; `key` says who that is over all campaigns."""
partial(
    "campaign_member_due", campaign_member.c.campaign_id, campaign_member.c.next_at, campaign_member.c.place,
    where=campaign_member.c.state == "waiting",
)  # fmt: skip

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("campaign_id", sa.LargeBinary(16), nullable=False),
    sa.Column("member_id", sa.LargeBinary(16), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("called", sa.String(80), nullable=False),
    sa.Column("address", sa.String(200), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("not_after", sa.BigInteger),
    sa.Column("dialled_at", sa.BigInteger),
    sa.Column("fate", sa.String(16)),
    sa.Column("cause", sa.String(80)),
    sa.Column("rang", sa.Boolean(create_constraint=False)),
    sa.Column("completed", sa.Boolean(create_constraint=False)),
    sa.Column("outcome", sa.Text),
    sa.Column("seconds", sa.Float),
    sa.Column("cost", sa.BigInteger),
    sa.Column("settled_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.UniqueConstraint("member_id", "number", name="attempt_member_number"),
    sa.Index("attempt_campaign", "campaign_id", "session_id"),
    sa.Index("attempt_address", "address", "at"),
)
"""One session that a campaign has started for a member. Settled: its fate is known and nobody of it is on the line."""
partial("attempt_open", attempt.c.campaign_id, attempt.c.session_id, where=attempt.c.settled_at.is_(None))
partial("attempt_unended", attempt.c.session_id, where=attempt.c.ended_at.is_(None))

campaign_note = sa.Table(
    "campaign_note",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("campaign_id", sa.LargeBinary(16), nullable=False),
    sa.Column("member_id", sa.LargeBinary(16)),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
)
"""What was considered and decided of a member, or of the campaign itself; never changed."""
partial(
    "campaign_note_member", campaign_note.c.member_id, campaign_note.c.id, where=campaign_note.c.member_id.is_not(None)
)  # fmt: skip
sa.Index("campaign_note_campaign", campaign_note.c.campaign_id, campaign_note.c.id)

saved_list = sa.Table(
    "saved_list",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)

saved_list_entry = sa.Table(
    "saved_list_entry",
    metadata,
    sa.Column("list", sa.String(64), primary_key=True),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("contact", sa.JSON, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
)
"""People that are kept under a name, for audiences."""
