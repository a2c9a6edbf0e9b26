"""Alerts: when they begin and end, that each is told once, by e-mail and webhook, whatever clocks there are."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from engine.events import SignalReceived
from engine.host import telling
from engine.host.alerts import RULES, Key, Notice, Watch
from engine.host.rounds import Rounds
from engine.host.settings import Settings, SettingsError
from engine.host.telling import Told
from engine.store import Stores, from_micros, inbox, new_id, now_micros
from engine.store.inbox import Posted, Start
from engine.store.times import SECOND
from tests.host.conftest import publish
from tests.host.test_control import WAITING, document, serve
from tests.product import free_port

OLD: Key = ("outbox_old_seconds", "main/sms")
DISK: Key = ("disk_free_share", "/data")


def seen(watch: Watch, key: Key, *points: tuple[float, float | None]) -> list[tuple[float, str]]:
    """What begins and ends, and when, where the value is so at these moments."""
    said: list[tuple[float, str]] = []
    for at, value in points:
        said += [(at, notice.state) for notice in watch.see({} if value is None else {key: value}, at)]
    return said


@pytest.mark.parametrize(
    ("key", "points", "said"),
    [
        (OLD, [(0, 500.0), (100, 599.0)], []),
        (OLD, [(0, 700.0), (59, 700.0), (60, 700.0), (90, 700.0)], [(60, "begins")]),
        (OLD, [(0, 700.0), (30, 100.0), (60, 700.0), (119, 700.0)], []),
        (OLD, [(0, 700.0), (60, 700.0), (70, 100.0), (129, 100.0), (130, 100.0), (200, 1.0)], [(60, "begins"), (130, "ends")]),
        (OLD, [(0, 700.0), (60, 700.0), (70, 590.0), (700, 590.0)], [(60, "begins")]),
        (OLD, [(0, 700.0), (60, 700.0), (70, 100.0), (100, 700.0), (131, 100.0)], [(60, "begins")]),
        (OLD, [(0, 700.0), (60, 700.0), (70, None), (130, None)], [(60, "begins"), (130, "ends")]),
        (DISK, [(0, 0.04), (60, 0.04), (70, 0.052), (200, 0.052), (300, 0.06), (360, 0.06)], [(60, "begins"), (360, "ends")]),
        (("redis_down", ""), [(0, 1.0), (30, 1.0), (40, 0.0), (70, 0.0)], [(30, "begins"), (70, "ends")]),
    ],
)  # fmt: skip
def test_an_alert_begins_after_a_while_and_ends_well_on_the_other_side(
    key: Key, points: list[tuple[float, float | None]], said: list[tuple[float, str]]
) -> None:
    assert seen(Watch(), key, *points) == said


def test_thresholds_can_be_set_and_what_has_begun_is_known_after_a_restart() -> None:
    assert seen(Watch({"outbox_old_seconds": 10}), OLD, (0, 11.0), (60, 11.0)) == [(60, "begins")]
    assert seen(Watch(begun=(OLD,)), OLD, (0, 700.0), (60, 700.0), (70, 1.0), (130, 1.0)) == [(130, "ends")]


def test_every_rule_has_a_sentence() -> None:
    for rule in RULES:
        assert "{" not in Notice(rule=rule, of="x", value=0.5, state="begins").text


def test_an_unknown_threshold_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_ALERTS", '{"outbox_older": 1}')
    with pytest.raises(SettingsError, match=r"CALLWEAVE_ALERTS: no alert outbox_older; there are .*outbox_old_seconds"):
        Settings.load()


class Inbox:
    """A mail server and a webhook's server that keep what they are sent."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.posts: list[dict[str, Any]] = []
        self.status = 200
        ours = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if ours.status == 200:
                    ours.posts.append(body)
                self.send_response(ours.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def received() -> Iterator[Inbox]:
    made = Inbox()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def mail_server(received: Inbox) -> Iterator[int]:
    controller = Controller(received, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


def test_people_are_told_by_mail_and_programs_by_webhook(tmp_path: Path, received: Inbox, mail_server: int) -> None:
    settings = Settings(
        data=tmp_path, smtp_url=f"smtp://127.0.0.1:{mail_server}", alert_email="night@ward.example, it@ward.example",
        alert_from="callweave@ward.example", alert_webhook=f"http://127.0.0.1:{received.server.server_port}/hook",
        allow_hosts="127.0.0.1",
    )  # fmt: skip
    told = Told(name="outbox_old_seconds:main/sms", state="ends", text="What is to leave …", value=700, began_at=from_micros(0), ended_at=from_micros(SECOND))
    assert telling.tell(settings, told)
    mail, _ = received.mails  # to each by himself
    assert (mail["To"], mail["From"]) == ("night@ward.example, it@ward.example", "callweave@ward.example")
    assert "over: What is to leave" in str(email.header.make_header(email.header.decode_header(mail["Subject"])))
    [post] = received.posts
    assert (post["name"], post["state"], post["ended_at"]) == ("outbox_old_seconds:main/sms", "ends", "1970-01-01T00:00:01Z")
    received.status = 500
    assert telling.tell(settings, told), "one of the two ways took it"
    alone = Settings(data=tmp_path, alert_webhook=settings.alert_webhook, allow_hosts="127.0.0.1")
    assert not telling.tell(alone, told), "none took it"
    received.status, before = 200, len(received.posts)
    assert not telling.tell(alone.model_copy(update={"allow_hosts": ""}), told), "inside the house, and not allowed"
    assert len(received.posts) == before
    assert telling.tell(alone, told)


class ThereAgain:
    """A Redis that answers."""

    def llen(self, _name: str) -> int:
        return 0

    def set(self, _name: str, _value: str, ex: int) -> None:
        return


def test_each_alert_is_told_once_by_several_clocks_and_again_where_it_failed(
    stores: Stores, tmp_path: Path, received: Inbox, database_urls: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = f"http://127.0.0.1:{received.server.server_port}/"
    settings = Settings(
        data=tmp_path / "data", telephony="simulated", alert_webhook=hook, allow_hosts="127.0.0.1",
        redis_url=f"unix://{tmp_path}/none.sock", **database_urls
    )
    moment = [0.0]
    monkeypatch.setattr("engine.host.rounds.monotonic", lambda: moment[0])
    clocks = [Rounds(settings, stores), Rounds(settings, stores)]

    def go(at: float) -> None:
        moment[0] = at
        for clock in clocks:
            clock.go()

    go(0)
    received.status = 503
    go(31)
    assert received.posts == []
    received.status = 200
    monkeypatch.setattr("engine.host.rounds.now_micros", lambda: now_micros() + 61 * SECOND)
    go(92)
    go(93)
    assert [(post["name"], post["state"]) for post in received.posts] == [("redis_down:", "begins")]
    clocks.append(Rounds(settings, stores))
    for clock in clocks:
        monkeypatch.setattr(clock, "_redis", ThereAgain())
    go(100)
    go(131)
    go(140)
    assert [(post["name"], post["state"]) for post in received.posts][1:] == [("redis_down:", "ends")]


def test_figures_of_a_tenant_become_values(stores: Stores, tmp_path: Path, database_urls: dict[str, str]) -> None:
    store = stores.tenant("main")
    flow = publish(store, document("F", WAITING))
    settings = Settings(data=tmp_path / "data", telephony="simulated", redis_url=f"unix://{tmp_path}/none.sock", **database_urls)
    old = now_micros() - 100 * SECOND
    with store.begin() as connection:
        start = Start(flow_id=flow, version=1, contact={}, record={})
        inbox.put_start(connection, session_id=new_id(), source="t", start=start, at=old)
        inbox.put(connection, session_id=new_id(), source="t", external_id="x", posted=Posted(event=SignalReceived(name="a")), at=old)
    rounds = Rounds(settings, stores)
    values = rounds.go()
    assert 100 <= values["inbox_old_seconds", "main"] < 200
    assert values["database_down", "main"] == values["timers_late_seconds", "main"] == values["inbox_old_seconds", "other"] == 0
    assert 0 < values["disk_free_share", str(tmp_path / "data")] < 1
    serve(store)
    assert rounds.go()["inbox_old_seconds", "main"] == 0
