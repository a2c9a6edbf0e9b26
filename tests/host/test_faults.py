"""Clocks and workers killed and halted at random moments, Redis flushed: every session comes to its end, by two turns."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter

from engine.host.settings import Settings
from engine.store import Stores
from engine.store.tenant import inbox as inbox_table
from engine.store.tenant import journal, session
from tests.host.conftest import publish
from tests.host.test_clock import SLEEP, Server, server, settings, stores
from tests.host.test_turn import of, start

__all__ = ["server", "settings", "stores"]
COUNT = 400
BLOWS = 10
PATIENCE = 120.0


def test_killed_and_halted_processes_lose_and_double_nothing(stores: Stores, server: Server, settings: Settings) -> None:
    store = stores.tenant("main")
    env = settings.environment() | {
        "CALLWEAVE_DATABASE_URL": settings.database_url or "",
        "CALLWEAVE_TENANT_DATABASE_URL": settings.tenant_database_url or "",
    }
    commands = [["clock"], ["clock"], ["worker", "turns"], ["worker", "turns"]]

    def begun(words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "callweave", *words], env=env)

    running = [begun(words) for words in commands]
    chance = random.Random(4)
    try:
        flow_id = publish(store, SLEEP)
        ids = []
        for blow in range(BLOWS):
            ids += start(store, flow_id, COUNT // BLOWS)
            place = chance.randrange(len(running))
            if blow == BLOWS // 2:
                server.connection.flushall()
            if chance.random() < 0.5:
                running[place].kill()
                running[place].wait(10)
                running[place] = begun(commands[place])
            else:
                running[place].send_signal(signal.SIGSTOP)
                time.sleep(0.3)
                running[place].send_signal(signal.SIGCONT)
            time.sleep(chance.random())  # the blows come at any moment of their work
        until = time.monotonic() + PATIENCE
        while [row[0] for row in of(store, session, "status")].count("completed") < COUNT:
            assert time.monotonic() < until, Counter(of(store, session, "status"))
            for place, process in enumerate(running):
                if process.poll() is not None:  # as `callweave up` does
                    running[place] = begun(commands[place])
            time.sleep(0.1)
    finally:
        for process in running:
            process.kill()
            process.wait(10)
    assert Counter(row[0] for row in of(store, journal, "session_id")) == dict.fromkeys(ids, 2)
    assert all(ended >= began + 1_000_000 for began, ended in of(store, session, "started_at", "ended_at")), "early"
    assert None not in {row[0] for row in of(store, inbox_table, "done_at")}
