"""Calls of ours: from the outbox to the telephones, each attempt at most once.

A session that sleeps asks for a call; its row is written with that turn. Here, in the engine that is active for an
Asterisk, such rows are taken as their trunks have room. One transaction makes the row `sending`, the session ours, and
the leg known by the name that the channel is going to have; only when it is committed is anything dialled. So after a
crash, at whatever moment, the name is either among Asterisk's channels, and the call goes on, or it is not, and then
nobody can say whether it rang: the flow goes on by `failed`, with `unknown`, and nobody is called a second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import msgspec
import sqlalchemy as sa
import structlog
from msgspec.structs import replace

from engine.adapters.telephony import LegFound, Missed, Outgoing, PickedUp, Rang, Telephony
from engine.adapters.ways import Later, NoWay, Way, Ways
from engine.commands import HangUp, PlaceCall
from engine.events import AnyEvent, CallAnswered, CallFailed
from engine.flow import FlowErrors
from engine.host.programs import Programs, VersionUnknown
from engine.host.turn import Held
from engine.session import SessionParked
from engine.session.session import LIVE
from engine.store import Stores, TenantUnknown, calls, now_micros, sessions
from engine.store import inbox as inbox_rows
from engine.store.inbox import Posted
from engine.store.outbox import OutboxRow
from engine.store.sessions import LegRow
from engine.store.times import SECOND

log = structlog.get_logger()

LOOK_SECONDS = 0.25
ROWS = 100
PATIENCE = 30.0
"""Seconds for which a call that one trunk could not carry waits for room on another."""

Work = Callable[[sa.Connection], object]
_decoder = msgspec.msgpack.Decoder(PlaceCall)


class Host(Protocol):
    """What is needed of the live host."""

    telephony: Telephony

    def may_act(self) -> bool:
        """Whether the lease is still ours."""

    def hold(self, held: Held, leg: str) -> None:
        """Keep a session with this party, whose row is in the database."""

    def held(self, tenant: str, identity: bytes) -> Held | None:
        """A session that is kept."""

    def apply(self, held: Held, event: AnyEvent, work: Work) -> bool:
        """Apply an event, with more to be written in its commit; whether it meant anything to the session."""

    def note(self, held: Held, work: Work | None = None, then: Callable[[], None] | None = None) -> None:
        """Commit what has changed of its parties; `then` is called on the event loop when it is written."""

    def party_is(self, held: Held, leg: str, *, there: bool) -> None:
        """Events of this leg are, or are no longer, the session's."""


class Attempt:
    """One call on its way."""

    __slots__ = ("command", "given_up", "held", "leg", "row_id", "tried")

    def __init__(self, held: Held, row_id: bytes, command: PlaceCall, leg: str, tried: tuple[str, ...]) -> None:
        self.held = held
        self.row_id = row_id
        self.command = command
        self.leg = leg
        self.tried = tried
        self.given_up = False


