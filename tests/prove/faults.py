"""Everything is killed, halted, flushed, filled or moved, again and again, while five thousand people are to be reached.

5,000 sessions sleep for random times, then each sends a text by an HTTP gateway that keeps a ledger. Sixty callers are on
the line all the time, and two hundred people are called. Meanwhile each kind of process is killed by -9 and halted, Redis
is flushed and killed, Asterisk killed, the database restarted, the disk filled. Afterwards every record has its session and
every session its end; what stands in the gateway's ledger is there once, what is absent stands as unknown with us, and the
far end of the telephone line has seen no attempt twice. This is the round on SQLite; that on PostgreSQL is
`faults_postgresql`.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from redis import Redis, RedisError

from engine.host.settings import PROJECT
from tests.calls.test_calls_out import CALLING, published
from tests.calls.test_databases_away import Server as PostgreSQL
from tests.calls.three_keys import THREE_KEYS
from tests.outbox.server import Asked
from tests.outbox.server import Server as Gateway
from tests.product import RunningCopy
from tests.product_api import Api, Refused
from tests.prove.proof import Proof
from tests.telephony.callees import Callees
from tests.telephony.crowd import Crowd
from tests.telephony.local_asterisk import LocalAsterisk

SLEEPERS, CALLED, LIVE = 5_000, 200, 60
FIRST, LAST = 30, 210
"""Seconds after its start between which a session wakes."""
AT_ONCE = 10
PAUSE = 1.0
"""Seconds after which the supervisor of the second Asterisk's processes looks again."""
HALTED = 6.0
"""Seconds: twice a lease."""
FULL = 4.0
ENDINGS = ("0200", "0486", "0404", "0203", "1480", "0201")

SLEEPING: dict[str, Any] = {
    "callweave": 1, "name": "Text later", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait", "config": {"for": "{{ record.seconds }}s"}, "outlets": {"done": "text", "failed": "no_wait"}},
        "text": {
            "type": "send_sms", "config": {"to": "{{ contact.phone }}", "text": "Record {{ record.number }}"},
            "outlets": {"sent": "sent", "failed": "lost"},
        },
        **{name: {"type": "end", "config": {"outcome": name}} for name in ("sent", "lost", "no_wait")},
    },
}  # fmt: skip

Disaster = Callable[[], None]


def prove(proof: Proof) -> None:
    with _small_disk(proof.folder / "disk") as disk:
        round_of(proof, "SQLite", RunningCopy(disk, extra=environment()), disk, None)


def environment() -> dict[str, str]:
    """The gateway is on this machine."""
    return {"CALLWEAVE_ALLOW_HOSTS": "127.0.0.1"}


def round_of(proof: Proof, on: str, copy: RunningCopy, disk: Path | None, database: PostgreSQL | None) -> None:
    """One round: start everything, let the disasters happen, wait, judge."""
    chance = random.Random(20261122)
    copy.log = proof.folder / f"{on}.log"
    gateway = Gateway(behaviour=_takes_its_time)
    copy.start()
    second = Second(copy, proof.folder / "second") if database is not None else None
    try:
        api = Api(copy)
        _set_up(api, gateway)
        text, call = published(api, SLEEPING), published(api, CALLING)
        menu = api.bound(THREE_KEYS, "7100")
        with Callees(proof.folder / f"callees-{on}", copy.sip_peer_port) as callees:
            records = _start(api, text, chance)
            calls = [_started(api, call, {"phone": _number(n)}, {}, f"call-{n}") for n in range(CALLED)]
            crowd = Crowd(copy.sip_port, proof.folder / f"sipp-{on}")
            lines = [("7100", f"1370{number:07d}", "1", "2", "3") for number in range(LIVE * 10)]
            crowd.begin("three_keys_info", lines, rate=LIVE / 18, pause=4.0, at_once=LIVE)
            if second is not None:
                beside = Crowd(second.asterisk.sip_port, proof.folder / "sipp-second")
                beside.begin("three_keys_info", lines[: LIVE * 5], rate=LIVE / 36, pause=4.0, at_once=LIVE)
            happened = _disasters(copy, chance, disk, database, second)
            _end(crowd)
            if second is not None:
                _end(beside)
            left = _all_ended(api, [*records, *calls], menu)
            _judge(proof, on, api, gateway, callees, records, calls, menu, left, happened)
            ended = _ended_by_themselves(copy.log) + (second.ended if second is not None else Counter())
            proof.figure(f"{on}_processes_that_ended_by_themselves", dict(ended) or "none")
    finally:
        if second is not None:
            second.stop()
        copy.stop()
        gateway.close()


def _end(crowd: Crowd) -> None:
    """Wait for SIPp's callers; those whose Asterisk was killed hear no goodbye, and some wait for it for ever."""
    with suppress(subprocess.TimeoutExpired):
        crowd.end(LIVE * 3 + 60)


