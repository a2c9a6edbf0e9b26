"""The lease: one acts, the other stands by; who was halted is ended before the next one acts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import sqlalchemy as sa

from engine.host import lease as keeping
from engine.host.holder import process_started
from engine.host.lease import Keeper
from engine.store import Stores, lease, now_micros, postgresql
from engine.store.times import SECOND


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases of half the time, for most of it is waiting."""
    for name in ("LASTS_SECONDS", "RENEW_SECONDS", "MARGIN_SECONDS"):
        monkeypatch.setattr(keeping, name, getattr(keeping, name) / 2)


def taken_by(stores: Stores, pid: int, started: int, *, lasts: int) -> None:
    with stores.control.begin() as connection:
        lease.take(
            connection, "a", holder=f"{socket.gethostname()}:{pid}", pid=pid, process_started=started, at=now_micros(),
            lasts=lasts,
        )  # fmt: skip


def test_a_free_lease_is_taken_and_given_back(stores: Stores) -> None:
    keeper = Keeper(stores.control, "a", lambda: None)
    assert not keeper.may_act()
    assert keeper.take(threading.Event())
    assert keeper.may_act()
    assert keeper.epoch == 1
    keeper.release()
    assert not keeper.may_act()
    again = Keeper(stores.control, "a", lambda: None)
    assert again.take(threading.Event())
    assert again.epoch == 2
    again.release()


def test_the_lease_of_a_dead_process_is_taken_at_once(stores: Stores) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process_started(dead.pid)
    assert started is not None
    dead.communicate(b"\n")
    taken_by(stores, dead.pid, started, lasts=3600 * SECOND)
    keeper = Keeper(stores.control, "a", lambda: None)
    assert keeper.take(threading.Event())
    assert keeper.epoch == 2
    keeper.release()


def test_a_standby_waits_while_the_holder_lives(stores: Stores) -> None:
    alive = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        started = process_started(alive.pid)
        assert started is not None
        taken_by(stores, alive.pid, started, lasts=3600 * SECOND)
        stop = threading.Event()
        threading.Timer(0.6, stop.set).start()
        assert not Keeper(stores.control, "a", lambda: None).take(stop)
        assert alive.poll() is None
    finally:
        alive.communicate(b"\n")


def test_a_holder_that_was_halted_is_ended_before_the_next_one_acts(stores: Stores) -> None:
    halted = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        started = process_started(halted.pid)
        assert started is not None
        taken_by(stores, halted.pid, started, lasts=3600 * SECOND)
        os.kill(halted.pid, signal.SIGSTOP)
        keeper = Keeper(stores.control, "a", lambda: None)
        assert keeper.take(threading.Event())
        assert halted.wait(5) == -signal.SIGKILL
        keeper.release()
    finally:
        halted.kill()
        halted.communicate()


def test_a_lease_that_another_has_taken_stops_its_old_holder(stores: Stores) -> None:
    lost = threading.Event()
    keeper = Keeper(stores.control, "a", lost.set)
    assert keeper.take(threading.Event())
    with stores.control.begin() as connection:
        held = lease.get(connection, "a")
        assert held is not None
        lease.take(connection, "a", holder="elsewhere:1", pid=1, process_started=1, at=held.expires_at + 1, over=held)
    assert lost.wait(5)
    assert not keeper.may_act()


def test_a_holder_that_dies_is_followed_at_once(stores: Stores) -> None:
    alive = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process_started(alive.pid)
    assert started is not None
    taken_by(stores, alive.pid, started, lasts=3600 * SECOND)
    keeper = Keeper(stores.control, "a", lambda: None)
    taken = threading.Thread(target=keeper.take, args=(threading.Event(),))
    taken.start()
    time.sleep(0.5)  # it stands by
    assert not keeper.may_act()
    alive.kill()
    killed = time.monotonic()
    taken.join(keeping.LASTS_SECONDS)
    assert keeper.may_act()
    assert time.monotonic() - killed < keeping.LASTS_SECONDS / 2
    alive.communicate()
    keeper.release()