class CallsOut:
    """Places the calls that sessions ask for, and tells them what became of each."""

    def __init__(
        self, host: Host, *, stores: Stores, programs: Programs, ways: Ways, owner: str, epoch: int
    ) -> None:
        self._host = host
        self._stores = stores
        self._programs = programs
        self._ways = ways
        self._owner = owner
        self._epoch = epoch
        self._attempts: dict[str, Attempt] = {}
        self._answered: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._something = asyncio.Event()
        self._draining = False

    # --- placing

    async def run(self) -> None:
        """Place what is due, until cancelled."""
        reachable = True
        while True:
            wait = LOOK_SECONDS
            self._something.clear()
            try:
                if self._host.telephony.ready and not self._draining:
                    for tenant in await asyncio.to_thread(self._tenants):
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

    async def _serve(self, tenant: str) -> float:
        """Place a tenant's calls as far as there is room; seconds until there may be more."""
        rows = await asyncio.to_thread(self._due, tenant)
        wait, crowded = LOOK_SECONDS, []
        for row in rows:
            command = _decoder.decode(row.body)
            leg = row.key
            way = await self._ways.find(tenant, command.to, leg=leg, caller_id=command.caller_id, trunk=command.trunk)
            if isinstance(way, Later):
                wait = min(wait, way.seconds)
                crowded.append(row.id)
            elif isinstance(way, NoWay):
                await asyncio.to_thread(self._refuse, tenant, row, way)
            elif not self._host.may_act() or self._draining:
                await self._ways.free(leg)
                return LOOK_SECONDS
            else:
                held = await asyncio.to_thread(self._claim, tenant, row, command, way)
                if held is None:
                    await self._ways.free(leg)
                    continue
                self._host.hold(held, leg)
                self._place(Attempt(held, row.id, command, leg, (way.trunk,)), way)
        if len(crowded) >= ROWS:
            await asyncio.to_thread(self._postpone, tenant, crowded)
        return wait

    def _tenants(self) -> list[str]:
        at = now_micros()
        names = []
        for tenant in self._stores.tenant_names():
            with self._stores.tenant(tenant).read() as connection:
                if calls.anything_due(connection, at=at):
                    names.append(tenant)
        return names

    def _due(self, tenant: str) -> list[OutboxRow]:
        with self._stores.tenant(tenant).read() as connection:
            return calls.due(connection, at=now_micros(), limit=ROWS)

    def _postpone(self, tenant: str, crowded: list[bytes]) -> None:
        with self._stores.tenant(tenant).begin() as connection:
            calls.postpone(connection, crowded, until=now_micros() + SECOND)

    def _claim(self, tenant: str, row: OutboxRow, command: PlaceCall, way: Way) -> Held | None:
        """In a thread: take the session and its call, in one transaction; None if it is not ours to place (now)."""
        store, at = self._stores.tenant(tenant), now_micros()
        with store.begin() as connection:
            loaded = sessions.load(connection, [row.session_id]).get(row.session_id)
            if loaded is None or loaded.row.owner is not None:
                return None  # a party of it has not ended yet: a moment later it has
            if loaded.row.status not in LIVE:
                calls.end(connection, row.id, "cancelled", at=at, reason="the session has ended")
                return None
            try:
                program = self._programs.get(store, loaded.row.flow_id, loaded.row.version)
                Held.loaded(tenant, loaded, program)  # who cannot be told of the answer is not called
            except (VersionUnknown, FlowErrors, SessionParked) as error:
                log.error("session is parked", session=row.session_id.hex(), reason=str(error))
                calls.postpone(connection, [row.id], until=at + 60 * SECOND)
                return None
            if not calls.begin(connection, row.id, name=row.key, epoch=self._epoch, at=at):
                return None
            party = _party(row.session_id, row.key, command, way, at)
            calls.own(connection, party, owner=self._owner, epoch=self._epoch)
        loaded.row.owner, loaded.row.owner_epoch = self._owner, self._epoch
        loaded.legs.append(party)
        return Held.loaded(tenant, loaded, program)

    def _refuse(self, tenant: str, row: OutboxRow, no: NoWay) -> None:
        """In a thread: nobody is called; the session is told by its inbox, whoever owns it."""
        at = now_micros()
        event = CallFailed(at=_now(), command_id=row.command_id, fate=no.fate, cause=no.reason)
        with self._stores.tenant(tenant).begin() as connection:
            if calls.end(connection, row.id, "done", at=at, reason=no.reason):
                inbox_rows.put(
                    connection, session_id=row.session_id, source="telephone", external_id=row.key,
                    posted=Posted(event=event), at=at,
                )  # fmt: skip

    def _place(self, attempt: Attempt, way: Way) -> None:
        """What was committed is dialled, now or never."""
        self._attempts[attempt.leg] = attempt
        placed = self._outgoing(attempt, endpoint=way.endpoint, caller_id=way.caller_id)
        if not self._host.telephony.place(placed, partial(self._told, attempt)):
            self._told(attempt, Missed(cause="no_telephone"))

    def _outgoing(self, attempt: Attempt, *, endpoint: str = "", caller_id: str = "") -> Outgoing:
        command = attempt.command
        return Outgoing(
            leg=attempt.leg, endpoint=endpoint, caller_id=caller_id, ring_seconds=command.ring_seconds,
            detect_machine=command.detect_machine, wait_for_beep=command.wait_for_beep,
        )  # fmt: skip

    # --- what becomes of it

    def _told(self, attempt: Attempt, news: Rang | PickedUp | Missed) -> None:
        if attempt.leg not in self._attempts:
            return
        held = attempt.held
        match news:
            case Rang():
                held.note_leg(replace(held.legs[attempt.leg], state="ringing", rang=True))
                self._host.note(held)
            case PickedUp():
                self._picked_up(attempt, news)
            case Missed(trunk_trouble=True) if held.live and not attempt.given_up:
                self._in_background(self._by_another(attempt, news))
            case Missed():
                self._failed(attempt, news)

    def _picked_up(self, attempt: Attempt, news: PickedUp) -> None:
        held = attempt.held
        del self._attempts[attempt.leg]
        self._answered.add(attempt.leg)
        held.note_leg(replace(held.legs[attempt.leg], fate="answered"))
        event = CallAnswered(at=_now(), command_id=attempt.command.id, leg=attempt.leg, by=news.by)
        if not self._host.apply(held, event, partial(_end, attempt.row_id, "done", None)):
            self._hang_up(attempt.leg)  # nobody waits for it any more

    def _failed(self, attempt: Attempt, missed: Missed) -> None:
        held, leg = attempt.held, attempt.leg
        del self._attempts[leg]
        self._end_leg(attempt, missed)
        unknown = missed.cause == "unknown"
        event = CallFailed(
            at=_now(), command_id=attempt.command.id, fate=missed.fate, cause=missed.cause, rang=missed.rang
        )
        self._host.apply(held, event, partial(_end, attempt.row_id, "unknown" if unknown else "done", missed.cause))
        self._host.party_is(held, leg, there=False)
        self._free(leg)

    async def _by_another(self, attempt: Attempt, missed: Missed) -> None:
        """The trunk could not carry the call: another may. Until its leg is written the session stays ours."""
        command, held, leg = attempt.command, attempt.held, f"{attempt.held.id.hex()}-{attempt.command.id}"
        name = f"{leg}-{len(attempt.tried) + 1}"
        until = asyncio.get_running_loop().time() + PATIENCE
        way: Way | NoWay | Later = NoWay()
        while held.live and not attempt.given_up and self._host.may_act():
            way = await self._ways.find(
                held.tenant, command.to, leg=name, caller_id=command.caller_id, trunk=command.trunk, tried=attempt.tried
            )
            if not isinstance(way, Later) or asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(min(way.seconds, LOOK_SECONDS))
        if not isinstance(way, Way) or not held.live or attempt.given_up:
            self._failed(attempt, missed)
            return
        log.info("call is tried by another trunk", tried=attempt.tried, trunk=way.trunk, cause=missed.cause)
        del self._attempts[attempt.leg]
        self._end_leg(attempt, missed)
        again = Attempt(held, attempt.row_id, command, name, (*attempt.tried, way.trunk))
        self._attempts[name] = again
        held.note_leg(_party(held.id, name, command, way, now_micros()))
        self._host.party_is(held, attempt.leg, there=False)
        self._host.party_is(held, name, there=True)
        self._free(attempt.leg)
        refer = partial(calls.refer, identity=attempt.row_id, name=name, at=now_micros())
        self._host.note(held, refer, partial(self._place, again, way))

    def _end_leg(self, attempt: Attempt, missed: Missed) -> None:
        fate = "unknown" if missed.cause == "unknown" else missed.fate
        held = attempt.held
        rang = missed.rang or bool(held.legs[attempt.leg].rang)
        held.note_leg(
            replace(
                held.legs[attempt.leg], state="ended", ended_at=now_micros(), cause=missed.cause[:80], fate=fate,
                rang=rang, sip=missed.sip or None,
            )
        )  # fmt: skip

    # --- what the host tells

    def recover(self) -> None:
        """Before the telephones are connected: the calls that the engine before this one had on their way."""
        for tenant in self._stores.tenant_names():
            with self._stores.tenant(tenant).read() as connection:
                rows = calls.left(connection, self._owner)
            for row in rows:
                held = self._host.held(tenant, row.session_id)
                if held is None or row.reference not in held.legs:
                    log.error("call of no session", session=row.session_id.hex(), leg=row.reference)
                    continue
                trunk = held.legs[row.reference].trunk or ""
                attempt = Attempt(held, row.id, _decoder.decode(row.body), row.reference, (trunk,))
                self._attempts[row.reference] = attempt

    def stock_taken(self, there: Collection[str]) -> None:
        """Asterisk has said which parties there are: slots of calls that are no more are free."""
        self._in_background(self._ways.reconcile(there))

    def found(self, leg: LegFound) -> bool:
        """A party is there: whether it is a call that is still on its way, which goes on now."""
        attempt = self._attempts.get(leg.leg)
        if attempt is None:
            return False
        self._host.telephony.take_on(self._outgoing(attempt), partial(self._told, attempt))
        return True

    def ended(self, held: Held, leg: str) -> bool:
        """A party has gone: whether it was a call that was still on its way, whose fate nobody knows then."""
        attempt = self._attempts.get(leg)
        if attempt is None:
            if leg in held.legs and held.legs[leg].direction == "out":
                self._free(leg)
            return False
        self._failed(attempt, Missed(cause="unknown"))
        return True

    def give_up(self, held: Held) -> None:
        """The session has ended: what still rings for it is hung up."""
        for attempt in [attempt for attempt in self._attempts.values() if attempt.held is held]:
            if not attempt.given_up:
                attempt.given_up = True
                self._hang_up(attempt.leg)

    # --- small steps

    def _hang_up(self, leg: str) -> None:
        self._host.telephony.perform(HangUp(id="0", leg=leg), f"up-{leg}")

    def _free(self, leg: str) -> None:
        self._in_background(self._free_slot(leg))

    async def _free_slot(self, leg: str) -> None:
        await self._ways.free(leg)
        self._something.set()

    def _in_background(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _party(session_id: bytes, name: str, command: PlaceCall, way: Way, at: int) -> LegRow:
    return LegRow(
        session_id=session_id, leg=name, direction="out", caller=way.caller_id[:80], called=command.to[:80],
        state="placing", started_at=at, trunk=way.trunk[:64],
    )  # fmt: skip


def _end(identity: bytes, state: calls.End, reason: str | None, connection: sa.Connection) -> None:
    calls.end(connection, identity, state, at=now_micros(), reason=reason)


def _now() -> datetime:
    return datetime.now(UTC)
