"""From a node to a server and back: a session that sleeps, and a caller who waits on the line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine.events import CallAnswered, CallOffered, PlaybackFinished, SessionCancelled
from engine.host import sleeping
from engine.host.outbox.drivers import Drivers
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Store, Stores, inbox, new_id, now_micros, triggers
from engine.store.inbox import Posted, Start
from engine.store.tenant import outbox as outbox_table
from engine.store.tenant import session
from tests.host.conftest import host_of, publish
from tests.outbox.conftest import set_up, states, until
from tests.outbox.server import Server

Drive = Callable[[], Drivers]


def document(nodes: dict[str, Any], start: str) -> dict[str, Any]:
    ends = {name: {"type": "end", "config": {"outcome": name}, "outlets": {}} for name in ("fine", "lost")}
    return {"callweave": 1, "name": "outbox", "languages": ["en"], "start": start, "nodes": {**nodes, **ends}}


def ask(url: str, **config: Any) -> dict[str, Any]:
    return {
        "type": "http_request", "config": {"method": "POST", "url": url, **config},
        "outlets": {"success": "fine", "failed": "lost"},
    }  # fmt: skip


def started(store: Store, flow_id: bytes, **contact: Any) -> bytes:
    identity = new_id()
    with store.begin() as connection:
        start = Start(flow_id=flow_id, version=1, contact=contact, record={})
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    return identity


def outcomes(store: Store) -> list[str | None]:
    sleeping.serve(store, Programs("UTC"))
    with store.read() as connection:
        return list(connection.scalars(sa.select(session.c.outcome).order_by(session.c.id)))


def test_a_sleeping_session_asks_a_server_and_goes_on(store: Store, server: Server, drive: Drive) -> None:
    drive()
    flow_id = publish(store, document({"ask": ask(f"{server.url}/a", body='{"a": 1}')}, "ask"))
    started(store, flow_id)
    until(lambda: outcomes(store) == ["fine"])
    [asked] = server.asked
    assert (asked.method, asked.body, asked.headers["content-type"]) == ("POST", b'{"a": 1}', "application/json")


def test_a_text_leaves_by_the_file_for_trying(store: Store, settings: Settings, drive: Drive) -> None:
    set_up(store, "sms", "sms_file")
    drive()
    send = {
        "type": "send_sms", "config": {"to": "{{ contact.phone }}", "text": "您好", "until": "delivered"},
        "outlets": {"sent": "fine", "failed": "lost"},
    }  # fmt: skip
    started(store, publish(store, document({"send": send}, "send")), phone="13800138000")
    until(lambda: outcomes(store) == ["fine"])
    [line] = (settings.data / "sent" / "main" / "sms.jsonl").read_text().splitlines()
    assert '"to":"13800138000"' in line and '"text":"您好"' in line


def test_what_nobody_has_set_up_leaves_by_failed(store: Store, drive: Drive) -> None:
    drive()
    look = {
        "type": "lookup", "config": {"source": "his", "query": "slots"},
        "outlets": {"found": "fine", "not_found": "fine", "failed": "lost"},
    }  # fmt: skip
    started(store, publish(store, document({"look": look}, "look")))
    until(lambda: outcomes(store) == ["lost"])
    with store.read() as connection:
        row = connection.execute(sa.select(outbox_table)).one()
    assert (row.state, row.reason) == ("done", "there is no source 'his'")


def test_a_caller_does_not_wait_for_the_next_look(stores: Stores, store: Store, server: Server, settings: Settings) -> None:
    """The commit wakes the driver, the driver's answer wakes the inbox."""
    nodes = {
        "answer": {"type": "answer", "config": {}, "outlets": {"done": "ask"}},
        "ask": ask(server.url) | {"outlets": {"success": "say", "failed": "lost"}},
        "say": {"type": "say", "config": {"prompt": "Thank you"}, "outlets": {"done": "fine"}},
    }
    triggers.bind_number(stores, "main", flow_id=publish(store, document(nodes, "answer")), number="7002", at=now_micros())
    took: list[float] = []

    async def scene() -> None:
        host, news, loop = host_of(stores), asyncio.Event(), asyncio.get_running_loop()
        drivers = Drivers(settings, stores, answered=lambda tenant: loop.call_soon_threadsafe(news.set))
        host.handed_over = drivers.wake
        drivers.start()
        phones: Any = host.telephony
        try:
            for number in range(6):
                name = f"chan-{number}"
                host.leg_offered(CallOffered(at=datetime.now(UTC), leg=name, caller="138", called="7002"))
                async with asyncio.timeout(10):
                    while phones.kinds[-1:] != ["answer"]:
                        await asyncio.sleep(0.002)
                before = time.monotonic()
                host.leg_event(name, CallAnswered(command_id="1", leg=name))
                async with asyncio.timeout(10):
                    while phones.kinds[-1] != "play_prompt":
                        await news.wait()
                        news.clear()
                        host.apply_inbox("main", await asyncio.to_thread(host.take_inbox, "main"))
                took.append(time.monotonic() - before)
                host.leg_event(name, PlaybackFinished(command_id="3"))
            await host.close()
        finally:
            await asyncio.to_thread(drivers.close)

    asyncio.run(scene())
    assert len(server.asked) == 6
    assert min(took) < 0.2, f"every caller waited for a look {took}"  # how soon most go on depends on the machine


def test_what_has_not_left_when_a_session_is_stopped_is_not_sent(store: Store, server: Server, drive: Drive) -> None:
    flow_id = publish(store, document({"ask": ask(server.url)}, "ask"))
    stopped, left = started(store, flow_id), started(store, flow_id)
    sleeping.serve(store, Programs("UTC"))
    with store.begin() as connection:
        posted = Posted(event=SessionCancelled(reason="enough"))
        inbox.put(connection, session_id=stopped, source="api.cancel", external_id="1", posted=posted, at=now_micros())
    sleeping.serve(store, Programs("UTC"))
    drive()
    until(lambda: outcomes(store)[1] == "fine")
    assert states(store) == ["cancelled", "done"] and len(server.asked) == 1
    assert left != stopped
