"""The live view from end to end: an engine's publisher, a real Valkey, a page's WebSocket."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as NotConnected
from sqlalchemy.exc import OperationalError
from werkzeug.serving import make_server

from designer.access.identity import Who
from designer.app import create_app
from designer.live.looking import Look, Lookers, granted
from engine.host.campaigns.telling import Telling
from engine.host.publish import STEPS_A_SECOND, Publisher
from engine.host.settings import Settings
from engine.store import TenantUnknown, campaigns, id_bytes
from tests.designer.conftest import KEY, OTHER_KEY
from tests.designer.test_records import as_role
from tests.valkey import start

Caller = Callable[..., Any]


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[str]:
    """The embedded Redis of its own; gives its address."""
    settings = Settings(data=tmp_path / "valkey")
    process = start(settings)
    yield settings.redis_address
    process.terminate()
    process.wait(10)


@pytest.fixture
def port(app: Flask, settings: Settings, valkey: str) -> Iterator[int]:
    """A web process with a live queue; gives its port. `app` has made its databases."""
    live = create_app(settings.model_copy(update={"redis_url": valkey}))
    server = make_server("127.0.0.1", 0, live, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    for socket in Socket.opened:
        with suppress(ConnectionClosed):
            socket.close()  # a thread at either end would outlive all tests
    Socket.opened.clear()
    server.shutdown()
    logging.getLogger("socketio").disabled = logging.getLogger("socketio.server").disabled = (
        True  # its queue's thread outlives the test, and would complain
    )


class Socket(Client):
    """A client that hears what came in one piece with the answer to its handshake: the library's waits for the next piece."""

    opened: ClassVar[list[Socket]] = []

    def handshake(self) -> None:
        super().handshake()
        self.connected = self._handle_events()
        self.opened.append(self)


class Page:
    """A page's live socket, as the browser speaks it."""

    def __init__(self, port: int, cookie: str | None = None, **headers: str) -> None:
        sent = ({"Cookie": cookie} if cookie else {}) | headers
        address = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        self._socket = Socket(address, headers=sent)
        hello = self._socket.receive(timeout=20)
        assert hello is not None and hello.startswith("0")
        self._socket.send("40")
        self.answer = self._socket.receive(timeout=20)

    def ask(self, word: str, message: Any) -> Any:
        """Emit, and wait for the acknowledgement."""
        self._socket.send(f"420{json.dumps([word, message])}")
        answer = self._socket.receive(timeout=20)
        assert answer.startswith("430"), answer
        return json.loads(answer[3:])[0]

    def hear(self, seconds: float = 20) -> Any:
        """The next news; None if there are none in this time."""
        heard = self._socket.receive(timeout=seconds)
        return None if heard is None else json.loads(heard[2:])

    def close(self) -> None:
        """The page is closed."""
        self._socket.close()


def cookie_of(app: Flask, key: str) -> str:
    """The cookie of a session that this key has opened."""
    answer = app.test_client().post("/api/v1/sign-in", json={"key": key})
    return str(answer.headers["Set-Cookie"].split(";")[0])


def news(flow: str, session: str = "s", steps: int = 1, status: str = "running") -> dict[str, Any]:
    """What an engine says of a session."""
    walked = [{"node": f"n{number}", "outlet": "done", "at": "2026-11-21T00:00:00Z"} for number in range(steps)]
    return {"session": session, "flow": flow, "status": status, "steps": walked}


def publishing(address: str, tell: Callable[[Publisher], Any], flow: str, seconds: float = 30.0) -> None:
    """Run an engine's publisher until it has told what `tell` tells, once the flow is watched."""

    async def run() -> None:
        publisher = Publisher(address)
        task = asyncio.create_task(publisher.run())
        async with asyncio.timeout(seconds):
            while not publisher.watches("main", flow):
                await asyncio.sleep(0.05)
        tell(publisher)
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await publisher.close()

    asyncio.run(run())


def test_a_page_hears_what_sessions_of_its_flow_do(app: Flask, flow: str, port: int, valkey: str) -> None:
    page = Page(port, cookie_of(app, KEY))
    assert page.answer.startswith("40{")
    assert page.ask("watch", {"flow": flow}) == {"watching": True}

    def tell(publisher: Publisher) -> None:
        publisher.publish("main", flow, news(flow))
        publisher.publish("main", "another-flow", news("another-flow"))
        publisher.publish("other", flow, news(flow, session="theirs"))

    publishing(valkey, tell, flow)
    assert page.hear() == ["session", news(flow)]
    assert page.hear(0.3) is None
    assert page.ask("unwatch", {"flow": flow}) == {"watching": False}
    publishing(valkey, lambda publisher: publisher.publish("main", flow, news(flow)), flow)
    assert page.hear(0.3) is None
    page.close()


