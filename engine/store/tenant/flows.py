"""Flows, what starts them, and what people define beside them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata

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
    sa.Column("saved_by", sa.Text),
)

kept_draft = sa.Table(
    "kept_draft",
    metadata,
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("saved_by", sa.Text),
    sa.Column("saved_at", sa.BigInteger, nullable=False),
)
"""How a draft was before somebody else went on with it, or before a long pause."""

version = sa.Table(
    "version",
    metadata,
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("author", sa.Text),
)

flow_permission = sa.Table(
    "flow_permission",
    metadata,
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("allowed", sa.JSON, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)
"""Who alone may edit, publish or follow a flow; a flow without a row is everybody's whose role allows it."""

prompt_review = sa.Table(
    "prompt_review",
    metadata,
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("node", sa.String(64), primary_key=True),
    sa.Column("place", sa.String(200), primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("content", sa.LargeBinary(32), nullable=False),
    sa.Column("others", sa.LargeBinary(32), nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("machine", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""Who has found a prompt right in a language, and of what: digests of its words and sounds, and of other languages."""

trigger = sa.Table(
    "trigger",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("flow_id", sa.LargeBinary(16), sa.ForeignKey("flow.id"), nullable=False, index=True),
    sa.Column("number", sa.String(40)),
    sa.Column("config", sa.JSON, nullable=False),
    sa.Column("enabled", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.true()),
    sa.Column("created_at", sa.BigInteger, nullable=False),
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
