"""What an engine asks of each tenant several times a second, by `Stores.glance`: steps in indexes of what is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from engine.store.compiled import Compiled, given
from engine.store.tenant import gateway, inbox, live_request, outbox, source
from engine.texting.routes import FURTHER

_FURTHER = gateway.c.name.like(sa.literal(f"{FURTHER}%", literal_execute=True))
_AT = given("at")


def _state(state: str) -> sa.ColumnElement[bool]:
    """A state as a literal, for an index of those rows alone to be used."""
    return outbox.c.state == sa.literal(state, literal_execute=True)


def _gateway(name: str) -> sa.ColumnElement[bool]:
    return outbox.c.gateway == sa.literal(name, literal_execute=True)


def due(gateway: str) -> Compiled:
    """Whether a gateway has something that is due, by `at`."""
    rows = sa.select(outbox.c.id).where(_gateway(gateway), _state("due"), outbox.c.due_at <= _AT)
    return Compiled(sa.select(sa.exists(rows)), "at")


def with_work(gateways: Sequence[str], kinds: Sequence[str] = ()) -> Compiled:
    """For each of the gateways, whether it has something due by `at`, or `sending` under whatever epoch.

    Then for each whether it is set up as one of these kinds: those that are open even when nothing is due. The last
    answer is whether there are further gateways for texts.
    """
    looks: list[sa.ColumnElement[bool]] = [
        sa.or_(
            sa.exists(sa.select(outbox.c.id).where(_gateway(name), _state("due"), outbox.c.due_at <= _AT)),
            sa.exists(sa.select(outbox.c.id).where(_gateway(name), _state("sending"))),
        ).label(f"work_{number}")
        for number, name in enumerate(gateways)
    ]
    literals = [sa.literal(kind, literal_execute=True) for kind in kinds]
    looks += [
        sa.exists(
            sa.select(gateway.c.name).where(
                gateway.c.name == sa.literal(name, literal_execute=True), gateway.c.kind.in_(literals)
            )
        ).label(f"listens_{number}")
        for number, name in enumerate(gateways)
    ]
    more = sa.exists(sa.select(gateway.c.name).where(_FURTHER)).label("further")
    return Compiled(sa.select(*looks, more), "at")


OWN_SOURCES: Final = Compiled(sa.select(sa.exists(sa.select(source.c.name).where(source.c.connector_id.is_(None)))))
"""Whether the platform runs a source of the tenant itself."""


def further(connection: sa.Connection) -> dict[str, str]:
    """The further gateways for texts that are set up, and of which kind they are."""
    set_up = sa.select(gateway.c.name, gateway.c.kind).where(_FURTHER)
    return {row.name: row.kind for row in connection.execute(set_up)}


def has_work(connection: sa.Connection, name: str, *, at: int) -> bool:
    """Whether one of them has something due, or `sending`."""
    ours = outbox.c.gateway == name
    due = sa.exists(sa.select(outbox.c.id).where(ours, _state("due"), outbox.c.due_at <= at))
    sending = sa.exists(sa.select(outbox.c.id).where(ours, _state("sending")))
    return bool(connection.scalar(sa.select(sa.or_(due, sending))))


_FREE = sa.or_(inbox.c.claimed_until.is_(None), inbox.c.claimed_until < _AT)
INBOX_OPEN = Compiled(sa.select(sa.exists(sa.select(inbox.c.id).where(inbox.c.done_at.is_(None), _FREE))), "at")
"""Whether there is an event to claim, by `at`."""

_OWNER = given("owner", live_request.c.owner)
_ASKED = sa.and_(live_request.c.owner == _OWNER, live_request.c.done_at.is_(None))
REQUESTED = Compiled(sa.select(sa.exists(sa.select(live_request.c.id).where(_ASKED))), "owner")
"""Whether something is asked of an engine's (`owner`'s) live calls."""