def _ended_by_themselves(log: Path) -> Counter[str]:
    """Processes that `callweave up` started again though nobody had killed them, and with what they had ended."""
    ended = re.findall(r"^\S+ *(\S+) +\| ended with (\d+); it is started again", log.read_text(errors="replace"), re.MULTILINE)
    return Counter(f"{name}: {code}" for name, code in ended)


class Second:
    """A second Asterisk with an engine of its own, and two more workers, on the same databases.

    As on any machine there is a supervisor: what ends is started again a moment later, killed or by itself.
    """

    def __init__(self, copy: RunningCopy, folder: Path) -> None:
        folder.mkdir()
        self.asterisk = LocalAsterisk(folder / "asterisk")
        self.asterisk.settings = self.asterisk.settings.model_copy(update={"sip_peer_port": copy.sip_peer_port})
        self.asterisk.start()
        self._log = (folder / "log").open("wb")
        self._commands = {"second engine": ["engine"], "third worker": ["worker", "turns"], "fourth worker": ["worker", "turns"]}
        address = self.asterisk.settings.ari_address or ""
        self._env = {**copy.env, "CALLWEAVE_ARI_URL": address, "CALLWEAVE_REDIS_URL": copy.settings.redis_address}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.ended = Counter[str]()
        """Processes that ended by themselves, and with what."""
        for name in self._commands:
            self._start(name)
        self._stopping = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)
        self._supervisor.start()

    def kill(self, name: str) -> None:
        """Kill one by -9."""
        process = self._running[name]
        process.kill()
        until = time.monotonic() + 10
        while self._running[name] is process:
            assert time.monotonic() < until, f"{name} is not started again"
            time.sleep(0.1)  # until the supervisor has seen it

    def stop(self) -> None:
        self._stopping.set()
        self._supervisor.join()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(60)
        self.asterisk.stop()
        self._log.close()

    @property
    def names(self) -> list[str]:
        return list(self._commands)

    def _supervise(self) -> None:
        while not self._stopping.wait(PAUSE):
            for name, process in list(self._running.items()):
                code = process.poll()
                if code is not None:
                    if code != -signal.SIGKILL:
                        self.ended[f"{name}: {code}"] += 1
                    self._start(name)

    def _start(self, name: str) -> None:
        command = [sys.executable, "-m", "callweave", *self._commands[name]]
        self._running[name] = subprocess.Popen(command, env=self._env, cwd=PROJECT, stdout=self._log, stderr=self._log)


def _set_up(api: Api, gateway: Gateway) -> None:
    params = {"to": "{{ to }}", "text": "{{ text }}", "key": "{{ key }}"}
    config = {"url": f"{gateway.url}/send", "method": "GET", "params": params, "at_once": AT_ONCE}
    api("PUT", "/gateways/sms", {"kind": "sms_http", "config": config})


def _takes_its_time(asked: Asked) -> tuple[int, dict[str, str], bytes]:
    time.sleep(0.3)  # a slow provider: several texts are on their way at any moment
    return 202, {}, b"taken"


def _start(api: Api, flow: str, chance: random.Random) -> list[str]:
    waits = [chance.randint(FIRST, LAST) for _ in range(SLEEPERS)]

    def one(number: int) -> str:
        record = {"number": number, "seconds": waits[number]}
        return _started(api, flow, {"phone": f"135{number:08d}"}, record, f"record-{number}")

    with ThreadPoolExecutor(6) as threads:
        return list(threads.map(one, range(SLEEPERS)))


def _started(api: Api, flow: str, contact: dict[str, str], record: dict[str, Any], key: str) -> str:
    """Start a session, as an integrator does: the same key until there is an answer."""
    while True:
        try:
            body = {"contact": contact, "record": record}
            session: str = api("POST", f"/flows/{flow}/start", body, Idempotency_Key=key)["session"]
            return session
        except (OSError, Refused):
            time.sleep(0.2)  # an integrator's back-off


def _number(number: int) -> str:
    return f"138{number:04d}{ENDINGS[number % len(ENDINGS)]}"


