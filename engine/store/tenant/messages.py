"""Texts and mails, both ways, and who wants none."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

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
partial("message_session", message.c.session_id, message.c.id, where=message.c.session_id.is_not(None))
partial("message_open", message.c.id, where=sa.and_(message.c.became == "inbox", message.c.handled_at.is_(None)))
partial("message_failed", message.c.id, where=message.c.state.in_(("failed", "unknown")))

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
partial("receipt_message", receipt.c.message_id, where=receipt.c.message_id.is_not(None))
partial("receipt_unmatched", receipt.c.gateway, receipt.c.at, where=receipt.c.message_id.is_(None))

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
