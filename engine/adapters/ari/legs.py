"""Who is on the line, who is being called, who has gone lately; and what a break of the connection makes of them.

Nothing of a leg's state is carried over a break: those who lived are unsure until the next connection, then they are
found again, or are lost and told as lost.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from engine.adapters.ari.exchange import Telephones
from engine.adapters.ari.fax_out import SendingFax
from engine.adapters.ari.line import Line
from engine.adapters.ari.outbound import Placing
from engine.adapters.leg import Leg
from engine.adapters.telephony import LegFound, Outgoing, Told
from engine.events import CallEnded

_REMEMBERED = 10_000


class Legs:
    """All legs of one connection; a break ends nothing but our knowledge of them."""

    def __init__(self, telephones: Telephones) -> None:
        self.lines: dict[str, Line] = {}
        """The parties on the line."""
        self.placing: dict[str, Placing] = {}
        """Calls of ours that nobody has taken yet."""
        self._telephones = telephones
        self._unsure: set[str] = set()
        """Those that lived when the connection broke."""
        self._ended: OrderedDict[str, None] = OrderedDict()
        """Those that ended lately."""

    # they come

    def add(self, party: LegFound, *, found: bool = False) -> None:
        """Somebody is on the line. `found`: it was there before us, so something may still be playing on it."""
        leg = Leg(party.leg, answered=party.answered)
        self.lines[party.leg] = Line(self._telephones, leg, party, found=found)

    def place(self, call: Outgoing, told: Told) -> None:
        """Call somebody."""
        self._new(call, told).begin()

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Go on with a call of ours that is among the legs found."""
        line = self.lines.pop(call.leg, None)
        if line is None:
            asyncio.get_running_loop().call_soon(self.lose, [call.leg])
            return
        line.close()
        state = "Up" if line.party.answered else "Ringing" if line.party.rings else "Down"
        asyncio.get_running_loop().call_soon(self._new(call, told).go_on, state)

    def _new(self, call: Outgoing, told: Told) -> Placing:
        kind = Placing if call.fax is None else SendingFax
        placing = self.placing[call.leg] = kind(self._telephones, call, told)
        return placing

    # they go

    def picked_up(self, leg: str) -> None:
        """The far end has taken a call of ours: it is a leg like any other from now on."""
        self._telephones.media.early.answered(leg)
        if self.placing.pop(leg, None) is not None:
            self.add(LegFound(leg=leg, answered=True, placed=True))

    def missed(self, leg: str) -> None:
        """Nobody has taken a call of ours."""
        self.placing.pop(leg, None)
        self.over(leg)

    def over(self, leg: str) -> None:
        """A party has gone; it is not forgotten at once, for commands may come too late."""
        self.lines.pop(leg, None)
        self._telephones.parties.gone(leg)
        self._telephones.media.gone(leg)
        self._ended[leg] = None
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    def has_ended(self, leg: str) -> bool:
        """Whether this is one that has gone lately."""
        return leg in self._ended

    def lose(self, legs: Iterable[str]) -> None:
        """These are not there: for whoever believes that they are, that is their end."""
        for leg in list(legs):
            self._unsure.discard(leg)
            if leg not in self._ended:
                self.over(leg)
                self._telephones.report(leg, CallEnded(at=datetime.now(UTC), leg=leg, cause="lost"))

    # breaks

    def forget(self) -> None:
        """The connection broke, or ends."""
        for placing in self.placing.values():
            placing.close()
        for line in self.lines.values():
            line.close()
        self._unsure |= self.placing.keys() | self.lines.keys()
        self.placing.clear()
        self.lines.clear()

    def find(self, parties: Sequence[LegFound]) -> list[LegFound]:
        """After each connect: these are live. Who is: they and who came while we asked, but no call on its way."""
        there = {party.leg: party for party in parties if party.leg not in self._ended}
        there |= {leg: line.party for leg, line in self.lines.items()}
        there = {leg: party for leg, party in there.items() if leg not in self.placing}
        self.lose(self._unsure - there.keys())
        self._unsure.clear()
        for leg, party in there.items():
            if leg not in self.lines:
                self.add(party, found=True)
        return list(there.values())

    def lose_all(self) -> None:
        """Asterisk itself is no more: so are those who lived on it."""
        self.lose(self._unsure)

    def give_away(self) -> None:
        """Another engine has them now."""
        self._unsure.clear()
