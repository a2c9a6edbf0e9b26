"""The driver of one gateway of one organisation: what is due leaves, in order, at its rate, so many at once.

One process at a time drives a gateway, by its lease, so no counter has to be shared. A command is `sending` in the
database before its first byte leaves; the lease is looked at between the two, by the gateway once more when its
connection stands. What the driver before this one left in `sending` may have left the house: it becomes `unknown`, or
leaves again where its node says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import sqlalchemy as sa
import structlog

from engine.adapters.gateway import Listening, NotNow, Refused, Unsure
from engine.adapters.message_news import Report, nobody
from engine.commands import Command, SendSms
from engine.host.metrics import OUTBOX_TRIES
from engine.host.outbox import answers
from engine.host.outbox.answers import Ended
from engine.host.outbox.ends import Ends
from engine.host.outbox.handing_on import HandingOn
from engine.host.outbox.opening import Opened, Opening
from engine.host.outbox.pace import Pacer, Trouble
from engine.host.texting.sending import Ready, take_in_hand
from engine.store import Store, gateways, now_micros, outbox
from engine.store.outbox import OutboxRow

log = structlog.get_logger()

LOOK_SECONDS = 0.25
SETTLE_SECONDS = 3.0
"""So often is looked for what another driver has left: it may have taken a row just when its lease ran out."""
IDLE_SECONDS = 5.0
"""After so long without work the gateway is anybody's, but for one that listens."""
LISTEN_SECONDS = 1.0
"""So often a driver that only listens looks for itself; whoever finds work wakes it."""
GATHER_SECONDS = 0.005
"""So long is waited for more to come together into one commit, while others are on their way."""
AGAIN_SECONDS = 0.25
DRAIN_SECONDS = 5.0
MOST_AT_ONCE = 500
TRIES_OF_LEFT = 10
"""How often something that may leave again does so when driver after driver dies over it."""

InThread = Callable[..., Awaitable[Any]]


