"""Texts a second by SMPP with the ledger kept: from rows of the outbox to the sessions' answers, nothing twice.

Each text is a row of a session's outbox, as a turn writes it. The product's own drivers take the rows, hand them to a
message centre in another process (ours, in Python, on the same two cores) over one bind, and write each end and its
answer in transactions that wait for the disk. At the end the centre's ledger is held against the outbox and the inbox.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import time
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa
import uvloop

from bench.databases import Database, opened
from engine.commands import SendSms
from engine.host.outbox.drivers import Drivers
from engine.host.outbox.registry import row_of
from engine.host.settings import Settings
from engine.store import Store, Stores, gateways, new_id, now_micros, outbox, tenant
from engine.store.ids import new_ids
from tests.adapters.smpp.smsc import Session, Smsc

TENANT = "bench"
SHORT = "您好，复诊提醒：请于明天上午九点到三楼，空腹。"
LONG = "这是一条较长的短信，分成两段发送，到手机上又是一条，请按时到院复诊，带上病历和医保卡。" * 2
SETTINGS = {"host": "127.0.0.1", "system_id": "bench", "secrets": {"password": "secret"}, "sender": "106900"}
KINDS = ("short", "receipts", "long")
"""Texts of one part, the same with a receipt each that is matched, texts of two parts."""
GROUP = 500
MOST_SECONDS = 300.0


def measure(rounds: int = 3, database: str | None = None, count: int = 10_000) -> dict[str, Any]:
    """The table and its figures."""
    with opened(database, [TENANT]) as place:
        settings = place.settings.model_copy(update={"allow_hosts": "127.0.0.1"})
        rows = [_round(place, settings, kind, count) for kind in KINDS for _ in range(min(rounds, 3))]
    return {"rows": rows, "database": place.name}


def _round(place: Database, settings: Settings, kind: str, count: int) -> dict[str, Any]:
    store, centre = place.stores.tenant(TENANT), Centre(receipts=kind == "receipts")
    with store.begin() as connection:
        filled = {**SETTINGS, "port": centre.port, "window": 100, "at_once": 300, "registered_delivery": int(kind == "receipts")}
        gateways.put(connection, "sms", kind="sms_smpp", config=filled, at=now_micros())
    sessions = _put(store, LONG if kind == "long" else SHORT, count)
    server, began, cpu = place.server_seconds(), time.monotonic(), _seconds()
    drivers = Drivers(settings, place.stores)
    drivers.start()
    _until(lambda: not _open(store))
    seconds = time.monotonic() - began
    if kind == "receipts":
        centre.receipted(count)
        seconds = time.monotonic() - began
    client, server = _seconds() - cpu, place.server_seconds() - server
    drivers.close()
    parts, centre_seconds = centre.close()
    assert len(parts) == len(set(parts)), "the centre's ledger has something twice"
    _compare(place.stores, sessions, Counter(to for to, _ in parts), parts_each=2 if kind == "long" else 1)
    _ledger(place.stores, sessions, "delivered" if kind == "receipts" else "sent")
    return {
        "texts": kind, "count": count, "texts/s": count / seconds, "parts/s": len(parts) / seconds, "CPU s": client,
        "database CPU s": server, "centre CPU s": centre_seconds, "CPU us a text": (client + server) / count * 1e6,
    }  # fmt: skip


def _put(store: Store, words: str, count: int) -> list[bytes]:
    """So many sessions, each with a text in the outbox."""
    ids = new_ids(count)
    for first in range(0, count, GROUP):
        group = ids[first : first + GROUP]
        with store.begin() as connection:
            values = {"flow_id": new_id(), "version": 1, "status": "waiting", "rev": 1, "state": b"", "owner_epoch": 0, "started_at": 1, "updated_at": 1}
            connection.execute(tenant.session.insert(), [{"id": identity, **values} for identity in group])
            outbox.insert(connection, [
                row_of(identity, SendSms(id="1", to=f"138{first + number:08}", text=words), now_micros())
                for number, identity in enumerate(group)
            ])  # fmt: skip
    return ids


def _open(store: Store) -> int:
    with store.read() as connection:
        found = sa.select(sa.func.count()).where(tenant.outbox.c.state.in_(("due", "sending")))
        return int(connection.scalar(found) or 0)


def _compare(stores: Stores, sessions: list[bytes], arrived: Counter[str], *, parts_each: int) -> None:
    """Each text is done, answered, and in the centre's ledger, once."""
    mine = set(sessions)
    with stores.tenant(TENANT).read() as connection:
        states = [state for session, state in connection.execute(sa.select(tenant.outbox.c.session_id, tenant.outbox.c.state)) if session in mine]
        answered = [session for session in connection.scalars(sa.select(tenant.inbox.c.session_id)) if session in mine]
    assert Counter(states) == {"done": len(sessions)}, Counter(states)
    assert Counter(answered) == dict.fromkeys(sessions, 1), "an answer is missing, or there twice"
    assert arrived == Counter({f"138{number:08}": parts_each for number in range(len(sessions))})


def _ledger(stores: Stores, sessions: list[bytes], state: str) -> None:
    """Each text stands in our ledger as it should."""
    mine = set(sessions)
    with stores.tenant(TENANT).read() as connection:
        rows = connection.execute(sa.select(tenant.message.c.session_id, tenant.message.c.state))
        found = Counter(row.state for row in rows if row.session_id in mine)
    assert found == {state: len(sessions)}, found


def _until(seen: Any) -> None:
    end = time.monotonic() + MOST_SECONDS
    while not seen():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


def _seconds() -> float:
    """CPU seconds of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Centre:
    """A message centre in a process of its own."""

    def __init__(self, *, receipts: bool) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_centre, args=(theirs, receipts), daemon=True)
        self._process.start()
        self.port: int = self._ours.recv()

    def receipted(self, count: int) -> None:
        """Wait until so many receipts were taken by us."""
        self._ours.send(count)
        assert self._ours.poll(MOST_SECONDS) and self._ours.recv() == count, "receipts are missing"

    def close(self) -> tuple[list[tuple[str, bytes]], float]:
        """Its ledger, and the CPU seconds that it took."""
        self._ours.send(None)
        found: tuple[list[tuple[str, bytes]], float] = self._ours.recv()
        self._process.join()
        return found


def _centre(pipe: Connection, receipts: bool) -> None:
    uvloop.run(_serve(pipe, receipts))


async def _serve(pipe: Connection, receipts: bool) -> None:
    taken, first = 0, time.time_ns() // 1_000
    """A centre gives no id twice, whatever restarts."""

    def judge(session: Session, message: Any) -> str:
        identity = f"{first + len(centre.ledger):012x}"
        if receipts:
            asyncio.get_running_loop().call_later(0.05, lambda: asyncio.create_task(receipt(session, message, identity)))
        return identity

    async def receipt(session: Session, message: Any, identity: str) -> None:
        nonlocal taken
        said = f"id:{identity} sub:001 dlvrd:001 submit date:2611220900 done date:2611220900 stat:DELIVRD err:000 text:"
        news = type(message)(source=message.to, to=message.source, octets=said.encode(), esm_class=4)
        while (await session.deliver(news, 60)).status != 0:
            await asyncio.sleep(0.5)
        taken += 1

    centre = await Smsc(judge).start()
    pipe.send(centre.port)
    began = time.process_time()
    while True:
        wanted = await asyncio.to_thread(pipe.recv)
        if wanted is None:
            break
        while taken < wanted:
            await asyncio.sleep(0.02)
        pipe.send(taken)
    pipe.send(([(message.to.digits, message.octets) for _, message in centre.ledger], time.process_time() - began))
