"""What the clock does every few seconds beside its looks, in a thread of its own: figures, alerts, and what was left.

The looks, four times a second, must not wait for a mail server or for a count of a million rows. Several clocks do the
same, and harm nothing: figures are the latest, alerts are told once, hints collapse, an event is put once.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from time import monotonic

import redis
import sqlalchemy as sa
import structlog
from redis import Redis

from engine.events import SessionExpired
from engine.host import bulk_jobs, metrics, prompt_taking, telling
from engine.host.alerts import Key, Watch
from engine.host.left_behind import Owners
from engine.host.queues import QUEUES
from engine.host.reachable import ari_answers
from engine.host.settings import Settings
from engine.host.telling import Told
from engine.store import Stores, TenantUnknown, alerts, figures, from_micros, inbox, now_micros, sessions, trunks
from engine.store import lease as leases
from engine.store.figures import FEWEST, Figures, Waiting
from engine.store.inbox import Posted

log = structlog.get_logger()

EVERY = 5.0
COUNTED_EVERY = 6
"""Rounds after which live sessions are counted anew."""
BEATS = "callweave:clock:"
"""Keys by which a clock says in Redis that it goes; for `callweave doctor`."""
BEAT_LASTS = 20
NOT_REGISTERED = ("rejected", "unregistered", "stopped")
"""What Asterisk says of a trunk that is to register at its provider, and is not."""
ENGINES = ("asterisk ", "simulated")
"""How the names of the engines' leases begin."""


