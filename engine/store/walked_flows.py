"""Rows that belong to a session, but those whose session walks certain flows: kept for others, or drafts on trial."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from engine.store.tenant import session

_walked = session.alias("walked")


def of_none(sessions: sa.ColumnElement[Any], flows: Collection[bytes]) -> sa.ColumnElement[bool]:
    """That the session which this column names walks none of these flows; true where no session is named."""
    if not flows:
        return sa.true()
    these = sa.select(sa.literal(1)).where(_walked.c.id == sessions, _walked.c.flow_id.in_(flows))
    return ~sa.exists(these)
