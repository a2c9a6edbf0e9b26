"""What a real Kannel tells us: receipts by its dlr-url, and texts that telephones send, by the example's declaration."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from werkzeug.serving import make_server

from designer.app import create_app
from engine.host.outbox.drivers import Drivers
from engine.host.settings import Settings
from engine.store import Store, Stores, messages, receipts
from engine.store.messages import MessageRow
from tests.host.texts import House
from tests.outbox.conftest import answers, put, set_up, states, text, until
from tests.outbox.kannel import Kannel
from tests.texting.npm_smsc import NpmSmsc

EXAMPLE = Path(__file__).parents[2] / "examples" / "gateways" / "kannel.json"
SECRET = "kannels-secret-for-us"
LONG = "这是一条很长的短信，分成几段发送，到手机上又是一条。" * 6


class Web:
    """The designer's API on a port of its own."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings, live_queue=False)
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.app.extensions["callweave"].stores.close()


@pytest.fixture
def web(settings: Settings, stores: Stores) -> Iterator[Web]:
    made = Web(settings)
    yield made
    made.close()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[NpmSmsc]:
    made = NpmSmsc(tmp_path / "centre").start()
    yield made
    made.close()


@pytest.fixture
def kannel(tmp_path: Path, web: Web, store: Store, centre: NpmSmsc) -> Iterator[Kannel]:
    """Kannel, and the gateway `sms` as examples/gateways/kannel.json has it, but for ports and secrets."""
    told = f"{web.url}/api/v1/inbound/main/sms/texts?token={SECRET}&from=%p&to=%P&text=%b&charset=%C&id=%I&at=%T"
    made = Kannel(tmp_path / "kannel", inbound=told, smpp=centre.port)
    made.start()
    written = EXAMPLE.read_text().replace("http://127.0.0.1:8080", web.url)
    config = json.loads(written)["config"] | {"url": made.url}
    config["secrets"] = {"password": "kannel-password", "callback": SECRET}
    set_up(store, "sms", "sms_http", **config)
    yield made
    made.close()


def ledger(store: Store, direction: str) -> list[MessageRow]:
    with store.read() as connection:
        return messages.page(connection, limit=100, before=None, equal={"direction": direction})


def status(address: str, fields: dict[str, str]) -> int:
    try:
        with urlopen(f"{address}?{urlencode(fields)}", timeout=30) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        return refusal.code


def test_receipts_are_matched_and_answer_the_session_that_waits(
    store: Store, kannel: Kannel, drive: Callable[[], Drivers]
) -> None:
    drive()
    wanted = ["Please come.", "您好，请空腹。", LONG]
    put(store, *(text(f"1380000000{number}", words, until="delivered") for number, words in enumerate(wanted)))
    until(lambda: [row.state for row in ledger(store, "out")] == ["delivered"] * 3)
    assert states(store) == ["done"] * 3
    told: list[Any] = []
    until(lambda: len(told.extend(answers(store)) or told) >= 3)
    assert {event.state for event in told} == {"delivered"}
    with store.read() as connection:
        assert receipts.unmatched(connection, limit=10) == []


def test_texts_that_come_in_are_kept_whole_in_any_script(store: Store, kannel: Kannel, centre: NpmSmsc) -> None:
    until(lambda: centre.state()["bound"] > 0)
    words = ["您好，2。", "Yes, at 10+2 & more", "é = £3 @ 100%", "TD"]
    for number, each in enumerate(words):
        coding = 0 if each.isascii() or number == 2 else 8
        assert centre.deliver({"text": each, "coding": coding}, sender="13800138000", to="106900") == [0]
        until(lambda number=number: len(ledger(store, "in")) > number)  # type: ignore[misc]
    rows = ledger(store, "in")[::-1]
    assert [row.text for row in rows] == words
    assert {(row.sender, row.receiver, row.peer) for row in rows} == {("13800138000", "106900", "+8613800138000")}
    assert rows[-1].became == "stopped"


def test_an_answer_reaches_the_session_that_asked(store: Store, kannel: Kannel, centre: NpmSmsc) -> None:
    house = House(store)
    until(lambda: centre.state()["bound"] > 0)
    chinese, english = house.ask("内科", "外科", to="13800138000"), house.ask("yes", "no", to="139 0013 9000")
    centre.deliver({"text": "外科。", "coding": 8}, sender="8613800138000", to="106900")
    centre.deliver({"text": "Yes!", "coding": 0}, sender="13900139000", to="106900")
    until(lambda: len(ledger(store, "in")) == 2)
    assert (house.outlet(chinese), house.outlet(english)) == ("外科", "yes")
    assert {row.became for row in ledger(store, "in")} == {"answered"}


def test_what_is_not_kept_is_told_again(store: Store, kannel: Kannel, web: Web) -> None:
    keeping, asked = web.app.extensions["callweave"].keeping, []
    keep = keeping.keep

    def away(*arguments: Any) -> Any:
        asked.append(arguments)
        return keep(*arguments) if len(asked) > 1 else [OSError("the disk is full")]

    keeping.keep = away
    kannel.text_from("13800138000", "106900", "text 1")
    until(lambda: len(ledger(store, "in")) == 1, 90)
    assert len(asked) == 2


def test_who_does_not_know_the_secret_is_refused(store: Store, kannel: Kannel, web: Web) -> None:
    place = f"{web.url}/api/v1/inbound/main/sms"
    fields = {"from": "13800138000", "to": "106900", "text": "STOP", "charset": "UTF-8"}
    assert status(f"{place}/texts", fields) == 401
    assert status(f"{place}/texts", fields | {"token": "guessed"}) == 403
    assert status(f"{place}/receipts", {"key": "1", "state": "1"}) == 401
    assert ledger(store, "in") == []
    with store.read() as connection:
        assert receipts.unmatched(connection, limit=10) == []
