"""Records and the people they are about."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

record = sa.Table(
    "record",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("record_type", sa.String(64), nullable=False),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.LargeBinary(16), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("source_version", sa.String(200)),
    sa.Column("contact_id", sa.LargeBinary(16)),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("deleted_at", sa.BigInteger),
    sa.UniqueConstraint("record_type", "key", name="record_type_key"),
)
"""`body` is JSON with its names in order, of which `hash` is made. A deleted one stays, so that nothing older than it
brings it back; its last content is in its history."""
partial("record_contact", record.c.contact_id, where=record.c.contact_id.is_not(None))

record_version = sa.Table(
    "record_version",
    metadata,
    sa.Column("record_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("source_version", sa.String(200)),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("deleted_at", sa.BigInteger),
)
"""What a record was before it is as it is now: `at` is when this version came in."""

contact = sa.Table(
    "contact",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
"""A person by the key that records give him; `body` is JSON: his name, telephone and the like."""

contact_address = sa.Table(
    "contact_address",
    metadata,
    sa.Column("address", sa.String(200), primary_key=True),
    sa.Column("contact_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("current", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("contact_address_contact", "contact_id"),
)
"""Where people are reached, or were once, in the one spelling of `message.peer`. Several may share an address."""

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("person", sa.LargeBinary(32), nullable=False, index=True),
    sa.Column("counts", sa.JSON, nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""That a person was forgotten, and how much there was: `person` is a keyed hash, which says who it was to nobody who
does not know the person key already."""
