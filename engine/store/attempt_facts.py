"""What the databases say of the sessions of attempts: how each stands, who was on the line, what it has cost.

Looked at, not told: a campaign needs no place in the turn's path, and whoever looks next finds all that happened while
nobody looked. Reads steps of indexes by the sessions' ids, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from engine.store import sealed
from engine.store.bulk import Select
from engine.store.tenant import fax, leg, message, outbox, session


class LegFact(msgspec.Struct, frozen=True):
    """A party that the session has called, or had on the line."""

    direction: str
    called: str
    started_at: int
    answered_at: int | None
    ended_at: int | None
    cause: str | None
    fate: str | None
    rang: bool | None


class Facts(msgspec.Struct, kw_only=True):
    """One session, as it stands; `status` is None while it has not begun."""

    status: str | None = None
    outcome: str | None = None
    flow_id: bytes = b""
    version: int = 0
    state: bytes = b""
    ended_at: int | None = None
    legs: list[LegFact] = []
    calls: list[tuple[str, str, str | None]] = []
    """Gateway, state and reason of each call and fax that it has asked for."""
    faxes: list[tuple[str | None, str | None]] = []
    """Fate and cause of each fax that it has sent."""
    texts: list[tuple[str, int]] = []
    """State and price (millionths) of each text and mail that it sent."""

    @property
    def on_the_line(self) -> bool:
        """Whether anybody is on the line, or is about to be."""
        about_to_be = self.ended_at is None and any(state in ("due", "sending") for _, state, _ in self.calls)
        return about_to_be or any(each.ended_at is None for each in self.legs)


_SESSIONS = Select(
    sa.select(
        session.c.id, session.c.status, session.c.outcome, session.c.flow_id, session.c.version, session.c.state,
        session.c.ended_at,
    ),
    session.c.id,
)  # fmt: skip
_LEGS = Select(
    sa.select(leg.c.session_id, *(leg.c[name] for name in LegFact.__struct_fields__)), leg.c.session_id
)  # fmt: skip
_CALLS = Select(
    sa.select(outbox.c.session_id, outbox.c.gateway, outbox.c.state, outbox.c.reason).where(
        outbox.c.gateway.in_(("telephone", "fax"))
    ),
    outbox.c.session_id,
)  # fmt: skip
_FAXES = Select(
    sa.select(fax.c.session_id, fax.c.fate, fax.c.cause).where(fax.c.direction == "out").order_by(fax.c.id),
    fax.c.session_id,
)  # fmt: skip
_TEXTS = Select(
    sa.select(message.c.session_id, message.c.state, message.c.price).where(message.c.direction == "out"),
    message.c.session_id,
)  # fmt: skip


def of(connection: sa.Connection, sessions: Sequence[bytes]) -> dict[bytes, Facts]:
    """How these sessions stand."""
    found = {identity: Facts(legs=[], calls=[], faxes=[], texts=[]) for identity in sessions}
    for identity, status, outcome, flow_id, version, state, ended_at in _SESSIONS.run(connection, sessions):
        facts = found[identity]
        facts.status, facts.outcome, facts.ended_at = status, outcome, ended_at
        facts.flow_id, facts.version, facts.state = flow_id, version, state
    there = [identity for identity, facts in found.items() if facts.status is not None]
    for row in _LEGS.run(connection, there):
        found[row[0]].legs.append(LegFact(*row[1:]))
    for identity, gateway, state, reason in _CALLS.run(connection, there):
        found[identity].calls.append((gateway, state, reason))
    faxed = [identity for identity in there if any(gateway == "fax" for gateway, _, _ in found[identity].calls)]
    for identity, fate, cause in _FAXES.run(connection, faxed):
        found[identity].faxes.append((fate, cause))
    for identity, state, price in _TEXTS.run(connection, there):
        found[identity].texts.append((state, price or 0))
    for facts in found.values():
        facts.legs.sort(key=lambda each: each.started_at)
        if facts.ended_at is not None:
            facts.state = sealed.open_or_nothing(connection, facts.state)
    return found
