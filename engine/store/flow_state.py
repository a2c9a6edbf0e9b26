"""Whether a flow may begin sessions, and how long and how many they may be.

A flow is active, paused (no new sessions for now) or retired (none any more; it may be taken back). Sessions that are
there go on in either case, to their end. This is kept beside the drawing, not in it: it changes without a publish.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.flows import FlowUnknown
from engine.store.inbox import pending_starts
from engine.store.tenant import flow, kept_draft, prompt_review, session, trigger, version
from engine.store.times import SECOND
from engine.store.trials import trial_id

State = Literal["active", "paused", "retired", "trial"]
YEAR = 365 * 24 * 3600
"""Seconds that a session may last where its flow says nothing else."""
LIVE_PER_CONTACT = 1_000
"""Sessions that one contact may have at one time, over all flows."""


class FlowSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is set beside the drawing. `expires_after` is in seconds; None is the default, and no limit of its own."""

    expires_after: int | None = None
    live_per_contact: int | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be known of a flow before a session of it begins."""

    id: bytes
    published: int | None
    state: State
    settings: FlowSettings

    def expires_at(self, at: int) -> int:
        """When a session ends that begins at this moment (microseconds)."""
        return at + (self.settings.expires_after or YEAR) * SECOND


_COLUMNS = (flow.c.id, flow.c.published, flow.c.state, flow.c.settings)


def standing(connection: sa.Connection, identity: bytes) -> Standing:
    """How a flow stands; raises FlowUnknown."""
    row = connection.execute(sa.select(*_COLUMNS).where(flow.c.id == identity)).one_or_none()
    if row is None:
        raise FlowUnknown
    return read(row)


def read(row: sa.Row[*tuple[Any, ...]]) -> Standing:
    """The same from a row that has the flow's columns of these names."""
    settings = msgspec.convert(row.settings, FlowSettings)
    return Standing(id=row.id, published=row.published, state=row.state, settings=settings)


def set_state(connection: sa.Connection, identity: bytes, state: State) -> State:
    """Pause a flow, retire it, or take it back; what it was before. Raises FlowUnknown."""
    before = standing(connection, identity).state
    connection.execute(flow.update().where(flow.c.id == identity).values(state=state))
    return before


def set_settings(connection: sa.Connection, identity: bytes, settings: FlowSettings) -> None:
    """Set what sessions that begin from now on go by. Raises FlowUnknown."""
    standing(connection, identity)
    connection.execute(flow.update().where(flow.c.id == identity).values(settings=msgspec.to_builtins(settings)))


def live_sessions_of(connection: sa.Connection, contact_key: str, flow_id: bytes | None = None) -> int:
    """How many sessions a contact has now; of one flow if asked for."""
    statement = sa.select(sa.func.count()).where(session.c.contact_key == contact_key, session.c.ended_at.is_(None))
    if flow_id is not None:
        statement = statement.where(session.c.flow_id == flow_id)
    return connection.scalar(statement) or 0


def unended(connection: sa.Connection, identity: bytes) -> int:
    """How many sessions of a flow are there or are about to begin."""
    there = connection.scalar(
        sa.select(sa.func.count()).where(session.c.flow_id == identity, session.c.ended_at.is_(None))
    )
    return (there or 0) + sum(start.flow_id == identity for start in pending_starts(connection))


def delete(connection: sa.Connection, identity: bytes) -> None:
    """Remove a flow and its versions; its triggers must have been removed, and its sessions ended."""
    assert connection.execute(sa.select(trigger.c.id).where(trigger.c.flow_id == identity)).first() is None
    connection.execute(kept_draft.delete().where(kept_draft.c.flow_id == identity))
    connection.execute(prompt_review.delete().where(prompt_review.c.flow_id == identity))
    both = [identity, trial_id(identity)]
    connection.execute(version.delete().where(version.c.flow_id.in_(both)))
    connection.execute(flow.delete().where(flow.c.id.in_(both)))
