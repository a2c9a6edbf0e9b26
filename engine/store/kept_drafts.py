"""How a draft was before somebody else went on with it: nobody's work is lost to another's, nor to a step back.

A flow's hundred newest are kept; of one author's drafts one in ten minutes.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.tenant import kept_draft
from engine.store.times import SECOND

SITTING = 600 * SECOND
AT_MOST = 100


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that was kept, without its document."""

    revision: int
    saved_by: str | None
    saved_at: int


_KEPT = [kept_draft.c[field] for field in Kept.__struct_fields__]


def is_due(connection: sa.Connection, flow_id: bytes, *, at: int) -> bool:
    """Whether none has been kept for ten minutes."""
    latest = sa.select(sa.func.max(kept_draft.c.saved_at)).where(kept_draft.c.flow_id == flow_id)
    return (connection.scalar(latest) or 0) < at - SITTING


def keep(connection: sa.Connection, flow_id: bytes, revision: int, document: str, *, by: str | None, at: int) -> None:
    """Keep a draft that is about to be replaced, and let the oldest go."""
    values = {"flow_id": flow_id, "revision": revision, "document": document, "saved_by": by, "saved_at": at}
    connection.execute(kept_draft.insert().values(values))
    mine = kept_draft.c.flow_id == flow_id
    newest = sa.select(kept_draft.c.revision).where(mine).order_by(kept_draft.c.revision.desc())
    oldest = connection.scalar(newest.offset(AT_MOST - 1).limit(1))
    if oldest is not None:
        connection.execute(kept_draft.delete().where(mine, kept_draft.c.revision < oldest))


def page(connection: sa.Connection, flow_id: bytes, *, below: int | None, limit: int) -> list[Kept]:
    """The drafts that were kept, the newest first."""
    statement = sa.select(*_KEPT).where(kept_draft.c.flow_id == flow_id).order_by(kept_draft.c.revision.desc())
    if below is not None:
        statement = statement.where(kept_draft.c.revision < below)
    return [Kept(**row._mapping) for row in connection.execute(statement.limit(limit))]


def document(connection: sa.Connection, flow_id: bytes, revision: int) -> str | None:
    """A draft that was kept, in its canonical form."""
    mine = kept_draft.c.flow_id == flow_id, kept_draft.c.revision == revision
    found: str | None = connection.scalar(sa.select(kept_draft.c.document).where(*mine))
    return found


def every(connection: sa.Connection, flow_id: bytes) -> list[tuple[str, str | None, int]]:
    """The drafts that were kept, the oldest first: document, who saved it, when."""
    columns = sa.select(kept_draft.c.document, kept_draft.c.saved_by, kept_draft.c.saved_at)
    rows = connection.execute(columns.where(kept_draft.c.flow_id == flow_id).order_by(kept_draft.c.revision))
    return [(row.document, row.saved_by, row.saved_at) for row in rows]