def test_nobody_looks_without_a_session_or_into_another_tenant(app: Flask, call: Caller, flow: str, port: int) -> None:
    stranger = Page(port)
    assert stranger.answer.startswith("44")
    forged = Page(port, "callweave=eyJrZXkiOiJ4In0.aaaaaa.bbbbbb")
    assert forged.answer.startswith("44")
    theirs = Page(port, cookie_of(app, OTHER_KEY))
    for wrong in ({"flow": flow}, {"flow": "nobody"}, {"flow": f"main:{flow}"}, {}, None, [], {"flow": 7}):
        assert theirs.ask("watch", wrong) == {"watching": False}
    call("PUT", "/privacy", {"numbers": []})
    as_role(app, "desk")
    assert Page(port, cookie_of(app, "key-of-desk")).ask("watch", {"flow": flow}) == {"watching": False}
    with pytest.raises(ConnectionClosed):
        theirs.ask("watch", {"flow": "x" * 10_000})


def test_who_loses_his_right_hears_no_more(app: Flask, call: Caller, flow: str, port: int) -> None:
    as_role(app, "operator")
    page = Page(port, cookie_of(app, "key-of-operator"))
    assert page.ask("watch", {"flow": flow}) == {"watching": True}
    nobody = {"roles": [], "people": []}
    assert call("PUT", f"/flows/{flow}/permissions", {"follow": nobody}).status_code == 200
    assert page.hear(30) == ["unwatched", {"watching": False}]
    assert page.ask("watch", {"flow": flow}) == {"watching": False}
    page.close()


def test_of_a_tenant_that_is_gone_nothing_is_looked_at(app: Flask, flow: str) -> None:
    asking = Who(key=b"k", tenant="deleted", role="administrator", name="Nobody's")
    with app.test_request_context():
        for message in ({"flow": flow}, {"drawing": flow}, {"campaign": flow}):
            assert granted(asking, message) is None


@pytest.mark.parametrize("fault", [TenantUnknown("the control database is missing"), OperationalError("", {}, OSError())])
def test_one_who_cannot_be_asked_keeps_nobody_from_being_asked(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def still(connection: str, look: Look, message: Any, environ: Any) -> bool:
        asked.append(connection)
        if connection == "first":
            raise fault
        return connection != "last"

    monkeypatch.setattr(threading.Thread, "start", lambda self: None)  # it is asked here, and not in the background
    lookers = Lookers(still)
    for connection in ("first", "middle", "last"):
        lookers.add(connection, Look("room", "main", "flow"), {}, {})
    lookers.ask()
    lookers.ask()
    assert asked == ["first", "middle", "last", "first", "middle"]


def test_another_sites_page_is_refused(app: Flask, port: int) -> None:
    with pytest.raises(NotConnected):
        Page(port, cookie_of(app, KEY), Origin="https://evil.example")


def test_a_flood_is_thinned_and_the_end_is_always_told(app: Flask, flow: str, port: int, valkey: str) -> None:
    page = Page(port, cookie_of(app, KEY))
    page.ask("watch", {"flow": flow})

    def tell(publisher: Publisher) -> None:
        for number in range(1_000):
            publisher.publish("main", flow, news(flow, status="completed" if number == 999 else "running"))

    publishing(valkey, tell, flow)
    [_, told] = page.hear()
    assert told["status"] == "completed"
    assert len(told["steps"]) == STEPS_A_SECOND
    assert page.hear(0.3) is None
    page.close()


def test_nothing_breaks_while_redis_is_away(tmp_path: Path) -> None:
    async def run() -> None:
        publisher = Publisher(f"unix://{tmp_path}/none.sock")
        task = asyncio.create_task(publisher.run())
        await asyncio.sleep(0.7)
        publisher.publish("main", "f", news("f"))
        assert not task.done()
        assert not publisher.watches("main", "f")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await publisher.close()

    asyncio.run(run())


def test_a_page_hears_how_far_its_campaign_has_come(app: Flask, call: Caller, flow: str, port: int, valkey: str) -> None:
    body = {"name": "Autumn", "flow": flow, "audience": {"contacts": [{"phone": "13900000000"}]}}
    identity = call("POST", "/campaigns", body).json["id"]
    page, theirs = Page(port, cookie_of(app, KEY)), Page(port, cookie_of(app, OTHER_KEY))
    assert page.ask("watch", {"campaign": identity}) == {"watching": True}
    for wrong in ({"campaign": identity}, {"campaign": flow}, {"campaign": 7}):
        assert theirs.ask("watch", wrong) == {"watching": False}
    store = app.extensions["callweave"].stores.tenant("main")
    with store.read() as connection:
        campaign = campaigns.get(connection, id_bytes(identity) or b"")

    def tell(publisher: Publisher) -> None:
        Telling(publisher.watches, publisher.campaign_is).saw(store, [campaign])

    publishing(valkey, tell, identity)
    word, told = page.hear()
    assert (word, told["campaign"], told["state"], told["members"]) == ("campaign", identity, "draft", 0)
    assert theirs.hear(0.3) is None
    page.close()