class Rounds:
    """One process's rounds."""

    def __init__(self, settings: Settings, stores: Stores) -> None:
        self._settings = settings
        self._stores = stores
        self._redis = Redis.from_url(settings.redis_address, socket_connect_timeout=0.5, socket_timeout=2.0)
        self._watch: Watch | None = None
        self._number = 0
        self._live: dict[str, int] = {}
        self._gateways: set[str] = set()
        self._owners = Owners()

    def start(self, stop: threading.Event) -> threading.Thread:
        """Go round in a thread until `stop`."""
        thread = threading.Thread(target=self._run, args=(stop,), name="rounds", daemon=True)
        thread.start()
        return thread

    def go(self) -> dict[Key, float]:
        """One round; the values that alerts were judged by."""
        values: dict[Key, float] = {}
        seen: dict[str, Figures] = {}
        try:
            names = self._stores.active_names()
            with self._stores.control.read() as connection:
                self._owners.see(leases.every(connection))
        except sa.exc.SQLAlchemyError as error:
            self._owners.see_nothing()
            log.error("tenants are not known", reason=str(error))
            return {("database_down", "the control database"): 1.0}
        for tenant in names:
            values["database_down", tenant] = 0.0
            try:
                seen[tenant] = self._look(tenant)
                bulk_jobs.hint_unfinished(self._redis, self._stores, tenant)
                prompt_taking.hint(self._redis, self._stores, tenant)
                self._expire_owned(tenant)
                self._owners.let_go(self._stores, self._stores.tenant(tenant))
            except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
                log.error("tenant cannot be looked at", tenant=tenant, reason=str(error))
                values["database_down", tenant] = 1.0
        self._number += 1
        self._gauge(seen)
        for tenant, its in seen.items():
            values |= _values(tenant, its)
        values |= self._machine() | self._platform()
        self._judge(values)
        return values

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(EVERY):
            try:
                self.go()
            except Exception:
                log.exception("a round of the clock failed")

    def _look(self, tenant: str) -> Figures:
        counting = self._number % COUNTED_EVERY == 0 or tenant not in self._live
        with self._stores.tenant(tenant).read() as connection:
            found = figures.of_tenant(connection, at=now_micros(), count_sessions=counting)
        if counting:
            self._live[tenant] = found.sessions_live
        return found

    def _expire_owned(self, tenant: str) -> None:
        """Sessions with somebody on the line expire by an event: their owner alone may write them."""
        at, store = now_micros(), self._stores.tenant(tenant)
        with store.read() as connection:
            expired = sessions.owned_expired(connection, at=at)
        posted = Posted(event=SessionExpired(at=from_micros(at)))
        if expired:
            with store.begin() as connection:
                inbox.put_each(connection, [(each, "expiry", each.hex(), posted) for each in expired], at=at)

    def _gauge(self, seen: dict[str, Figures]) -> None:
        metrics.SESSIONS_LIVE.set(sum(self._live.get(tenant, 0) for tenant in seen))
        for state in ("offered", "ringing", "answered"):
            metrics.CALLS.labels(state).set(sum(its.calls.get(state, 0) for its in seen.values()))
        metrics.INBOX_OPEN.set(sum(its.inbox_open for its in seen.values()))
        metrics.INBOX_AGE.set(max((its.inbox_seconds for its in seen.values()), default=0.0))
        metrics.TIMERS_LATE.set(max((its.timer_seconds for its in seen.values()), default=0.0))
        self._gateways |= {name for its in seen.values() for name in its.outbox}
        for name in self._gateways:
            at_it = [its.outbox.get(name, Waiting()) for its in seen.values()]
            metrics.OUTBOX_OPEN.labels(name).set(sum(waiting.open for waiting in at_it))
            metrics.OUTBOX_AGE.labels(name).set(max((waiting.seconds for waiting in at_it), default=0.0))
            metrics.OUTBOX_DEAD.labels(name).set(sum(waiting.failed for waiting in at_it))

    def _machine(self) -> dict[Key, float]:
        """This machine: its disk, its Redis, its Asterisk."""
        usage = shutil.disk_usage(self._settings.data)
        metrics.DISK_FREE.set(usage.free)
        values: dict[Key, float] = {("disk_free_share", str(self._settings.data)): usage.free / usage.total}
        try:
            for queue in QUEUES:
                metrics.QUEUE_JOBS.labels(queue).set(int(self._redis.llen(f"rq:queue:{queue}")))
            self._redis.set(f"{BEATS}{socket.gethostname()}:{os.getpid()}", "", ex=BEAT_LASTS)
            values["redis_down", ""] = 0.0
        except redis.RedisError:
            values["redis_down", ""] = 1.0
        address = self._settings.ari_address if self._settings.telephony == "asterisk" else None
        if address is not None:
            host, answers = ari_answers(address)
            values["asterisk_down", host] = float(not answers)
        return values

    def _platform(self) -> dict[Key, float]:
        """What the control database says: engines and trunks."""
        at = now_micros()
        with self._stores.control.read() as connection:
            held = {lease.name for lease in leases.held(connection, at=at)}
            known = leases.every(connection)
            rows = trunks.every(connection)
        values: dict[Key, float] = {
            ("no_engine", lease.name): float(lease.name not in held)
            for lease in known
            if lease.name.startswith(ENGINES) and not lease.name.endswith(" standby") and not lease.released
        }  # fmt: skip
        for row in rows:
            down = row.trunk.enabled and (row.reachable == "no" or row.registered in NOT_REGISTERED)
            values["trunk_down", f"{row.trunk.tenant}/{row.trunk.name}"] = float(down)
        return values

    def _judge(self, values: dict[Key, float]) -> None:
        """Begin and end alerts, and tell what has to be told."""
        control = self._stores.control
        if self._watch is None:
            with control.read() as connection:
                begun = [tuple(it.name.split(":", 1)) for it in alerts.open_ones(connection)]
            self._watch = Watch(self._settings.alerts, tuple((name, of) for name, of in begun))
        notices = self._watch.see(values, monotonic())
        at = now_micros()
        for notice in notices:
            with control.begin() as connection:
                if notice.state == "begins":
                    alerts.begin(connection, notice.key, notice.value, at=at)
                else:
                    alerts.end(connection, notice.key, at=at)
        with control.read() as connection:
            if not alerts.anything_to_tell(connection, at=at):
                return
        with control.begin() as connection:
            to_tell = alerts.to_tell(connection, at=at)
        for it in to_tell:
            if telling.tell(self._settings, self._told(it)):
                with control.begin() as connection:
                    alerts.told(connection, it, at=now_micros())

    def _told(self, it: alerts.Alert) -> Told:
        assert self._watch is not None
        return Told(
            name=it.name, state="begins" if it.ended_at is None else "ends", text=self._watch.text(it.name, it.value),
            value=it.value, began_at=from_micros(it.began_at),
            ended_at=None if it.ended_at is None else from_micros(it.ended_at),
        )  # fmt: skip


def _values(tenant: str, its: Figures) -> dict[Key, float]:
    """A tenant's figures as alerts look at them."""
    values: dict[Key, float] = {
        ("timers_late_seconds", tenant): its.timer_seconds,
        ("inbox_old_seconds", tenant): its.inbox_seconds,
    }
    for gateway, waiting in its.outbox.items():
        values["outbox_old_seconds", f"{tenant}/{gateway}"] = waiting.seconds
        values["outbox_failed", f"{tenant}/{gateway}"] = float(waiting.failed)
    for name in its.campaigns_stopped:
        values["campaign_stopped", f"{tenant}/{name}"] = 1.0
    if its.ended >= FEWEST:
        values["failure_share", tenant] = its.failed / its.ended
    return values
