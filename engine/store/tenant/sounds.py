"""What is heard, faxed and recorded."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

asset = sa.Table(
    "asset",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(128), unique=True),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("asset_kind", "kind", "id"),
)
"""Stored files. What people put in has a name, by which flows speak of it; what calls and faxes left has none."""

asset_file = sa.Table(
    "asset_file",
    metadata,
    sa.Column("asset_id", sa.LargeBinary(16), sa.ForeignKey("asset.id"), primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("in_use", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("sha256", sa.LargeBinary(32), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.Float),
    sa.Column("level", sa.Float),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("asset_file_sha256", "sha256"),
)
"""Every version of an asset's file, by language ("" for all); one of each language is in use."""

recording = sa.Table(
    "recording",
    metadata,
    sa.Column("asset_id", sa.LargeBinary(16), sa.ForeignKey("asset.id"), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("leg", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("channels", sa.Integer, nullable=False),
    sa.Column("ended_at", sa.BigInteger, nullable=False),
    sa.Index("recording_session", "session_id"),
    sa.Index("recording_ended_at", "ended_at"),
)
"""Whose recording an asset is: something that a party said (`speech`), or both sides of a call (`call`)."""

room = sa.Table(
    "room",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("news", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""Conferences that are going on, as the engine of their Asterisk (`owner`) last said."""

live_request = sa.Table(
    "live_request",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("asked_by", sa.String(200), nullable=False),
    sa.Column("asked_at", sa.BigInteger, nullable=False),
    sa.Column("done_at", sa.BigInteger),
    sa.Column("refusal", sa.Text),
)
"""What people ask of live calls, for the engine that has them: done once, and kept for a while as a note of who did."""
partial("live_request_open", live_request.c.owner, where=live_request.c.done_at.is_(None))

fax = sa.Table(
    "fax",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("leg", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(200)),
    sa.Column("outbox_id", sa.LargeBinary(16)),
    sa.Column("caller", sa.String(80), nullable=False),
    sa.Column("called", sa.String(80), nullable=False),
    sa.Column("trunk", sa.String(64)),
    sa.Column("document", sa.String(200)),
    sa.Column("asset_id", sa.LargeBinary(16)),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("fate", sa.String(16)),
    sa.Column("cause", sa.String(80)),
    sa.Column("station", sa.String(80)),
    sa.Column("medium", sa.String(8)),
    sa.Column("rate", sa.Integer),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("answered_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Index("fax_session", "session_id"),
)
"""Each fax that was sent (`out`) or has come in. One that goes out is open while the Asterisk of `owner` has it."""
partial("fax_open", fax.c.owner, where=fax.c.ended_at.is_(None))

spoken_prompt = sa.Table(
    "spoken_prompt",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("asset_id", sa.LargeBinary(16), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("begun_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
)
"""A prompt that somebody speaks by telephone, in this session; open until what was kept is the asset's next version."""
partial("spoken_prompt_open", spoken_prompt.c.session_id, where=spoken_prompt.c.ended_at.is_(None))
