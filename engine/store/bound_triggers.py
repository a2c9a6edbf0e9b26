"""Triggers that are about records, ready to be asked: each config is compiled once for each process."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from engine.store import flow_state
from engine.store.flow_state import Standing
from engine.store.tenant import flow, trigger
from engine.triggers.config import TriggerConfig
from engine.triggers.kinds import compiled

log = structlog.get_logger()

_BOUND = (
    sa.select(
        trigger.c.id.label("trigger_id"), trigger.c.kind, trigger.c.enabled,
        sa.cast(trigger.c.config, sa.Text).label("written"), flow.c.id, flow.c.published, flow.c.state,
        flow.c.settings,
    )
    .join_from(trigger, flow, flow.c.id == trigger.c.flow_id)
    .order_by(trigger.c.id)
)  # fmt: skip


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A trigger that is about records, ready to be asked, with how its flow stands."""

    id: bytes
    kind: str
    config: TriggerConfig
    flow: Standing
    enabled: bool


def bound(connection: sa.Connection, kinds: Collection[str], *, only: bytes | None = None) -> list[Bound]:
    """The triggers of these kinds, the oldest first; compiled once for each config."""
    statement = _BOUND.where(trigger.c.kind.in_(kinds))
    if only is not None:
        statement = statement.where(trigger.c.id == only)
    found = []
    for row in connection.execute(statement):
        try:
            config = compiled(row.kind, row.written)
        except ValidationError as error:  # made by an installation that knew more, or less strict
            log.error("a trigger cannot be read, and starts nothing", trigger=row.trigger_id.hex(), reason=str(error))
            continue
        flow_of_it = flow_state.read(row)
        found.append(Bound(id=row.trigger_id, kind=row.kind, config=config, flow=flow_of_it, enabled=row.enabled))
    return found