def _disasters(
    copy: RunningCopy, chance: random.Random, disk: Path | None, database: PostgreSQL | None, second: Second | None
) -> Counter[str]:
    """Each kind twice, in a random order, one after the other."""
    happened: Counter[str] = Counter()

    def pid(name: str) -> int:
        until = time.monotonic() + 30
        while name not in copy.processes():
            assert time.monotonic() < until, f"callweave {name} does not come back"
            time.sleep(0.1)  # the supervisor starts it again
        return copy.processes()[name]

    def kill(name: str) -> Disaster:
        return lambda: os.kill(pid(name), signal.SIGKILL)

    def halt(name: str) -> Disaster:
        def halted() -> None:
            process = pid(name)
            os.kill(process, signal.SIGSTOP)
            time.sleep(HALTED)
            try:
                os.kill(process, signal.SIGCONT)
            except ProcessLookupError:
                pass  # whoever followed it has ended it: that is how it should be

        return halted

    def flush() -> None:
        until = time.monotonic() + 30
        while True:
            try:
                Redis.from_url(copy.settings.redis_address).flushall()
                return
            except RedisError:
                assert time.monotonic() < until, "Redis does not come back"
                time.sleep(0.1)  # it may have been killed just before

    names = ("engine", "engine standby", "worker", "worker turns", "clock", "web", "redis")
    kinds: dict[str, Disaster] = {f"kill {name}": kill(name) for name in (*names, "asterisk")}
    kinds |= {f"halt {name}": halt(name) for name in names[:6]}
    kinds["flush redis"] = flush
    if disk is not None:
        kinds["full disk"] = lambda: _fill(disk / "filler")
    if database is not None:
        kinds["restart PostgreSQL"] = lambda: (database.stop(), time.sleep(2), database.start())[0]
    if second is not None:
        kinds |= {f"kill {name}": partial(second.kill, name) for name in second.names}
    order = [name for name in kinds for _ in range(2)]
    chance.shuffle(order)
    for name in order:
        kinds[name]()
        happened[name] += 1
        time.sleep(chance.uniform(1.0, 5.0))  # a random moment: the disasters must not come at a beat
    return happened


def _fill(filler: Path) -> None:
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(b"\0" * size):
                        continue
                except OSError:
                    continue
        time.sleep(FULL)
    finally:
        filler.unlink(missing_ok=True)


def _all_ended(api: Api, wanted: list[str], menu: str) -> list[str]:
    """Wait until all sessions have ended; gives those that have not in time."""
    until = time.monotonic() + LAST + 240
    while True:
        try:
            there = {session["id"]: session for session in api.everything("/sessions")}
            left = [each for each in wanted if each not in there or there[each]["ended_at"] is None]
            left += [each for each, session in there.items() if session["flow"] == menu and session["ended_at"] is None]
            if not left or time.monotonic() > until:
                return left
        except (OSError, Refused) as error:
            if time.monotonic() > until:
                return [f"not known: {error}"]
        time.sleep(2)


def _judge(
    proof: Proof, on: str, api: Api, gateway: Gateway, callees: Callees, records: list[str], calls: list[str], menu: str,
    left: list[str], happened: Counter[str],
) -> None:  # fmt: skip
    proof.claim(f"{on}: every session has ended", not left, f"{len(left)} have not {left[:3]}")
    there = {session["id"]: session for session in api.everything("/sessions")}
    proof.claim(f"{on}: every record has its session, and each is another", len({*records} & there.keys()) == SLEEPERS, len({*records} & there.keys()))
    outcomes = Counter(there[each]["outcome"] for each in records if each in there)
    proof.claim(f"{on}: every text's session ended as sent or lost", set(outcomes) <= {"sent", "lost"}, dict(outcomes))
    ledger = Counter(parse_qs(urlsplit(asked.path).query)["key"][0].partition("-")[0] for asked in gateway.asked)
    twice = [key for key, times in ledger.items() if times > 1]
    proof.claim(f"{on}: no text stands twice in the gateway's ledger", not twice, f"{len(ledger)} texts, {len(twice)} twice")
    states = Counter[str]()
    absent: dict[str, str] = {}
    for row in api.everything("/outbox?gateway=sms"):
        states[row["state"]] += 1
        session = row["session"].replace("-", "")
        if session not in ledger:
            absent[session] = row["state"]
    known = [key for key, state in absent.items() if state not in ("unknown", "dead")]
    proof.claim(f"{on}: what is absent there is unknown or failed here", not known, f"{dict(Counter(absent.values()))}; ours {dict(states)}")
    kills = sum(times for name, times in happened.items() if "redis" not in name and "web" not in name)
    proof.claim(f"{on}: no more is unknown than was on its way", states["unknown"] <= kills * AT_ONCE, f"{states['unknown']} of at most {kills} x {AT_ONCE}")
    dialogs = Counter(number for number, _ in {(seen.number, seen.call_id) for seen in callees.invites()})
    again = [number for number, times in dialogs.items() if times > 1]
    proof.claim(f"{on}: nobody was rung twice", not again, f"{len(dialogs)} of {CALLED} rung, {len(again)} twice")
    fates = Counter(call["fate"] for call in api.everything("/calls") if call["direction"] == "out")
    silent = [number for number in (_number(n) for n in range(CALLED)) if number not in dialogs]
    proof.claim(f"{on}: who was not rung stands as unknown", len(silent) <= fates["unknown"], f"{len(silent)} silent, fates {dict(fates)}")
    live = [session for session in there.values() if session["flow"] == menu]
    right = Counter(session["outcome"] for session in live)
    proof.claim(f"{on}: every call on the line ended", all(session["ended_at"] for session in live), dict(right))
    proof.figure(f"{on}_disasters", sum(happened.values()))
    proof.figure(f"{on}_calls_served_to_their_end", right["123"] / max(1, len(live)))


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)
