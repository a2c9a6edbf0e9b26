"""Requests for other names than ours: refused on the wire, sockets included; what runs behind a proxy or is probed by address goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from designer.access.hosts import served
from designer.app import create_app
from engine.host.settings import Settings, SettingsError
from tests.databases import prepare
from tests.designer.conftest import KEY
from tests.hostile.test_raw_requests import said
from tests.hostile.test_slow_clients import until_served
from tests.product import free_port

EVIL = "evil.example"
SOCKET = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://{}\r\n\r\n"
)
SERVER = """
import sys
from designer import server
from designer.app import create_app
from engine.host.settings import Settings
server.sweeping.start = lambda stores: None
settings = Settings(port=int(sys.argv[1]), data=sys.argv[2], redis_url="unix:///none")
server.Server(settings, lambda: create_app(settings, live_queue=False)).run()
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The whole application behind its real server."""
    folder, port = tmp_path_factory.mktemp("hosts") / "data", free_port()
    prepare(Settings(data=folder, bootstrap_key=KEY))
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(folder)])
    try:
        until_served(port, 120, "/healthz")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def asked(port: int, host: str | None, *, path: str = "/api/v1/sign-in", version: str = "1.1", more: str = "") -> int:
    """The status of one request on the wire."""
    line = "" if host is None else f"Host: {host}\r\n"
    answer = said(port, f"GET {path} HTTP/{version}\r\n{line}{more}Connection: close\r\n\r\n".encode())
    assert answer.count(b"HTTP/1.") == 1, answer[:300]
    assert EVIL.encode() not in answer
    return int(answer.split(b" ", 2)[1])


def test_this_machine_answers_to_its_own_names_and_numbers_and_to_no_other(port: int) -> None:
    for host in ("localhost", "LOCALHOST.", "127.0.0.1", "[::1]", "10.20.0.15", "[2001:db8::5]"):
        for written in (host, f"{host}:{port}", f"{host}:80"):
            assert asked(port, written) == 200, written
    for host in (
        EVIL, f"{EVIL}:{port}", f"localhost.{EVIL}", f"{EVIL}#localhost", f"localhost@{EVIL}", f"127.0.0.1.{EVIL}", "2130706433",
        "0x7f.1", "localhost:80:80", "localhost:x", "a,localhost", "[localhost]:80x", "localhost/", "\xff\xfe",
    ):  # fmt: skip
        for path in ("/", "/api/v1/sign-in", "/api/v1/openapi.json", "/metrics", "/help/", "/none"):
            assert asked(port, host, path=path) in (400, 421), (host, path)
    refused = said(port, f"GET /api/v1/me HTTP/1.1\r\nHost: {EVIL}\r\nConnection: close\r\nAccept-Language: zh-CN\r\n\r\n".encode())
    head, _, body = refused.partition(b"\r\n\r\n")
    assert b" 421 " in head and b"application/problem+json" in head and b"nosniff" in head and b"CALLWEAVE_KNOWN_AS" in body
    assert json.loads(body)["title"] == "找错了地方"


def test_a_designer_on_ipv6_is_reached_at_its_address(tmp_path: Path) -> None:
    """As `make run` with CALLWEAVE_HOST=::1 has it, and says it."""
    folder, port = tmp_path / "data", free_port()
    prepare(Settings(data=folder, bootstrap_key=KEY))
    environment = {**os.environ, "CALLWEAVE_HOST": "::1"}
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), str(folder)], env=environment)
    try:
        ours = Settings(data=folder, host="::1", port=port)
        until_served(port, 120, "/healthz", at="[::1]")
        with urllib.request.urlopen(f"{ours.address}/api/v1/sign-in", timeout=20) as answer:
            assert answer.status == 200
        asked_as_evil = urllib.request.Request(f"{ours.address}/api/v1/sign-in", headers={"Host": EVIL})
        with pytest.raises(urllib.error.HTTPError, match="421"):
            urllib.request.urlopen(asked_as_evil, timeout=20)
    finally:
        process.terminate()
        process.wait(20)


def test_two_hosts_are_none(port: int) -> None:
    assert asked(port, "localhost", more=f"Host: {EVIL}\r\n") == 400
    assert asked(port, EVIL, more="Host: localhost\r\n") == 400
    assert asked(port, "") == 400
    assert asked(port, None) == 400
    assert asked(port, "localhost", path=f"http://{EVIL}/api/v1/sign-in") == 400
    assert asked(port, EVIL, path="http://localhost/api/v1/sign-in") in (400, 421)
    assert asked(port, EVIL, path=f"http://{EVIL}/api/v1/sign-in") == 421
    assert asked(port, "localhost", path="http://localhost/api/v1/sign-in") == 200
    assert asked(port, "localhost", path=f"//{EVIL}/[") in (200, 308, 404)


def test_a_socket_is_opened_under_our_name_alone(port: int) -> None:
    """A page of another site that has turned its name to this machine says that name, as host and as origin."""
    assert said(port, SOCKET.format(EVIL, EVIL).encode()).startswith(b"HTTP/1.1 421")
    assert said(port, SOCKET.format("localhost", "localhost").encode()).startswith(b"HTTP/1.1 101")
    assert b" 101 " not in said(port, SOCKET.format("localhost", EVIL).encode())[:20]
    polling = "/socket.io/?EIO=4&transport=polling"
    assert asked(port, EVIL, path=polling) == 421
    assert asked(port, "localhost", path=polling) == 400, "there is no polling, which a form of another site could do"


def test_who_looks_whether_we_live_may_use_any_name_or_none(port: int) -> None:
    for path in ("/healthz", "/readyz"):
        for host in (EVIL, "web", None):
            assert asked(port, host, path=path) in (200, 503)
    assert asked(port, None, path="/healthz", version="1.0") == 200
    assert asked(port, "127.0.0.1", path="/metrics") == 200, "this machine's figures, by its address"
    assert asked(port, EVIL, path="/metrics") == 421, "figures are for this machine, and a turned name is this machine"


# --- which names, and behind a proxy


def test_names_come_from_three_settings_and_odd_ones_are_refused_at_start(tmp_path: Path) -> None:
    def names(**given: Any) -> set[str]:
        return set(served(Settings(data=tmp_path, **given))) - {"localhost"}

    assert names() == {"127.0.0.1"}
    assert names(host="::1") == {"::1"}
    assert Settings(data=tmp_path, host="::1").address == "http://[::1]:8080"
    assert names(host="0.0.0.0", url="https://Call.Hospital.example:8443/", known_as="web, callweave.internal.") == {
        "0.0.0.0", "call.hospital.example", "web", "callweave.internal",
    }  # fmt: skip
    assert names(known_as="电话.example") == {"127.0.0.1", "xn--wny669b.example"}


@pytest.mark.parametrize("written", ["*", "http://a", "a/b", "a b", "a,,b", "a:80"])
def test_what_is_no_name_is_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLWEAVE_KNOWN_AS", written)
    with pytest.raises(SettingsError, match="CALLWEAVE_KNOWN_AS"):
        Settings.load()


@pytest.fixture(scope="module")
def behind(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Behind a proxy at 192.0.2.9, as https://call.example."""
    settings = app.extensions["callweave"].settings
    own = settings.model_copy(update={"trusted_proxy": "192.0.2.9", "url": "https://call.example"})
    made = create_app(own, live_queue=False)
    yield made
    made.extensions["callweave"].stores.close()


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("192.0.2.9", {"Host": "upstream", "X-Forwarded-Host": "call.example"}, 200),
        ("192.0.2.9", {"Host": "call.example"}, 200),
        ("192.0.2.9", {"Host": "10.0.0.5:8080"}, 200),
        ("192.0.2.9", {"Host": "upstream"}, 421),
        ("192.0.2.9", {"Host": "call.example", "X-Forwarded-Host": EVIL}, 421),
        ("192.0.2.9", {"Host": "call.example", "X-Forwarded-Host": f"{EVIL}, call.example"}, 200),
        ("192.0.2.9", {"Host": "call.example", "X-Forwarded-Host": f"call.example, {EVIL}"}, 421),
        ("192.0.2.1", {"Host": EVIL, "X-Forwarded-Host": "call.example"}, 421),
        ("192.0.2.1", {"Host": "call.example", "X-Forwarded-Host": EVIL}, 200),
        ("192.0.2.1", {"Host": "call.example", "Forwarded": f"host={EVIL}"}, 200),
    ],
)
def test_behind_a_proxy_its_word_counts_and_nobody_elses(behind: Flask, peer: str, headers: dict[str, str], status: int) -> None:
    answer = behind.test_client().get("/api/v1/sign-in", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert answer.status_code == status, answer.text
    assert EVIL not in answer.text and EVIL not in str(answer.headers)


def test_a_trusted_proxy_is_believed_while_our_name_is_not_said(app: Flask) -> None:
    settings = app.extensions["callweave"].settings
    made = create_app(settings.model_copy(update={"trusted_proxy": "192.0.2.9"}), live_queue=False)
    for peer, host, status in (("192.0.2.9", "call.example", 200), ("192.0.2.9", f"call.example@{EVIL}", 421), ("192.0.2.1", "call.example", 421)):
        sent = {"Host": "upstream", "X-Forwarded-Host": host}
        answer = made.test_client().get("/api/v1/sign-in", headers=sent, environ_overrides={"REMOTE_ADDR": peer})
        assert answer.status_code == status, (peer, host)
    made.extensions["callweave"].stores.close()


def test_a_link_that_is_mailed_or_shown_leads_to_our_own_address_whatever_host_was_asked(behind: Flask) -> None:
    client = behind.test_client()
    key = {"Authorization": f"Bearer {KEY}"}
    body = {"login": "host@ward.example", "name": "Host", "role": "designer"}
    for headers in ({"Host": EVIL}, {"Host": "call.example", "X-Forwarded-Host": EVIL}):
        answer = client.post("/api/v1/users", json=body, headers=key | headers)
        assert answer.status_code in (201, 409, 421)
        assert EVIL not in answer.text