@pytest.mark.parametrize("jump", [-86_400, 86_400])
def test_a_jump_of_the_wall_clock_makes_no_second_holder(
    stores: Stores, jump: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holder's clock jumps while it holds the lease, the other's does not (or the other way round)."""
    holder = Keeper(stores.control, "a", lambda: None)
    assert holder.take(threading.Event())
    monkeypatch.setattr(keeping, "now_micros", lambda: now_micros() + jump * SECOND)
    other = Keeper(stores.control, "a", lambda: None)
    until = time.monotonic() + keeping.LASTS_SECONDS + 1
    while time.monotonic() < until:
        assert not other.attempt()
        assert holder.may_act()
        time.sleep(0.1)
    holder.release()
    assert other.attempt()
    assert other.epoch == 2
    other.release()


def test_a_silent_holder_of_another_machine_is_followed_when_its_lease_has_run_out(stores: Stores) -> None:
    with stores.control.begin() as connection:
        lease.take(connection, "a", holder="elsewhere:1", pid=1, process_started=1, at=now_micros(), lasts=9 * SECOND)
    keeper = Keeper(stores.control, "a", lambda: None)
    began = time.monotonic()
    assert keeper.take(threading.Event())
    assert time.monotonic() - began >= keeping.LASTS_SECONDS
    keeper.release()


def unreachable(*_: object, **__: object) -> None:
    raise sa.exc.OperationalError("BEGIN", {}, Exception("the server is away"))


def test_a_holder_whose_database_is_away_stops(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = threading.Event()
    keeper = Keeper(stores.control, "a", lost.set)
    assert keeper.take(threading.Event())
    monkeypatch.setattr(lease, "renew", unreachable)
    assert lost.wait(5)
    assert not keeper.may_act()


def test_an_engine_goes_on_while_its_database_is_away_and_nobody_follows_it(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = threading.Event()
    keeper = Keeper(stores.control, "a", lost.set, away_seconds=60)
    assert keeper.take(threading.Event())
    renew = lease.renew
    monkeypatch.setattr(lease, "renew", unreachable)
    until = time.monotonic() + 2 * keeping.LASTS_SECONDS
    while time.monotonic() < until:
        assert keeper.may_act()
        time.sleep(0.05)
    monkeypatch.setattr(lease, "renew", renew)
    other = Keeper(stores.control, "a", lambda: None)
    assert not other.attempt()
    time.sleep(1)
    assert not other.attempt() and keeper.may_act() and not lost.is_set()
    keeper.release()


def test_time_in_which_the_lease_could_not_be_seen_does_not_count(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_by(stores, os.getppid(), process_started(os.getppid()) or 0, lasts=SECOND)
    keeper = Keeper(stores.control, "a", lambda: None)
    assert not keeper.attempt()
    look = lease.get
    monkeypatch.setattr(lease, "get", unreachable)
    time.sleep(keeping.LASTS_SECONDS)
    assert not keeper.attempt()
    monkeypatch.setattr(lease, "get", look)
    assert not keeper.attempt(), "it begins to count anew"


IN_A_TRANSACTION = """
import sys
import sqlalchemy as sa
connection = sa.create_engine(sys.argv[1]).connect()
lease = sa.table("lease", sa.column("name"))
if sys.argv[1].startswith("sqlite"):
    connection.connection.driver_connection.execute("BEGIN IMMEDIATE")
else:
    connection.execute(sa.select(lease.c.name).with_for_update()).all()
print("there", flush=True)
input()
"""


def test_a_holder_that_was_halted_in_the_middle_of_a_transaction_is_ended(stores: Stores) -> None:
    url = postgresql.without_schema(sa.make_url(stores._settings.control_url)).render_as_string(hide_password=False)
    halted = subprocess.Popen(
        [sys.executable, "-c", IN_A_TRANSACTION, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert halted.stdout is not None
    try:
        started = process_started(halted.pid)
        assert started is not None
        taken_by(stores, halted.pid, started, lasts=SECOND)
        assert halted.stdout.readline() == b"there\n"
        os.kill(halted.pid, signal.SIGSTOP)
        keeper = Keeper(stores.control, "a", lambda: None)
        assert keeper.take(threading.Event())
        assert halted.wait(5) == -signal.SIGKILL
        keeper.release()
    finally:
        halted.kill()
        halted.communicate()
