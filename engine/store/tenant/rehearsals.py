"""Rehearsals of campaigns: what was asked for, how far each is, what it found."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata

rehearsal = sa.Table(
    "rehearsal",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("flow_id", sa.LargeBinary(16)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("report", sa.JSON),
    sa.Column("why", sa.JSON),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
)
"""`share` is the share of people who are done, `tries` how often it was begun, `why` what kept it from its end."""
