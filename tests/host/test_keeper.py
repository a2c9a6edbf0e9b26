"""The lease: one acts, the other stands by; who was halted is ended before the next one acts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading

from engine.host.lease import Keeper, process_started
from engine.store import Stores, lease, now_micros
from engine.store.times import SECOND


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
    dead = subprocess.Popen([sys.executable, "-c", ""])
    started = process_started(dead.pid)
    assert started is not None
    dead.wait()
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
        taken_by(stores, halted.pid, started, lasts=SECOND)
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
        lease.take(connection, "a", holder="elsewhere:1", pid=1, process_started=1, at=held.expires_at + 1)
    assert lost.wait(5)
    assert not keeper.may_act()
