"""One tenant's database: flows, sessions and all that happens to them. No table has a tenant column (DESIGN, Tenants).

A session's row is written by its owner alone; everybody else writes to its `inbox` (DECISIONS 1).
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
"""All tables of a tenant's database."""


def _partial(
    name: str, *columns: sa.ColumnElement[object], where: sa.ColumnElement[bool], unique: bool = False
) -> None:
    sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


flow = sa.Table(
    "flow",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("errors", sa.Integer, nullable=False),
    sa.Column("warnings", sa.Integer, nullable=False),
    sa.Column("published", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False, server_default="active"),
    sa.Column("settings", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)

version = sa.Table(
    "version",
    metadata,
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)

trigger = sa.Table(
    "trigger",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id"), nullable=False, index=True),
    sa.Column("number", sa.String(40)),
    sa.Column("config", sa.JSON, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("outcome", sa.Text),
    sa.Column("node", sa.String(64)),
    sa.Column("rev", sa.BigInteger, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("contact", sa.LargeBinary),
    sa.Column("record", sa.LargeBinary),
    sa.Column("owner", sa.String(200)),
    sa.Column("owner_epoch", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("wake_at", sa.BigInteger),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("contact_key", sa.String(80)),
    sa.Index("session_flow", "flow_id", "id"),
)
_partial("session_wake", session.c.wake_at, where=session.c.wake_at.is_not(None))
_partial("session_owner", session.c.owner, where=session.c.owner.is_not(None))
_partial("session_live", session.c.flow_id, where=session.c.ended_at.is_(None))
_partial(
    "session_contact", session.c.contact_key,
    where=sa.and_(session.c.contact_key.is_not(None), session.c.ended_at.is_(None)),
)  # fmt: skip

lineage = sa.Table(
    "lineage",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("parent_id", sa.LargeBinary(16), nullable=False),
    sa.Column("root_id", sa.LargeBinary(16), nullable=False, index=True),
    sa.Column("hops", sa.Integer, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""Which session another one has started, for those that were started so; the root is the first of them."""

bulk = sa.Table(
    "bulk",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("filter", sa.JSON, nullable=False),
    sa.Column("event", sa.LargeBinary, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("after", sa.LargeBinary(16)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
)
"""One event for many sessions, put into the inbox a batch at a time."""
_partial("bulk_open", bulk.c.id, where=bulk.c.ended_at.is_(None))

leg = sa.Table(
    "leg",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), sa.ForeignKey("session.id"), primary_key=True),
    sa.Column("leg", sa.String(200), primary_key=True),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("caller", sa.String(80), nullable=False),
    sa.Column("called", sa.String(80), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("started_at", sa.BigInteger, nullable=False),
    sa.Column("answered_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("cause", sa.String(80)),
    sa.Column("trunk", sa.String(64)),
    sa.Column("fate", sa.String(16)),
    sa.Column("rang", sa.Boolean(create_constraint=False)),
    sa.Column("sip", sa.Integer),
    sa.Column("loss_in", sa.Integer),
    sa.Column("loss_out", sa.Integer),
    sa.Column("jitter_in", sa.Integer),
    sa.Column("jitter_out", sa.Integer),
    sa.Column("round_trip", sa.Integer),
    sa.Column("owner", sa.String(200), nullable=False, server_default=""),
)
"""Live parties. `owner` is the Asterisk that has, or had, the channel of this name: another may have one like it."""
_partial("leg_live", leg.c.leg, leg.c.owner, where=leg.c.ended_at.is_(None), unique=True)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("external_id", sa.String(200), nullable=False),
    sa.Column("event", sa.LargeBinary, nullable=False),
    sa.Column("received_at", sa.BigInteger, nullable=False),
    sa.Column("claimed_until", sa.BigInteger),
    sa.Column("done_at", sa.BigInteger),
    sa.UniqueConstraint("source", "external_id", name="inbox_source_external_id"),
)
_partial("inbox_open", inbox.c.session_id, inbox.c.id, where=inbox.c.done_at.is_(None))

waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("command_id", sa.String(40), nullable=False),
    sa.Column("gateway", sa.String(40), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("lane", sa.String(200)),
    sa.Column("on_unknown", sa.String(8), nullable=False, server_default="fail"),
    sa.Column("sealed", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("epoch", sa.BigInteger),
    sa.Column("reason", sa.Text),
    sa.Column("reference", sa.String(200)),
    sa.Column("handled_by", sa.String(200)),
    sa.Column("handled_at", sa.BigInteger),
    sa.UniqueConstraint("session_id", "command_id", name="outbox_session_command"),
)
_partial("outbox_due", outbox.c.gateway, outbox.c.due_at, outbox.c.id, where=outbox.c.state == "due")
_partial("outbox_sending", outbox.c.gateway, outbox.c.id, where=outbox.c.state == "sending")
_partial(
    "outbox_lane", outbox.c.lane, outbox.c.id,
    where=sa.and_(outbox.c.lane.is_not(None), outbox.c.state.in_(("due", "sending"))),
)  # fmt: skip
_partial("outbox_failed", outbox.c.id, where=outbox.c.state.in_(("dead", "unknown")))

gateway = sa.Table(
    "gateway",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("config", sa.LargeBinary, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""How what is in the outbox leaves; `config` is sealed, for it holds passwords."""

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("session_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("turn", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("body", sa.LargeBinary),
    sa.Column("created_at", sa.BigInteger, nullable=False, index=True),
)

example = sa.Table(
    "example",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
    sa.Column("imported_at", sa.BigInteger, nullable=False),
)
"""Examples that came in once: one that was changed or deleted does not come back."""


def _defined(name: str) -> sa.Table:
    """A table of what people define under a name: `definition` is as the API takes it."""
    return sa.Table(
        name,
        metadata,
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )


calendar = _defined("calendar")
record_type = _defined("record_type")

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
_partial("live_request_open", live_request.c.owner, where=live_request.c.done_at.is_(None))

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
_partial("fax_open", fax.c.owner, where=fax.c.ended_at.is_(None))

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("medium", sa.String(8), nullable=False),
    sa.Column("session_id", sa.LargeBinary(16)),
    sa.Column("gateway", sa.String(40), nullable=False),
    sa.Column("sender", sa.String(200), nullable=False),
    sa.Column("receiver", sa.String(200), nullable=False),
    sa.Column("peer", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("parts", sa.Integer, nullable=False),
    sa.Column("price", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("reference", sa.String(200)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("awaits", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("queued_at", sa.BigInteger),
    sa.Column("sending_at", sa.BigInteger),
    sa.Column("sent_at", sa.BigInteger),
    sa.Column("unknown_at", sa.BigInteger),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("became", sa.String(16)),
    sa.Column("written_by", sa.String(200)),
    sa.Column("handled_by", sa.String(200)),
    sa.Column("handled_at", sa.BigInteger),
    sa.Index("message_peer", "peer", "id"),
)
"""The ledger of texts and mail. What goes out has its outbox row's id; `peer` is the other side, in one spelling."""
_partial("message_session", message.c.session_id, message.c.id, where=message.c.session_id.is_not(None))
_partial("message_open", message.c.id, where=sa.and_(message.c.became == "inbox", message.c.handled_at.is_(None)))
_partial("message_failed", message.c.id, where=message.c.state.in_(("failed", "unknown")))

message_file = sa.Table(
    "message_file",
    metadata,
    sa.Column("message_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asset_id", sa.LargeBinary(16), nullable=False),
)
"""The files that came with a mail."""

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("reference", sa.String(200), primary_key=True),
    sa.Column("gateway", sa.String(40), primary_key=True),
    sa.Column("message_id", sa.LargeBinary(16)),
    sa.Column("state", sa.String(16)),
    sa.Column("reason", sa.Text),
    sa.Column("receiver", sa.String(200)),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""A gateway's ids, and what it reported of each: made by the text that has the id, or by a report that came first."""
_partial("receipt_message", receipt.c.message_id, where=receipt.c.message_id.is_not(None))
_partial("receipt_unmatched", receipt.c.gateway, receipt.c.at, where=receipt.c.message_id.is_(None))

message_part = sa.Table(
    "message_part",
    metadata,
    sa.Column("gateway", sa.String(40), primary_key=True),
    sa.Column("sender", sa.String(200), primary_key=True),
    sa.Column("receiver", sa.String(200), primary_key=True),
    sa.Column("reference", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("total", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("joined_at", sa.BigInteger),
    sa.Index("message_part_at", "at"),
)
"""Parts of long texts that came in; joined ones are kept for a while, for a carrier may bring them again."""

arrival = sa.Table(
    "arrival",
    metadata,
    sa.Column("gateway", sa.String(40), primary_key=True),
    sa.Column("external_id", sa.String(200), primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("arrival_at", "at"),
)
"""What has come in by its gateway's id: it counts once."""

do_not_contact = sa.Table(
    "do_not_contact",
    metadata,
    sa.Column("address", sa.String(200), primary_key=True),
    sa.Column("medium", sa.String(8), primary_key=True),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(200)),
    sa.Column("message_id", sa.LargeBinary(16)),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""Addresses that nothing is sent to, each in the one spelling of `message.peer`."""

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("medium", sa.String(8), nullable=False),
    sa.Column("address", sa.String(200), nullable=False),
    sa.Column("given", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(200)),
    sa.Column("message_id", sa.LargeBinary(16)),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("consent_address", "address", "id"),
)
"""Each time that somebody agreed to be written to, or took it back: never changed, never forgotten."""

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""What an organisation has set for itself, a name each."""

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
_partial("spoken_prompt_open", spoken_prompt.c.session_id, where=spoken_prompt.c.ended_at.is_(None))
