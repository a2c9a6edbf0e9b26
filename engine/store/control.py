"""The control database: which tenants there are, who may come in, whose a number is, which engine is active."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store import audit_tables

metadata = sa.MetaData()
"""All tables of the control database."""
audit_tables.add_to(metadata)

tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("name", sa.String(48), primary_key=True),
    sa.Column("database_url", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("keep_days", sa.Integer),
    sa.Column("recordings_days", sa.Integer),
    sa.Column("faxes_days", sa.Integer),
    sa.Column("suspended_at", sa.BigInteger),
)

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("bootstrap", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Column("scopes", sa.JSON(none_as_null=True)),
    sa.Column("used_at", sa.BigInteger),
    sa.Column("made_by", sa.String(200)),
    sa.Index("api_key_hash", "hash", unique=True),
)
"""`scopes`: the rights it is narrowed to; `used_at`: to the minute."""

flow_link = sa.Table(
    "flow_link",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("flow_id", sa.LargeBinary(16), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("made_by", sa.String(200), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("revoked_at", sa.BigInteger),
    sa.Column("used_at", sa.BigInteger),
    sa.Index("flow_link_hash", "hash", unique=True),
    sa.Index("flow_link_flow", "tenant", "flow_id"),
)
"""A link by which somebody without an account may look at one flow."""

number = sa.Table(
    "number",
    metadata,
    sa.Column("number", sa.String(40), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("trigger_id", sa.LargeBinary(16), nullable=False),
    sa.Column("confirmed", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)
_open = ~number.c.confirmed
sa.Index("number_unconfirmed", number.c.changed_at, sqlite_where=_open, postgresql_where=_open)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("holder", sa.String(200), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("process_started", sa.BigInteger, nullable=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)

trunk = sa.Table(
    "trunk",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("config", sa.JSON, nullable=False),
    sa.Column("secret", sa.LargeBinary),
    sa.Column("at_once", sa.Integer),
    sa.Column("per_second", sa.Float),
    sa.Column("enabled", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("next_at", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("registered", sa.String(16)),
    sa.Column("reachable", sa.String(16)),
    sa.Column("seen_at", sa.BigInteger),
    sa.UniqueConstraint("tenant", "name", name="trunk_tenant_name"),
)
"""`next_at` is when the next call may begin: calls of a trunk are spaced by its rate, over all engines."""

slot = sa.Table(
    "slot",
    metadata,
    sa.Column("leg", sa.String(200), primary_key=True),
    sa.Column("trunk_id", sa.LargeBinary(16), sa.ForeignKey("trunk.id", ondelete="CASCADE"), nullable=False),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("taken_at", sa.BigInteger, nullable=False),
    sa.Index("slot_trunk", "trunk_id"),
    sa.Index("slot_owner", "owner"),
)
"""One call on a trunk. It is kept by the Asterisk that has the call (`owner`), whichever engine serves that one."""

own_number = sa.Table(
    "own_number",
    metadata,
    sa.Column("number", sa.String(40), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("trunk", sa.String(64)),
    sa.Column("shown", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)
"""A number that belongs to an organisation, in E.164; `shown`: callees may see it."""

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("began_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("told_at", sa.BigInteger),
    sa.Column("claimed_until", sa.BigInteger),
)
"""What is wrong now, or was until a moment ago; a row goes when its end has been told."""

user_account = sa.Table(
    "user_account",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("login", sa.String(254), nullable=False),
    sa.Column("login_key", sa.String(254), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("language", sa.String(16)),
    sa.Column("password", sa.Text),
    sa.Column("password_at", sa.BigInteger),
    sa.Column("second_factor", sa.LargeBinary),
    sa.Column("second_factor_step", sa.BigInteger),
    sa.Column("disabled_at", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("signed_in_at", sa.BigInteger),
    sa.UniqueConstraint("tenant", "login_key", name="user_account_tenant_login"),
    sa.Index("user_account_login", "login_key"),
)
"""`second_factor` is sealed by the tenant's seal; `second_factor_step` is the time step of the last code used."""

user_session = sa.Table(
    "user_session",
    metadata,
    sa.Column("id", sa.LargeBinary(16), primary_key=True),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), nullable=False),
    sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE")),
    sa.Column("key_id", sa.LargeBinary(16), sa.ForeignKey("api_key.id", ondelete="CASCADE")),
    sa.Column("stage", sa.String(16), nullable=False),
    sa.Column("data", sa.LargeBinary),
    sa.Column("way", sa.String(64), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("software", sa.String(200), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
    sa.Column("idle", sa.BigInteger),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.Index("user_session_hash", "hash", unique=True),
    sa.Index("user_session_user", "user_id"),
    sa.Index("user_session_ends", "ends_at"),
)
"""A browser that is signed in (`stage` is `open`), or on its way to be; ends unless seen within `idle` microseconds."""

user_link = sa.Table(
    "user_link",
    metadata,
    sa.Column("hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
    sa.Index("user_link_user", "user_id"),
)
"""A link by which one sets a password, once: an invitation, or a reset. A row goes when it was used."""

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    sa.Index("recovery_code_user", "user_id"),
)

external_identity = sa.Table(
    "external_identity",
    metadata,
    sa.Column("issuer", sa.String(400), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("tenant", sa.String(48), sa.ForeignKey("tenant.name"), primary_key=True),
    sa.Column("user_id", sa.LargeBinary(16), sa.ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("external_identity_user", "user_id"),
)
"""A user as an OpenID provider knows him."""

failed_sign_in = sa.Table(
    "failed_sign_in",
    metadata,
    sa.Column("name", sa.LargeBinary(32), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
    sa.Column("until", sa.BigInteger, nullable=False),
    sa.Index("failed_sign_in_last", "last_at"),
)
"""Wrong passwords and codes in a row, by the hash of an account's login or of an address."""
