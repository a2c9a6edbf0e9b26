"""When a campaign's next call may be dialled: one moment in its row, moved on by each call's own transaction."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.store.attempts import AttemptRow
from engine.store.bulk import Select
from engine.store.tenant import attempt, campaign

_CAMPAIGNS = Select(sa.select(attempt.c.session_id, attempt.c.campaign_id), attempt.c.session_id)


def dialled(connection: sa.Connection, row: AttemptRow, following: int, *, at: int) -> None:
    """An attempt's call is placed now, the campaign's next one not before `following`."""
    connection.execute(campaign.update().where(campaign.c.id == row.campaign_id).values(next_dial_at=following))
    mine = attempt.update().where(attempt.c.session_id == row.session_id)
    connection.execute(mine.values(dialled_at=row.dialled_at or at, settled_at=None))


def campaigns_of(connection: sa.Connection, sessions: Sequence[bytes]) -> dict[bytes, bytes]:
    """The campaigns of those sessions that are attempts."""
    return {row[0]: row[1] for row in _CAMPAIGNS.run(connection, sessions)}
