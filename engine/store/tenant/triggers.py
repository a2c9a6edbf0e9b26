"""What triggers by records, dates and schedules keep: what is to come, and what they have started."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.tenant.schema import metadata, partial

plan = sa.Table(
    "plan",
    metadata,
    sa.Column("trigger_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("record_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("moment", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.BigInteger),
    sa.Column("over_at", sa.BigInteger),
    sa.Column("after", sa.LargeBinary(16)),
    sa.Column("fate", sa.String(16)),
    sa.Column("reason", sa.Text),
    sa.Column("session_id", sa.LargeBinary(16)),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Index("plan_record", "record_id"),
)
"""A start to come, one for each trigger and record. `due_at` is its `moment` while it is to come, else nothing, and
`fate` says what became of it; past `over_at` it is of no use. A schedule's has an empty `record_id`, and `after` says
how far it has come with its audience."""
partial("plan_due", plan.c.due_at, where=plan.c.due_at.is_not(None))

started = sa.Table(
    "started",
    metadata,
    sa.Column("trigger_id", sa.LargeBinary(16), primary_key=True),
    sa.Column("what", sa.String(120), primary_key=True),
    sa.Column("record_id", sa.LargeBinary(16)),
    sa.Column("session_id", sa.LargeBinary(16), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)
"""What was started, once for each `what`: a record, a contact, a day, a change. It is written with the start."""
partial("started_record", started.c.record_id, started.c.trigger_id, where=started.c.record_id.is_not(None))