class Driver:
    """Drives one gateway until there is nothing more to do, it is stopped, or the lease is over."""

    def __init__(
        self,
        *,
        store: Store,
        name: str,
        epoch: int,
        may_act: Callable[[], bool],
        holds: Callable[[], bool],
        opening: Opening,
        in_thread: InThread,
        answered: Callable[[str], None],
        report: Report = nobody,
    ) -> None:
        self._store = store
        self._name = name
        self._epoch = epoch
        self._may_act = may_act
        self._holds = holds
        self._opening = opening
        self._in_thread = in_thread
        self._answered = answered
        self._report = report
        self._opened: Opened | None = None
        self._pacer = Pacer(None)
        self._woken = asyncio.Event()
        self._stopping = False
        self._settled_at = 0.0
        self._on_their_way: set[asyncio.Task[None]] = set()
        self._ends = Ends(store, name, epoch=epoch, tried=self._tried, answered=answered, written=self._woken.set)
        self._trouble = Trouble()
        self._handing_on = HandingOn(store, name, opening.country)
        self._handed_on_at = 0.0
        self.idle = False
        """Whether it is here only because its gateway listens."""
        self._log = log.bind(tenant=store.name, gateway=name)

    def wake(self) -> None:
        """Something has become due."""
        self._woken.set()

    def stop(self) -> None:
        """Begin nothing more; what is on its way may come to its end."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Drive the gateway."""
        writing = asyncio.create_task(self._ends.run())
        try:
            await self._drive()
        finally:
            await self._drain()
            self._ends.close()
            await writing
            if self._opened is not None:
                await self._opened.gateway.close()

    # --- what is due

    async def _drive(self) -> None:
        since = time.monotonic()
        while not self._stopping and self._holds():
            self._woken.clear()
            if time.monotonic() - self._settled_at > SETTLE_SECONDS:
                await self._settle()
            if self._handing_on.is_needed and time.monotonic() - self._handed_on_at > LOOK_SECONDS:
                await self._hand_on()
            begun = await self._begin()
            now = time.monotonic()
            hands_on = self._trouble.since is not None and self._handing_on.is_routed
            if begun or self._on_their_way or self._ends.unwritten or hands_on:
                since = now
            self.idle = now - since > IDLE_SECONDS
            if self.idle and not (self._opened is not None and self._opened.listens):
                return
            await self._wait()

    async def _hand_on(self) -> None:
        """Let texts leave by other gateways; but for the one that tries whether this one is there again."""
        self._handed_on_at = now = time.monotonic()
        if self._may_act():
            await self._tried(self._handing_on.look, self._trouble.lasts(now))

    async def _begin(self) -> int:
        """Take in hand what may leave now, and let it leave; how much that was."""
        room = self._room()
        if room < 1 or not self._may_act():
            return 0
        opened, ready, ended = await self._tried(self._claim, room)
        if opened is not self._opened:
            await self._use(opened)
        for each in ready:
            task = asyncio.create_task(self._carry_out(each, opened, self._pacer.moment(time.monotonic())))
            self._on_their_way.add(task)
            task.add_done_callback(self._left)
        self._ends.count(ended)
        if ended:
            self._answered(self._store.name)
        return len(ready) + len(ended)

    def _room(self) -> int:
        now = time.monotonic()
        at_once = self._trouble.room(now, self._opened.limits.at_once if self._opened is not None else 1)
        return min(at_once - len(self._on_their_way) - self._ends.unwritten, self._pacer.room(now), MOST_AT_ONCE)

    def _claim(self, room: int) -> tuple[Opened, list[Ready], list[Ended]]:
        """In a thread: the gateway as it is set up now, rows that are `sending` from now on, those that have ended."""
        with self._store.begin() as connection:
            opened = self._opened
            if opened is None or gateways.revision(connection, self._name) != opened.revision:
                opened = self._opening.open(connection, self._store, self._name, self._may_act, self._report)
            at = now_micros()
            rows = outbox.claim(connection, self._name, at=at, epoch=self._epoch, limit=room)
            rows, others = self._handing_on.apart(rows)
            ready, ended = take_in_hand(
                connection, self._name, rows, opened.rules, country=self._opening.country, at=at
            )  # fmt: skip
            ended += [answers.given_back(row) for row in others]
            if ended:
                answers.write_on(connection, ended, epoch=self._epoch)
        return opened, ready, ended

    async def _use(self, opened: Opened) -> None:
        """Go on by another set-up; what is on its way keeps the old one until it has come to its end."""
        old, self._opened = self._opened, opened
        self._pacer = Pacer(opened.limits.rate)
        self._trouble.over()
        if opened.listens:
            await cast(Listening, opened.gateway).listen()
        if old is not None:
            on_their_way = set(self._on_their_way)

            async def close() -> None:
                if on_their_way:
                    await asyncio.wait(on_their_way)
                await old.gateway.close()

            closing = asyncio.create_task(close())
            self._on_their_way.add(closing)
            closing.add_done_callback(self._on_their_way.discard)

    async def _wait(self) -> None:
        """Until there may be something to do."""
        seconds = LISTEN_SECONDS if self.idle else LOOK_SECONDS
        now = time.monotonic()
        if self._trouble:
            seconds = max(0.01, min(seconds, self._trouble.quiet_until - now))
        elif 0 < (ready := self._pacer.ready(now)) < seconds:
            seconds = ready
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return
        if self._on_their_way and not self._stopping:
            await asyncio.sleep(GATHER_SECONDS)

    # --- one command

    async def _carry_out(self, ready: Ready, opened: Opened, moment: float) -> None:
        row, begun = ready.row, False
        try:
            await asyncio.sleep(max(0.0, moment - time.monotonic()))
            begun = self._may_act()
            if begun:
                ended = await self._asked(row, ready.command, opened)
            else:
                ended = answers.given_back(row)
        except asyncio.CancelledError:
            stopped = Unsure("it was on its way when we were stopped")
            ended = answers.unsure(row, stopped, tries=opened.limits.tries) if begun else answers.given_back(row)
        self._ends.add(ended)

    async def _asked(self, row: OutboxRow, command: Command, opened: Opened) -> Ended:
        """What the gateway has made of a command."""
        tries = opened.limits.tries
        try:
            carried = await opened.gateway.carry_out(command, row.key)
        except NotNow as error:
            self._trouble.again(time.monotonic())
            OUTBOX_TRIES.labels(self._name, "not_now").inc()
            return answers.not_now(row, error, tries=tries)
        except Refused as error:
            self._trouble.over()
            OUTBOX_TRIES.labels(self._name, "refused").inc()
            return answers.refused(row, error)
        except Unsure as error:
            OUTBOX_TRIES.labels(self._name, "unsure").inc()
            return answers.unsure(row, error, tries=tries)
        except Exception as error:  # noqa: BLE001 (a gateway's fault is logged, and says nothing about the command)
            self._log.exception("gateway failed", key=row.key)
            OUTBOX_TRIES.labels(self._name, "unsure").inc()
            return answers.unsure(row, Unsure(type(error).__name__), tries=tries)
        self._trouble.over()
        OUTBOX_TRIES.labels(self._name, "done").inc()
        return answers.carried(row, carried, awaits=isinstance(command, SendSms) and command.until == "delivered")

    def _left(self, task: asyncio.Task[None]) -> None:
        self._on_their_way.discard(task)
        self._woken.set()

    # --- what has ended

    async def _settle(self) -> None:
        """What was on its way under another driver has an end now."""
        self._settled_at = time.monotonic()
        if self._trouble and await self._tried(self._is_changed):
            self._trouble.leave_alone_no_longer()  # somebody has mended it
        while self._may_act() and not self._stopping:
            left: list[OutboxRow] = await self._tried(self._abandoned)
            if not left:
                return
            self._log.warning("commands were left on their way", count=len(left))
            await self._ends.write([answers.unsure(row, Unsure(answers.DIED), tries=TRIES_OF_LEFT) for row in left])
            await asyncio.sleep(GATHER_SECONDS)  # a writer in a loop keeps calls waiting

    def _is_changed(self) -> bool:
        """In a thread: whether the gateway is set up another way by now."""
        with self._store.read() as connection:
            return self._opened is not None and gateways.revision(connection, self._name) != self._opened.revision

    def _abandoned(self) -> list[OutboxRow]:
        with self._store.begin() as connection:
            return outbox.abandoned(connection, self._name, epoch=self._epoch)

    async def _drain(self) -> None:
        """Wait for what is on its way, but not for ever."""
        if self._on_their_way:
            await asyncio.wait(self._on_their_way, timeout=DRAIN_SECONDS)
        for task in self._on_their_way:
            task.cancel()
        if self._on_their_way:
            await asyncio.wait(self._on_their_way)

    async def _tried(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do a piece of work in a thread, again and again while the database is away or its disk full."""
        while True:
            try:
                return await self._in_thread(work, *arguments, **named)
            except (sa.exc.OperationalError, sa.exc.InternalError) as error:
                self._log.error("the outbox is tried again", reason=str(error.orig))
                await asyncio.sleep(AGAIN_SECONDS)
