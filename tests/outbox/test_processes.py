"""Real processes on real databases, killed and halted in the middle: nothing twice, and nothing lost without a word."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host.settings import PROJECT, Settings
from engine.store import Store, control, tenant
from tests.outbox.conftest import post, put, set_up, states, until
from tests.outbox.server import Asked, Server
from tests.texting.npm_smsc import NpmSmsc

AT_ONCE = 20
Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def process(settings: Settings) -> Iterator[Start]:
    """Start a process that drives gateways; each is ended at the end."""
    made: list[subprocess.Popen[str]] = []
    given = settings.model_dump(mode="json", include={"data", "database_url", "tenant_database_url", "allow_hosts"})

    def start() -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.outbox.driving", json.dumps(given)], cwd=PROJECT, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        made.append(child)
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        return child

    yield start
    for child in made:
        if child.poll() is None:
            child.send_signal(signal.SIGCONT)
            child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def rows(store: Store) -> list[Any]:
    columns = tenant.outbox.c
    key = sa.select(columns.session_id, columns.command_id, columns.state).order_by(columns.id)
    with store.read() as connection:
        return [(f"{row.session_id.hex()}-{row.command_id}", row.state) for row in connection.execute(key)]


def answered(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(tenant.inbox)) or 0


def slowly(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
    """A server with moods: quick, slow, wrong, gone."""
    mood = random.Random(asked.key).random()
    time.sleep(0.02 + 0.1 * mood)
    if mood < 0.05:
        return None
    return (500, {}, b"") if mood < 0.1 else (200, {}, b"")


def test_killed_again_and_again_nothing_goes_out_twice_and_what_is_missing_is_unknown(
    store: Store, server: Server, process: Start
) -> None:
    server.behaviour = slowly
    set_up(store, "http", "http", at_once=AT_ONCE)
    put(store, *(post(server.url, timeout=5.0) for _ in range(600)))
    kills = 0
    chance = random.Random(7)
    child = process()
    while {"due", "sending"} & set(states(store)):
        time.sleep(chance.uniform(0.3, 0.8))
        if kills < 4 and states(store).count("due") > 20:
            child.kill()
            child.wait()
            kills += 1
            child = process()
    assert kills == 4
    arrived = Counter(server.keys())
    assert max(arrived.values()) == 1, "nothing twice"
    found = dict(rows(store))
    absent = [key for key in found if key not in arrived]
    assert {found[key] for key in absent} <= {"unknown"}, "what is absent there is unknown here"
    assert len(absent) <= kills * AT_ONCE
    unknown = [key for key, state in found.items() if state == "unknown"]
    dropped = [key for key in arrived if random.Random(key).random() < 0.05]
    assert len(unknown) <= kills * AT_ONCE + len(dropped), "no more than were on their way"
    assert Counter(found.values()).keys() <= {"done", "unknown"}
    assert answered(store) == 600, "each session has its one answer"


def halt(process: subprocess.Popen[str], store: Store) -> None:
    """Halt it between two commits: one that is halted in the midst of one keeps SQLite's file locked for everybody."""
    end = time.monotonic() + 30
    while True:
        process.send_signal(signal.SIGSTOP)
        try:
            with store.begin() as connection:
                connection.execute(sa.update(tenant.outbox).where(sa.false()).values(state="due"))
            return
        except sa.exc.OperationalError:
            assert time.monotonic() < end, "it is always in the midst of a commit"
            process.send_signal(signal.SIGCONT)


def test_a_process_that_was_halted_sends_nothing_after_its_lease(
    store: Store, stores: Any, server: Server, process: Start
) -> None:
    server.behaviour = lambda asked: (time.sleep(0.05), (200, {}, b""))[1]
    set_up(store, "http", "http", at_once=5, rate=50)
    put(store, *(post(server.url) for _ in range(400)))
    first = process()
    until(lambda: len(server.asked) > 40)
    halt(first, store)
    time.sleep(0.3)  # what was in the wires arrives
    before = len(server.asked)
    second = process()
    until(lambda: len(server.asked) > before + 60)
    open_ones = {key for key, state in rows(store) if state == "unknown"}
    at = time.monotonic()
    os.kill(first.pid, signal.SIGCONT)
    until(lambda: not {"due", "sending"} & set(states(store)), 180)
    assert second.poll() is None and first.poll() is None
    assert max(Counter(server.keys()).values()) == 1
    found = dict(rows(store))
    absent = [key for key in found if key not in set(server.keys())]
    assert {found[key] for key in absent} <= {"unknown"} and len(absent) <= 5 + 50 * 0.2 + 1
    with stores.control.read() as connection:
        holder = connection.scalar(sa.select(control.lease.c.pid).where(control.lease.c.name == "gateway main/http"))
    assert holder == second.pid
    late = {asked.key for asked in server.asked if asked.at >= at}
    assert not late & open_ones, "what it had taken in hand before is not sent by it afterwards"
    assert answered(store) == 400


def test_two_processes_share_no_gateway(store: Store, server: Server, process: Start) -> None:
    server.behaviour = lambda asked: (time.sleep(0.05), (200, {}, b""))[1]
    set_up(store, "http", "http", at_once=4)
    process()
    process()
    put(store, *(post(server.url) for _ in range(100)))
    until(lambda: states(store) == ["done"] * 100)
    assert server.most == 4 and max(Counter(server.keys()).values()) == 1


def test_told_to_stop_it_finishes_what_is_on_its_way(store: Store, server: Server, process: Start) -> None:
    server.behaviour = lambda asked: (time.sleep(0.5), (200, {}, b""))[1]
    set_up(store, "http", "http", at_once=4)
    put(store, *(post(server.url) for _ in range(50)))
    child = process()
    until(lambda: len(server.asked) > 8)
    child.terminate()
    assert child.wait(60) == 0
    found = Counter(states(store))
    assert found.keys() == {"due", "done"} and found["done"] == len(server.asked)


def test_who_holds_the_lease_listens_and_nobody_else(store: Store, process: Start, tmp_path: Path) -> None:
    smsc = NpmSmsc(tmp_path / "smsc").start()
    try:
        filled = {"host": "127.0.0.1", "port": smsc.port, "system_id": "clinic", "secrets": {"password": "secret"}}
        set_up(store, "sms", "sms_smpp", **filled)
        first = process()
        until(lambda: smsc.state()["bound"] == 1)
        second = process()
        time.sleep(3)
        assert smsc.state()["bound"] == 1
        first.kill()
        until(lambda: smsc.state()["binds"] == 2 and smsc.state()["bound"] == 1, 10)
        assert smsc.deliver({"text": "yes"}) == [0], "the other has bound"
        second.send_signal(signal.SIGSTOP)
        third = process()
        until(lambda: smsc.state()["bound"] == 2, 15)
        second.send_signal(signal.SIGCONT)
        until(lambda: smsc.state()["bound"] == 1, 15)
        assert second.poll() is None and third.poll() is None, "who has lost the lease has unbound"
    finally:
        smsc.close()
