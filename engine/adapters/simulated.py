"""Telephones without Asterisk: callers made of data, for tests and for trying flows where there is none.

A prompt lasts about as long as it would take to say it, or no time at all.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from engine.adapters.leg import Input, Perform, Withdraw
from engine.adapters.parties import Parties
from engine.adapters.simulated_callees import RINGS, RingingCall
from engine.adapters.simulated_caller import Press, SimulatedCall, length
from engine.adapters.simulated_switchboard import TALKS, SimulatedSwitchboard
from engine.adapters.telephony import Listener, Outgoing, Told
from engine.commands import HangUp, LegCommand, Part, PlayBackground, RecordCall
from engine.events import AnyEvent, CallEnded, CallOffered, CommandDone
from engine.host import simulated_line

__all__ = ["Press", "SimulatedCall", "SimulatedTelephony"]

_REMEMBERED = 10_000


class SimulatedTelephony:
    """Implements `Telephony`. With `redis_address`, callers come from there (POST /api/v1/simulated-calls)."""

    def __init__(
        self,
        listener: Listener,
        *,
        redis_address: str | None = None,
        prompts: Literal["estimated", "at_once"] = "estimated",
    ) -> None:
        self._listener = listener
        self._redis_address = redis_address
        self._prompts = prompts
        self._calls: dict[str, SimulatedCall] = {}
        self._ringing: dict[str, RingingCall] = {}
        self._callees: dict[str, tuple[str, str]] = {}  # fate and keys by number; any other call is answered
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._closing = asyncio.Event()
        self._switchboard = SimulatedSwitchboard(self, listener, talks=TALKS if prompts == "estimated" else 0.0)
        self.parties = Parties(self._switchboard)

    async def run(self) -> None:
        """Tell that nobody is on the line yet, then serve callers until `close`."""
        self._listener.legs_found([])
        if self._redis_address is None:
            await self._closing.wait()
            return
        listening = asyncio.create_task(simulated_line.listen(self._redis_address, self))
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait((listening, closing), return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            listening.cancel()
            closing.cancel()
            await asyncio.gather(listening, closing, return_exceptions=True)

    def withdraw(self, leg: str, command_id: str) -> None:
        """What a command asked for is not wanted any more."""
        call = self._calls.get(leg)
        if call is not None:
            call.receive(Withdraw(command_id))

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        """Begin what the command asks for."""
        if not self._listener.may_act():
            return
        call = self._calls.get(command.leg)
        if call is not None and isinstance(command, (RecordCall, PlayBackground)):
            done = CommandDone(at=datetime.now(UTC), command_id=command.id)
            asyncio.get_running_loop().call_soon(self.report, command.leg, done)
        elif call is not None:
            if tenant:
                self.parties.belongs(command.leg, tenant, call.number)
            call.receive(Perform(command))
        elif command.leg in self._ringing:
            if isinstance(command, HangUp):
                self._ringing[command.leg].give_up()
        elif command.leg not in self._ended:
            lost = CallEnded(at=datetime.now(UTC), leg=command.leg, cause="lost")
            asyncio.get_running_loop().call_soon(self.report, command.leg, lost)

    @property
    def ready(self) -> bool:
        """Always, until `close`."""
        return not self._closing.is_set()

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call a number; what becomes of it is what `callee` said, else it is answered."""
        if not self._listener.may_act():
            return False
        fate, _ = self._callee_of(call)
        rings = RINGS if self._prompts == "estimated" else 0.0
        self._ringing[call.leg] = RingingCall(self, call, told, fate, rings=rings)
        return True

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Imagined calls do not outlive their engine."""
        lost = CallEnded(at=datetime.now(UTC), leg=call.leg, cause="lost")
        asyncio.get_running_loop().call_soon(self.report, call.leg, lost)

    def picked_up(self, call: Outgoing) -> None:
        """An imagined callee has answered."""
        self._ringing.pop(call.leg, None)
        if call.fax is not None:  # a machine, which nobody speaks to
            self._ended[call.leg] = None
            return
        _, keys = self._callee_of(call)
        self._calls[call.leg] = SimulatedCall(self, call.leg, map(Press, keys), answered=True)

    def missed(self, call: Outgoing) -> None:
        """An imagined callee has not."""
        self._ringing.pop(call.leg, None)
        self._ended[call.leg] = None

    def _callee_of(self, call: Outgoing) -> tuple[str, str]:
        number = call.endpoint.partition("/")[2].rpartition("@")[0]
        return self._callees.get(number, ("answered", ""))

    async def trunks_changed(self) -> None:
        """Imagined trunks need no configuration."""

    async def reachable(self) -> dict[str, bool]:
        """There are none."""
        return {}

    async def close(self) -> None:
        """The imagined callers vanish."""
        self._closing.set()
        self._switchboard.closing = True
        self.parties.forget()
        for ringing in self._ringing.values():
            ringing.close()
        for call in self._calls.values():
            call.close()
        self._calls.clear()

    def place_call(
        self,
        called: str,
        caller: str = "13800000000",
        *,
        keys: Iterable[Press] = (),
        hang_up_after: float | None = None,
        leg: str | None = None,
        line: str = "",
    ) -> SimulatedCall:
        """Somebody calls, presses these keys, and hangs up after so many seconds."""
        leg = leg or f"simulated-{uuid4().hex}"
        offer = CallOffered(at=datetime.now(UTC), leg=leg, caller=caller, called=called, line=line)
        call = self._calls[offer.leg] = SimulatedCall(self, offer.leg, keys)
        call.number = caller
        if hang_up_after is not None:
            asyncio.get_running_loop().call_later(hang_up_after, call.hang_up)
        self._listener.leg_offered(offer)
        return call

    def hear_fax(self, leg: str) -> None:
        """Imagined callers are people."""

    # callers from elsewhere, by their leg

    def send_back(self, leg: str) -> None:
        """There is no dialplan here that could keep the call: it is refused."""
        self.perform(HangUp(id="0", leg=leg, cause="congestion"), f"back-{leg}")

    def call(self, leg: str, caller: str, called: str) -> None:
        """Somebody calls."""
        if leg not in self._calls and leg not in self._ended:
            self.place_call(called, caller, leg=leg)

    def press(self, leg: str, keys: str) -> None:
        """A caller presses keys."""
        if leg in self._calls:
            self._calls[leg].press(keys)

    def say(self, leg: str, words: str) -> None:
        """A caller says something."""
        if leg in self._calls:
            self._calls[leg].say(words)

    def hang_up(self, leg: str) -> None:
        """A caller hangs up."""
        if leg in self._calls:
            self._calls[leg].hang_up()

    def callee(self, number: str, fate: str, keys: str = "") -> None:
        """From now on calls to this number have this fate, one of simulated_callees.FATES; who answers presses keys."""
        self._callees[number] = fate, keys

    # what calls need

    def seconds(self, parts: tuple[Part, ...]) -> float:
        """How long a prompt lasts here."""
        return sum(length(part) for part in parts) if self._prompts == "estimated" else 0.0

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host."""
        if isinstance(event, CallEnded):
            self._calls.pop(leg, None)
            self.parties.gone(leg)
            self._ended[leg] = None
            if len(self._ended) > _REMEMBERED:
                self._ended.popitem(last=False)
        if not self.parties.took(leg, event):
            self._listener.leg_event(leg, event)
        if isinstance(event, CallEnded):
            self._listener.leg_gone(leg)

    def tell(self, leg: str, happening: Input) -> None:
        """Something happens to a leg."""
        if leg in self._calls:
            self._calls[leg].receive(happening)
