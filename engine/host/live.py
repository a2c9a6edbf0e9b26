"""The live host: sessions with somebody on the line, in the memory of the one engine that owns them.

Events come from the telephones, `advance` says what follows, the commands go out at once, and state and journal are
committed in groups behind them: a caller must not wait for a disk. If this process dies, the next one finds the state
as of the last commit, less than 20 ms old, and asks the last question again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from engine.adapters.parties.callees import is_party
from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.quality import Quality
from engine.adapters.telephony import LegFound, Telephony
from engine.commands import (
    Answer,
    Cancel,
    Dial,
    Gather,
    HangUp,
    JoinConference,
    LegCommand,
    Listen,
    PlayBackground,
    PlayPrompt,
    ReceiveFax,
    Record,
    RecordCall,
)
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
from engine.host.turn import Held
from engine.session import Step
from engine.store import Stores, messages
from engine.store.inbox import Claimed

if TYPE_CHECKING:
    from engine.host.calls import CallsOut
    from engine.host.faxes_out import FaxesOut
    from engine.host.rooms import RoomKeeper

log = structlog.get_logger()

CALL_COMMANDS = (
    Answer, PlayPrompt, Gather, HangUp, Dial, JoinConference, Record, RecordCall, ReceiveFax, Listen, PlayBackground,
)  # fmt: skip

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
        self._alarms = Alarms(self._keeps, self._apply)
        self._sessions: dict[tuple[str, bytes], Held] = {}
        self._by_leg: dict[str, Held] = {}
        self._recovered: set[str] = set()
        self._offers = Offers(
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
        self._joined = JoinedParties(self, self._by_leg.get)
        self.room_watcher: Callable[[RoomNews], None] | None = None
        """Hears how rooms are, where that is set up."""
        self.calls_out: CallsOut | None = None
        """Places the calls that sessions ask for, where that is set up."""
        self.faxes_out: FaxesOut | None = None
        """Sends the faxes that sessions ask for, where that is set up."""

    @property
    def calls(self) -> int:
        """How many sessions have somebody on the line, or are about to, and how many faxes go out."""
        return len(self._sessions) + len(self._offers) + (len(self.faxes_out) if self.faxes_out is not None else 0)

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
        """Match the parties that are there with the sessions that we hold: go on, begin, or note the end.

        Of parties that went while the adapter was away from its Asterisk the adapter tells; those that went before this
        engine began are known to the host alone.
        """
        there = {leg.leg for leg in legs}
        if self.calls_out is not None:
            self.calls_out.stock_taken(there | self._by_leg.keys() - (self._recovered - there))
        if self.faxes_out is not None:
            self.faxes_out.stock_taken(there)
        for name in self._recovered - there:
            self.leg_event(name, CallEnded(at=_now(), leg=name, cause="lost"))
        self._recovered.clear()
        for leg in legs:
            held = self._by_leg.get(leg.leg)
            if held is not None:
                if self.calls_out is None or not self.calls_out.found(leg):
                    self._hear_fax(held, leg.leg)
                    self._ask_again(held, leg.leg)
            elif self.faxes_out is not None and self.faxes_out.found(leg):
                continue
            elif leg.placed:  # whoever wanted it is no more
                self.telephony.perform(HangUp(id="0", leg=leg.leg), f"none-{leg.leg}")
            elif leg.leg not in self._offers:
                self.leg_offered(CallOffered(at=_now(), leg=leg.leg, caller=leg.caller, called=leg.called))

    def leg_offered(self, event: CallOffered) -> None:
        """Somebody calls: look up what the number starts, and start it."""
        if self._draining:
            self.telephony.send_back(event.leg)
            return
        if not self.calls_in.admit(event.line):
            self._declined(event, "congestion")
            return
        self._offers.offered(event)

    def leg_event(self, leg: str, event: AnyEvent) -> None:
        """Something happened to a party that we hold, or are about to."""
        held = self._by_leg.get(leg)
        if held is not None:
            if isinstance(event, CallEnded) and self.calls_out is not None and self.calls_out.ended(held, event):
                return
            if not self._apply(held, event) and isinstance(event, FaxToneDetected):
                self._ask_again(held, leg)  # the flow takes no faxes here: what was being asked has been cut off
        elif self.faxes_out is not None and isinstance(event, CallEnded) and leg not in self._offers:
            self.faxes_out.ended(leg)
        else:
            self._offers.early(leg, event)

    def party_news(self, news: PartyNews) -> None:
        """What becomes of a party that was called for one of ours."""
        self._joined.news(news)

    def room_news(self, news: RoomNews) -> None:
        """How a room is now."""
        if self.room_watcher is not None:
            self.room_watcher(news)

    def leg_measured(self, leg: str, quality: Quality) -> None:
        """How well a party was heard is written with its end."""
        held = self._by_leg.get(leg)
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
        self._sessions[held.tenant, held.id] = held
        self._by_leg[event.leg] = held
        self._hear_fax(held, event.leg)
        self._apply(held, event)
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
        self._sessions[held.tenant, held.id] = held
        self._by_leg[leg] = held
        self._committers.of(held.tenant).know(held.id, leg)

    def tenants(self) -> set[str]:
        """Those who have a call here."""
        return {tenant for tenant, _ in self._sessions}

    def party(self, leg: str) -> Held | None:
        """The session that a live party is of."""
        return self._by_leg.get(leg)

    def held(self, tenant: str, identity: bytes) -> Held | None:
        """A session that is kept."""
        return self._sessions.get((tenant, identity))

    def apply(self, held: Held, event: AnyEvent, work: Callable[[sa.Connection], object]) -> bool:
        """Apply an event, with more to be written in its commit; whether it meant anything to the session."""
        return self._apply(held, event, work=work)

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
        if not held.live_legs:
            self._sessions.pop((held.tenant, held.id), None)

    def party_is(self, held: Held, leg: str, *, there: bool) -> None:
        """Events of this leg are, or are no longer, the session's."""
        if there:
            self._by_leg[leg] = held
        else:
            self._by_leg.pop(leg, None)

    def _apply(
        self,
        held: Held,
        event: AnyEvent,
        inbox_ids: Sequence[bytes] = (),
        work: Callable[[sa.Connection], object] | None = None,
    ) -> bool:
        began = time.perf_counter()
        turn = held.take(event)
        if isinstance(event, CallEnded):
            held.leg_ended(event)
            self._by_leg.pop(event.leg, None)
        elif turn is None and isinstance(event, MessageReceived):
            work = partial(messages.missed, identities=[event.message_id])
        writing = held.writing()
        if writing is not None or inbox_ids or work is not None:
            then = partial(self.handed_over, held.tenant) if writing is not None and writing.outbox else None
            self._committers.of(held.tenant).add(Entry(writing, inbox_ids, work, then))
        if not held.live_legs:
            self._sessions.pop((held.tenant, held.id), None)
        if turn is None:
            return False
        for command in turn.commands:
            if isinstance(command, CALL_COMMANDS):
                self._perform(held, command)
            elif isinstance(command, Cancel):
                for leg in held.live_legs:
                    self.telephony.withdraw(leg, command.command_id)
            elif (answer := held.answer(command)) is not None:
                self._loop.call_soon(self._apply, held, answer)
        if turn.session.state.turns % MEASURED == 0:
            TURN_SECONDS.labels("live").observe(time.perf_counter() - began)
        self._alarms.set(held)
        self._watcher(held, turn.journal)
        if not held.live and self.calls_out is not None:
            self.calls_out.give_up(held)
        return True

    def _perform(self, held: Held, command: LegCommand) -> None:
        reference = f"{held.id.hex()}-{held.epoch}-{command.id}"
        self.telephony.perform(located(held.tenant, command), reference, held.tenant)

    def _hear_fax(self, held: Held, leg: str) -> None:
        """Where a flow takes faxes, a machine may call: its tone is listened for, until it is known to be one."""
        faxing = any(isinstance(command, ReceiveFax) for command in held.awaited.values())
        if held.program.takes_fax and not faxing:
            self.telephony.hear_fax(leg)

    def _ask_again(self, held: Held, leg: str) -> None:
        """After a crash or a lost connection: what the session waits for is asked once more."""
        if is_party(leg):
            return  # those who are joined with it know what becomes of it
        if not held.live:
            self._perform(held, HangUp(id="0", leg=leg))
            return
        row = held.legs.get(leg)
        if row is not None and held.session is not None and leg not in held.session.state.legs:
            if row.state == "offered":  # he calls back, and his session has not been told
                self._apply(held, CallOffered(at=_now(), leg=leg, caller=row.caller, called=row.called))
            return
        for command in held.awaited.values():
            if isinstance(command, CALL_COMMANDS) and command.leg == leg:
                self._perform(held, command)

    def _keeps(self, held: Held) -> bool:
        return (held.tenant, held.id) in self._sessions

    def _fenced(self) -> None:
        self._loop.call_soon_threadsafe(self._stop, "a session belongs to another engine")

    # --- recovery, the inbox, the end

    def recover(self) -> int:
        """Take on the sessions that the engine before this one left; how many. Before the telephones are connected."""
        for held in recovery.left(self._stores, self._programs, self._owner, self._epoch):
            self._sessions[held.tenant, held.id] = held
            self._alarms.set(held)
            for leg in held.live_legs:
                self._by_leg[leg] = held
                self._recovered.add(leg)
                self._committers.of(held.tenant).know(held.id, leg)
        return len(self._sessions)

    def take_inbox(self, tenant: str) -> list[Claimed]:
        """In a thread: claim what has come for the sessions that we own."""
        return own_inbox.claim(self._stores, self._programs, self._owner, tenant)

    def apply_inbox(self, tenant: str, claimed: Sequence[Claimed]) -> None:
        """Apply what was claimed; it is marked done in the commit that writes what it did."""
        for row in claimed:
            held = self._sessions.get((tenant, row.session_id))
            if held is not None:
                self._apply(held, row.posted.event, [row.id])

    async def close(self) -> None:
        """Commit everything; the calls stay up, for the next engine."""
        self._offers.close()
        await asyncio.to_thread(self._committers.close)


def _now() -> datetime:
    return datetime.now(UTC)
