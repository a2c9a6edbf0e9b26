"""What is found when the telephones are connected: parties that are there, against the sessions that are held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.adapters.parties.callees import is_party
from engine.adapters.telephony import LegFound
from engine.commands import HangUp, LegCommand, ReceiveFax
from engine.events import CallEnded, CallOffered
from engine.host.held import Held

if TYPE_CHECKING:
    from engine.host.live import LiveHost


class StockTaking:
    """Matches parties with sessions after a start, a crash or a lost connection."""

    def __init__(self, host: LiveHost) -> None:
        self._host = host
        self._expected: set[str] = set()

    def expect(self, legs: Iterable[str]) -> None:
        """These parties were there under the engine before this one."""
        self._expected.update(legs)

    def take(self, legs: Sequence[LegFound]) -> None:
        """Match the parties that are there with the sessions that we hold: go on, begin, or note the end.

        Of parties that went while the adapter was away from its Asterisk the adapter tells; those that went before this
        engine began are known to the host alone.
        """
        host, there = self._host, {leg.leg for leg in legs}
        if host.calls_out is not None:
            host.calls_out.stock_taken(there | host.roster.legs - (self._expected - there))
        if host.faxes_out is not None:
            host.faxes_out.stock_taken(there)
        for name in self._expected - there:
            host.leg_event(name, CallEnded(at=datetime.now(UTC), leg=name, cause="lost"))
        self._expected.clear()
        for leg in legs:
            self._found(leg)

    def _found(self, leg: LegFound) -> None:
        host = self._host
        held = host.roster.party(leg.leg)
        if held is not None:
            if host.calls_out is None or not host.calls_out.found(leg):
                self.hear_fax(held, leg.leg)
                self.ask_again(held, leg.leg)
        elif host.faxes_out is not None and host.faxes_out.found(leg):
            return
        elif leg.placed:  # whoever wanted it is no more
            host.telephony.perform(HangUp(id="0", leg=leg.leg), f"none-{leg.leg}")
        elif leg.leg not in host.offers:
            host.leg_offered(CallOffered(at=datetime.now(UTC), leg=leg.leg, caller=leg.caller, called=leg.called))

    def hear_fax(self, held: Held, leg: str) -> None:
        """Where a flow takes faxes, a machine may call: its tone is listened for, until it is known to be one."""
        faxing = any(isinstance(command, ReceiveFax) for command in held.awaited.values())
        if held.program.takes_fax and not faxing:
            self._host.telephony.hear_fax(leg)

    def ask_again(self, held: Held, leg: str) -> None:
        """After a crash or a lost connection: what the session waits for is asked once more."""
        if is_party(leg):
            return  # those who are joined with it know what becomes of it
        if not held.live:
            self._host.perform(held, HangUp(id="0", leg=leg))
            return
        row = held.legs.get(leg)
        if row is not None and held.session is not None and leg not in held.session.state.legs:
            if row.state == "offered":  # he calls back, and his session has not been told
                again = CallOffered(at=datetime.now(UTC), leg=leg, caller=row.caller, called=row.called)
                self._host.apply(held, again)
            return
        for command in held.awaited.values():
            if isinstance(command, LegCommand) and command.leg == leg:
                self._host.perform(held, command)
