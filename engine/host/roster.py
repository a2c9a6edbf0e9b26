"""Who is held by an engine: sessions by their ids, and by each party whose events are theirs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from engine.host.held import Held


class Roster:
    """The sessions in an engine's memory."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, bytes], Held] = {}
        self._by_leg: dict[str, Held] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, held: Held) -> bool:
        return (held.tenant, held.id) in self._sessions

    @property
    def legs(self) -> AbstractSet[str]:
        """The parties whose events are somebody's."""
        return self._by_leg.keys()

    def tenants(self) -> set[str]:
        """Those who have a session here."""
        return {tenant for tenant, _ in self._sessions}

    def find(self, tenant: str, identity: bytes) -> Held | None:
        """A session by its id."""
        return self._sessions.get((tenant, identity))

    def party(self, leg: str) -> Held | None:
        """The session that a party is of."""
        return self._by_leg.get(leg)

    def hold(self, held: Held, *legs: str) -> None:
        """Keep a session; events of these parties are its own."""
        self._sessions[held.tenant, held.id] = held
        for leg in legs:
            self._by_leg[leg] = held

    def let_go(self, held: Held) -> None:
        """Forget a session, if nobody is on the line with it."""
        if not held.live_legs:
            self._sessions.pop((held.tenant, held.id), None)

    def party_is(self, held: Held, leg: str, *, there: bool) -> None:
        """Events of this leg are, or are no longer, the session's."""
        if there:
            self._by_leg[leg] = held
        else:
            self._by_leg.pop(leg, None)
