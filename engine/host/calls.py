"""Calls of ours: from the outbox to the telephones, each attempt at most once.

A session that sleeps asks for a call; its row is written with that turn. Here, in the engine that is active for an
Asterisk, such rows are taken as their trunks have room. One transaction makes the row `sending`, the session ours, and
the leg known by the name that the channel is going to have; only when it is committed is anything dialled. So after a
crash, at whatever moment, the name is either among Asterisk's channels, and the call goes on, or it is not, and then
nobody can say whether it rang: the flow goes on by `failed`, with `unknown`, and nobody is called a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
import structlog

from engine.adapters.telephony import LegFound, Missed, PickedUp, Rang
from engine.adapters.ways import Later, NoWay, Way, Ways
from engine.commands import HangUp, PlaceCall
from engine.events import CallAnswered, CallEnded, CallFailed
from engine.host.attempts import UNKNOWN, Attempt, Host, party, trunks_before
from engine.host.call_rows import ROWS, CallRows
from engine.host.slots import AGAIN_SECONDS, Background, Slots
from engine.host.turn import Held
from engine.store import TenantUnknown, calls, now_micros
from engine.store.outbox import OutboxRow

log = structlog.get_logger()

LOOK_SECONDS = 0.25
PATIENCE = 30.0
"""Seconds for which a call that one trunk could not carry waits for room on another."""


class CallsOut:
    """Places the calls that sessions ask for, and tells them what became of each."""

    def __init__(self, host: Host, rows: CallRows, ways: Ways) -> None:
        self._host = host
        self._rows = rows
        self._ways = ways
        self._attempts: dict[str, Attempt] = {}
        self._leaving: set[str] = set()  # legs that have ended, and are still on the line
        self._background = Background()
        self._slots = Slots(ways, self._background)
        self._something = asyncio.Event()
        self._draining = False
        self._placing = asyncio.Lock()

    # --- placing

    async def run(self) -> None:
        """Place what is due, until cancelled."""
        reachable = True
        while True:
            wait = LOOK_SECONDS
            self._something.clear()
            try:
                if not reachable:
                    await self._take_back()
                if self._host.telephony.ready and not self._draining:
                    for tenant in await asyncio.to_thread(self._rows.tenants):
                        wait = min(wait, await self._serve(tenant))
                reachable = True
            except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
                if reachable:
                    log.error("calls cannot be placed", reason=str(error))
                reachable = False
            try:
                await asyncio.wait_for(self._something.wait(), wait)
            except TimeoutError:
                continue

    def drain(self) -> None:
        """Place no more calls."""
        self._draining = True

    async def settle(self) -> None:
        """Place no more calls, and wait for the one whose commit is on its way: it is dialled yet."""
        self.drain()
        async with self._placing:
            return

    async def _serve(self, tenant: str) -> float:
        """Place a tenant's calls as far as there is room; seconds until there may be more."""
        crowded = []
        due, following = await asyncio.to_thread(self._rows.due, tenant)
        wait = min(LOOK_SECONDS, following)
        for row, command in due:
            way = await self._ways.find(
                tenant, command.to, leg=row.key, caller_id=command.caller_id, trunk=command.trunk
            )
            if isinstance(way, Later):
                wait = min(wait, way.seconds)
                crowded.append(row.id)
            elif isinstance(way, NoWay):
                await asyncio.to_thread(self._rows.refuse, tenant, row, way)
            else:
                async with self._placing:
                    called = await self._call(tenant, row, command, way)
                if not called:
                    self._slots.free(row.key)
        if len(crowded) >= ROWS:
            await asyncio.to_thread(self._rows.postpone, tenant, crowded)
        return wait

    async def _call(self, tenant: str, row: OutboxRow, command: PlaceCall, way: Way) -> bool:
        """Commit a call, then dial it; False if it is not ours to place, or not now."""
        if not self._host.may_act() or self._draining:
            return False
        try:
            held = await asyncio.to_thread(self._rows.claim, tenant, row, command, way)
        except sa.exc.SQLAlchemyError:
            self._slots.free(row.key)
            raise
        if held is None:
            return False
        self._host.hold(held, row.key)
        self._place(Attempt(held, row.id, command, row.key, (way.trunk,)), way)
        return True

    def _place(self, attempt: Attempt, way: Way) -> None:
        """What was committed is dialled, now or never."""
        self._attempts[attempt.leg] = attempt
        placed = attempt.outgoing(endpoint=way.endpoint, caller_id=way.caller_id, record_early=way.record_early)
        if attempt.given_up or not self._host.telephony.place(placed, partial(self._told, attempt)):
            self._told(attempt, Missed(cause="cancelled" if attempt.given_up else "no_telephone"))

    # --- what becomes of it

    def _told(self, attempt: Attempt, news: Rang | PickedUp | Missed) -> None:
        if attempt.leg not in self._attempts:
            return
        match news:
            case Rang():
                attempt.held.note_leg(attempt.rings())
                self._host.note(attempt.held)
            case PickedUp():
                self._picked_up(attempt, news)
            case Missed(trunk_trouble=True) if attempt.held.live and not attempt.given_up:
                self._background.begin(self._by_another(attempt, news))
            case Missed():
                self._failed(attempt, news)

    def _picked_up(self, attempt: Attempt, news: PickedUp) -> None:
        del self._attempts[attempt.leg]
        attempt.held.note_leg(attempt.answered())
        event = CallAnswered(at=_now(), command_id=attempt.command.id, leg=attempt.leg, by=news.by)
        if not self._host.apply(attempt.held, event, partial(_end, attempt.row_id, None)):
            self._hang_up(attempt.leg)  # nobody waits for it any more

    def _failed(self, attempt: Attempt, missed: Missed) -> None:
        del self._attempts[attempt.leg]
        attempt.held.note_leg(attempt.ended(missed, now_micros()))
        event = CallFailed(
            at=_now(), command_id=attempt.command.id, fate=missed.fate, cause=missed.cause, rang=missed.rang
        )
        self._host.apply(attempt.held, event, partial(_end, attempt.row_id, missed.cause))
        self._host.roster.party_is(attempt.held, attempt.leg, there=False)
        self._slots.free(attempt.leg, self._something.set)

    async def _by_another(self, attempt: Attempt, missed: Missed) -> None:
        """The trunk could not carry the call: another may. Until its leg is written the session stays ours."""
        way = await self._other_way(attempt)
        held, leg, name = attempt.held, attempt.leg, attempt.next_leg
        if way is None or not held.live or attempt.given_up:
            if way is not None:
                self._slots.free(name, self._something.set)
            self._failed(attempt, missed)
            return
        log.info("call is tried by another trunk", tried=attempt.tried, trunk=way.trunk, cause=missed.cause)
        del self._attempts[leg]
        held.note_leg(attempt.ended(missed, now_micros()))
        held.note_leg(party(held.id, name, attempt.command, way, now_micros()))
        again = Attempt(held, attempt.row_id, attempt.command, name, (*attempt.tried, way.trunk))
        self._attempts[name] = again
        self._host.roster.party_is(held, leg, there=False)
        self._host.roster.party_is(held, name, there=True)
        self._slots.free(leg, self._something.set)
        refer = partial(calls.refer, identity=attempt.row_id, name=name, at=now_micros())
        self._host.note(held, refer, partial(self._place, again, way))

    async def _other_way(self, attempt: Attempt) -> Way | None:
        """A slot on a trunk that was not tried yet, waited for with patience."""
        command, loop = attempt.command, asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while attempt.held.live and not attempt.given_up and self._host.may_act() and loop.time() < until:
            try:
                way = await self._ways.find(
                    attempt.held.tenant, command.to, leg=attempt.next_leg, caller_id=command.caller_id,
                    trunk=command.trunk, tried=attempt.tried,
                )  # fmt: skip
            except (TenantUnknown, sa.exc.SQLAlchemyError) as error:
                log.error("another trunk cannot be found", reason=str(error))
                way = Later(seconds=AGAIN_SECONDS)
            if not isinstance(way, Later):
                return way if isinstance(way, Way) else None
            await asyncio.sleep(min(way.seconds, LOOK_SECONDS))
        return None

    # --- what the host tells

    def recover(self) -> None:
        """Before the telephones are connected: the calls that the engine before this one had on their way."""
        for tenant, row, command in self._rows.left():
            held = self._host.roster.find(tenant, row.session_id)
            if held is None or row.reference not in held.legs:
                log.error("call of no session", session=row.session_id.hex(), leg=row.reference)
                continue
            tried = ("",) * trunks_before(row) + (held.legs[row.reference].trunk or "",)
            self._attempts[row.reference] = Attempt(held, row.id, command, row.reference, tried)

    def stock_taken(self, there: Collection[str]) -> None:
        """Asterisk has said which parties there are: slots of calls that are no more are free."""
        for leg in self._leaving - set(there):
            self.gone(leg)
        self._slots.compare(there)

    def found(self, leg: LegFound) -> bool:
        """A party is there: whether it is a call that is still on its way, which goes on now."""
        attempt = self._attempts.get(leg.leg)
        if attempt is None:
            return False
        self._host.telephony.take_on(attempt.outgoing(), partial(self._told, attempt))
        return True

    def ended(self, held: Held, event: CallEnded) -> bool:
        """A party has gone: whether it was a call that was still on its way, whose fate nobody knows then."""
        attempt = self._attempts.get(event.leg)
        if attempt is None:
            row = held.legs.get(event.leg)
            if row is not None and row.direction == "out":
                self._leaving.add(event.leg)
                if event.cause == "lost":
                    self.gone(event.leg)
            return False
        self._failed(attempt, Missed(cause=UNKNOWN))
        return True

    def gone(self, leg: str) -> None:
        """A party has left the line. Its end was told before, while Asterisk was still saying goodbye to it."""
        if leg in self._leaving:
            self._leaving.discard(leg)
            self._slots.free(leg, self._something.set)

    def give_up(self, held: Held) -> None:
        """The session has ended: what still rings for it is hung up."""
        for attempt in [attempt for attempt in self._attempts.values() if attempt.held is held]:
            if not attempt.given_up:
                attempt.given_up = True
                self._hang_up(attempt.leg)

    async def _take_back(self) -> None:
        """After a broken connection to a database: calls that were committed without our hearing of it are unknown."""
        for tenant, row, command in await asyncio.to_thread(self._rows.left):
            if self._host.roster.find(tenant, row.session_id) is not None or row.reference is None:
                continue
            held = await asyncio.to_thread(self._rows.take_back, tenant, row)
            if held is not None and row.reference in held.legs:
                self._host.hold(held, row.reference)
                attempt = self._attempts[row.reference] = Attempt(held, row.id, command, row.reference, ())
                self._failed(attempt, Missed(cause=UNKNOWN))

    def _hang_up(self, leg: str) -> None:
        self._host.telephony.perform(HangUp(id="0", leg=leg), f"up-{leg}")


def _end(identity: bytes, cause: str | None, connection: sa.Connection) -> None:
    state: calls.End = "unknown" if cause == UNKNOWN else "done"
    calls.end(connection, identity, state, at=now_micros(), reason=cause)


def _now() -> datetime:
    return datetime.now(UTC)
