"""Those who are joined with a session's party: their rows in the session, and the rooms as the database has them.

Parties that were dialled, invited or listen in are legs of the session for whose leg they were called, so `/calls`
shows them and the session stays with its engine until the last of them has gone (DECISIONS 28). How a room is stands in
a row of its own: the designer reads it there, and the next engine begins from it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.adapters.party_news import PartyNews
from engine.events import CallEnded
from engine.store import to_micros
from engine.store.sessions import LegRow

if TYPE_CHECKING:
    from engine.host.live import LiveHost


class JoinedParties:
    """Keeps the rows of parties that no session speaks to."""

    def __init__(self, host: LiveHost) -> None:
        self._host = host
        self._roster = host.roster

    def news(self, news: PartyNews) -> None:
        """A party was called, has answered, or has gone."""
        held = self._roster.party(news.leg) or self._roster.party(news.of)
        if held is None:
            return
        now = datetime.now(UTC)
        row = held.legs.get(news.leg)
        if news.state == "ended":
            self._roster.party_is(held, news.leg, there=False)
            if row is None or row.ended_at is not None:
                return
            held.leg_ended(CallEnded(at=now, leg=news.leg, cause=news.cause))
        elif row is None:
            self._roster.party_is(held, news.leg, there=True)
            held.note_leg(LegRow(
                session_id=held.id, leg=news.leg, direction="out", caller=news.caller_id[:80], called=news.to[:80],
                state="offered", started_at=to_micros(now),
            ))  # fmt: skip
        elif news.state == "answered" and row.answered_at is None:
            held.note_leg(replace(row, state="answered", answered_at=to_micros(now), fate="answered"))
        else:
            return
        self._host.legs_changed(held)
