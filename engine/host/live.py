"""The live host: sessions with somebody on the line, in the memory of the one engine that owns them.

Events come from the telephones, `advance` says what follows, the commands go out at once, and state and journal are
committed in groups behind them: a caller must not wait for a disk. If this process dies, the next one finds the state
as of the last commit, less than 20 ms old, and asks the last question again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.quality import Quality
from engine.adapters.telephony import LegFound, Telephony
from engine.commands import Cancel, HangUp, LegCommand
from engine.events import AnyEvent, CallEnded, CallOffered, FaxToneDetected, MessageReceived
from engine.host import own_inbox, recovery
from engine.host.alarms import Alarms
from engine.host.calls_in import CallsIn
from engine.host.commits import Committers, Entry
from engine.host.joined import JoinedParties
from engine.host.metrics import TURN_SECONDS
from engine.host.offers import Offers
from engine.host.programs import Programs
from engine.host.recordings import located
from engine.host.roster import Roster
from engine.host.stock_taking import StockTaking
from engine.host.turn import Held
from engine.session import Step
from engine.store import Stores, messages
from engine.store.inbox import Claimed

if TYPE_CHECKING:
    from engine.host.calls import CallsOut
    from engine.host.faxes_out import FaxesOut
    from engine.host.rooms import RoomKeeper

log = structlog.get_logger()

MEASURED = 4
"""One turn of so many is measured: measuring costs four microseconds."""

Watcher = Callable[[Held, Sequence[Step]], None]


class LiveHost:
    """Owns the sessions of one Asterisk. It is the adapter's `Listener`; its methods run on the event loop."""

    def __init__(
        self,
        *,
        stores: Stores,
        programs: Programs,
        owner: str,
        epoch: int,
        may_act: Callable[[], bool],
        stop: Callable[[str], None],
        watcher: Watcher,
    ) -> None:
        self._stores = stores
        self._programs = programs
        self._owner = owner
        self._epoch = epoch
        self._holds = may_act
        self._stop = stop
        self._watcher = watcher
        self._loop = asyncio.get_running_loop()
        self._committers = Committers(stores, self._fenced)
        self.roster = Roster()
        self._alarms = Alarms(self.roster.__contains__, self.apply)
        self._stock = StockTaking(self)
        self.offers = Offers(
            stores, programs, owner, epoch, taken=self._taken, resumed=self._resumed, declined=self._declined
        )  # fmt: skip
        self._draining = False
        self.calls_in = CallsIn()
        """How fast each trunk may bring calls."""
        self.handed_over: Callable[[str], None] = lambda tenant: None
        """Told of a tenant, in another thread, when something for its gateways is committed."""
        self.telephony: Telephony
        self.rooms: RoomKeeper | None = None
        """Keeps what the database has of conferences, where that is set up."""
        self._joined = JoinedParties(self)
        self.room_watcher: Callable[[RoomNews], None] | None = None
        """Hears how rooms are, where that is set up."""
        self.calls_out: CallsOut | None = None
        """Places the calls that sessions ask for, where that is set up."""
        self.faxes_out: FaxesOut | None = None
        """Sends the faxes that sessions ask for, where that is set up."""

    @property
    def calls(self) -> int:
        """How many sessions have somebody on the line, or are about to, and how many faxes go out."""
        return len(self.roster) + len(self.offers) + (len(self.faxes_out) if self.faxes_out is not None else 0)

    @property
    def ownership(self) -> tuple[str, int]:
        """Under which name and epoch it owns its sessions."""
        return self._owner, self._epoch

    def may_act(self) -> bool:
        """Whether the lease is still ours; if it is not, this engine ends, for what it did not send is lost to it."""
        if self._holds():
            return True
        self._stop("the lease has run out")
        return False

    def drain(self) -> None:
        """Take no new calls from now on, and place none."""
        self._draining = True
        if self.calls_out is not None:
            self.calls_out.drain()
        if self.faxes_out is not None:
            self.faxes_out.drain()

    # --- what the telephones say

    def legs_found(self, legs: Sequence[LegFound]) -> None:
        """The telephones are connected, and these parties are there."""
        self._stock.take(legs)

    def leg_offered(self, event: CallOffered) -> None:
        """Somebody calls: look up what the number starts, and start it."""
        if self._draining:
            self.telephony.send_back(event.leg)
            return
        if not self.calls_in.admit(event.line):
            self._declined(event, "congestion")
            return
        self.offers.offered(event)

    def leg_event(self, leg: str, event: AnyEvent) -> None:
        """Something happened to a party that we hold, or are about to."""
        held = self.roster.party(leg)
        if held is not None:
            if isinstance(event, CallEnded) and self.calls_out is not None and self.calls_out.ended(held, event):
                return
            if not self.apply(held, event) and isinstance(event, FaxToneDetected):
                self._stock.ask_again(held, leg)  # the flow takes no faxes here: what was being asked has been cut off
        elif self.faxes_out is not None and isinstance(event, CallEnded) and leg not in self.offers:
            self.faxes_out.ended(leg)
        else:
            self.offers.early(leg, event)

    def party_news(self, news: PartyNews) -> None:
        """What becomes of a party that was called for one of ours."""
        self._joined.news(news)

    def room_news(self, news: RoomNews) -> None:
        """How a room is now."""
        if self.room_watcher is not None:
            self.room_watcher(news)

    def leg_measured(self, leg: str, quality: Quality) -> None:
        """How well a party was heard is written with its end."""
        held = self.roster.party(leg)
        if held is not None:
            held.leg_measured(leg, quality)

    def leg_gone(self, leg: str) -> None:
        """A party has left the line: its trunk has room again."""
        if self.calls_out is not None:
            self.calls_out.gone(leg)

    def replaced(self) -> None:
        """Another engine has the application: nothing of this one may act any more."""
        self._stop("another engine has taken the application")

    # --- a session's turns

    def _taken(self, held: Held, event: CallOffered, early: Sequence[AnyEvent]) -> None:
        self.roster.hold(held, event.leg)
        self._stock.hear_fax(held, event.leg)
        self.apply(held, event)
        for later in early:
            self.leg_event(event.leg, later)

    def _resumed(self, held: Held, event: CallOffered, early: Sequence[AnyEvent]) -> None:
        """Somebody calls back: his session, which waited for it and is ours now, goes on with him on the line."""
        self._committers.of(held.tenant).know(held.id, event.leg)
        self._taken(held, event, early)

    def _declined(self, event: CallOffered, cause: str) -> None:
        self.telephony.perform(HangUp(id="0", leg=event.leg, cause=cause), f"none-{event.leg}")

    # --- what calls of ours need

    def hold(self, held: Held, leg: str) -> None:
        """Keep a session with this party, whose row is in the database."""
        self.roster.hold(held, leg)
        self._committers.of(held.tenant).know(held.id, leg)

    def note(
        self,
        held: Held,
        work: Callable[[sa.Connection], object] | None = None,
        then: Callable[[], object] | None = None,
    ) -> None:
        """Commit what has changed of a session's parties; `then` is called on the event loop when it is written."""
        back = None if then is None else partial(self._loop.call_soon_threadsafe, then)
        self._committers.of(held.tenant).add(Entry(held.writing(), work=work, then=back))

    def after_all(self, tenant: str, work: Callable[[sa.Connection], object]) -> None:
        """Do this when all that is to be written of a tenant's sessions until now is written."""
        self._committers.of(tenant).add(Entry(None, work=work))

    def legs_changed(self, held: Held) -> None:
        """Commit what has changed of a session's parties; one that has ended is kept as long as one is there."""
        writing = held.writing()
        if writing is not None:
            self._committers.of(held.tenant).add(Entry(writing))
        self.roster.let_go(held)

    def apply(
        self,
        held: Held,
        event: AnyEvent,
        work: Callable[[sa.Connection], object] | None = None,
        inbox_ids: Sequence[bytes] = (),
    ) -> bool:
        """Apply an event, with more to be written in its commit; whether it meant anything to the session."""
        began = time.perf_counter()
        turn = held.take(event)
        if isinstance(event, CallEnded):
            held.leg_ended(event)
            self.roster.party_is(held, event.leg, there=False)
        elif turn is None and isinstance(event, MessageReceived):
            work = partial(messages.missed, identities=[event.message_id])
        writing = held.writing()
        if writing is not None or inbox_ids or work is not None:
            then = partial(self.handed_over, held.tenant) if writing is not None and writing.outbox else None
            self._committers.of(held.tenant).add(Entry(writing, inbox_ids, work, then))
        self.roster.let_go(held)
        if turn is None:
            return False
        for command in turn.commands:
            if isinstance(command, LegCommand):
                self.perform(held, command)
            elif isinstance(command, Cancel):
                for leg in held.live_legs:
                    self.telephony.withdraw(leg, command.command_id)
            elif (answer := held.answer(command)) is not None:
                self._loop.call_soon(self.apply, held, answer)
        if turn.session.state.turns % MEASURED == 0:
            TURN_SECONDS.labels("live").observe(time.perf_counter() - began)
        self._alarms.set(held)
        self._watcher(held, turn.journal)
        if not held.live and self.calls_out is not None:
            self.calls_out.give_up(held)
        return True

    def perform(self, held: Held, command: LegCommand) -> None:
        """Ask the telephones for something, by the name under which they answer."""
        reference = f"{held.id.hex()}-{held.epoch}-{command.id}"
        self.telephony.perform(located(held.tenant, command), reference, held.tenant)

    def _fenced(self) -> None:
        self._loop.call_soon_threadsafe(self._stop, "a session belongs to another engine")

    # --- recovery, the inbox, the end

    def recover(self) -> int:
        """Take on the sessions that the engine before this one left; how many. Before the telephones are connected."""
        for held in recovery.left(self._stores, self._programs, self._owner, self._epoch):
            self.roster.hold(held, *held.live_legs)
            self._stock.expect(held.live_legs)
            self._alarms.set(held)
            for leg in held.live_legs:
                self._committers.of(held.tenant).know(held.id, leg)
        return len(self.roster)

    def take_inbox(self, tenant: str) -> list[Claimed]:
        """In a thread: claim what has come for the sessions that we own."""
        return own_inbox.claim(self._stores, self._programs, self._owner, tenant)

    def apply_inbox(self, tenant: str, claimed: Sequence[Claimed]) -> None:
        """Apply what was claimed; it is marked done in the commit that writes what it did."""
        for row in claimed:
            held = self.roster.find(tenant, row.session_id)
            if held is not None:
                self.apply(held, row.posted.event, inbox_ids=[row.id])

    async def close(self) -> None:
        """Commit everything; the calls stay up, for the next engine."""
        self.offers.close()
        await asyncio.to_thread(self._committers.close)
