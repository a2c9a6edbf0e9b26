"""Texts in another language, by a small server that speaks LibreTranslate's API: templates come back as they went."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from engine.adapters.guard import Allowed
from engine.adapters.translation import Service, code_for, translated
from engine.host.settings import Settings
from tests.designer.conftest import Caller
from tests.designer.test_prompt_reviews import at, draft

CODES = ("en", "es", "zh-Hans", "zh-Hant")


class Libre(ThreadingHTTPServer):
    """Answers `/languages` and `/translate` as LibreTranslate does, by a way of translating; keeps what it was asked."""

    key: str | None = None

    def __init__(self, way: Callable[[str], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.way = way
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Libre

    def do_GET(self) -> None:
        self._answer(200, [{"code": code, "name": code, "targets": list(CODES)} for code in CODES])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        if body.get("api_key") != self.server.key:
            self._answer(403, {"error": "Invalid API key"})
        elif body["q"] == ["slow down"]:
            self._answer(429, {"error": "Slowdown: too many requests"})
        else:
            self._answer(200, {"translatedText": [self.server.way(text) for text in body["q"]]})

    def _answer(self, status: int, data: Any) -> None:
        content = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def libre() -> Iterator[Libre]:
    with Libre(str.upper) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings: Settings, libre: Libre) -> Settings:
    return settings.model_copy(update={"translation_url": libre.url, "allow_hosts": "127.0.0.1"})


def ask(call: Caller, *texts: str, source: str = "en", target: str = "es") -> Any:
    return call("POST", "/translations", {"source": source, "target": target, "texts": list(texts)})


def test_texts_come_back_in_their_order_with_their_templates(call: Caller, libre: Libre) -> None:
    assert call("GET", "/translations").json == {"there": True}
    answer = ask(call, "Hello", "Dear {{ record.name }}, press {{ key }}.", source="zh-CN")
    assert answer.json == {"texts": ["HELLO", "DEAR {{ record.name }}, PRESS {{ key }}."]}
    assert libre.asked == [
        {"q": ["Hello", "Dear [[0]], press [[1]]."], "source": "zh-Hans", "target": "es", "format": "text"}
    ]


@pytest.mark.parametrize("spoil", [
    lambda text: text.replace("[[", "((").upper(),
    lambda text: text.replace("[[1]]", "[[0]]").upper(),
    lambda text: text.upper() + (" {{ more }}" if "[[" in text else "}}"),
])  # fmt: skip
def test_templates_that_were_not_left_alone_are_kept_out_of_the_words(libre: Libre, spoil: Callable[[str], str]) -> None:
    libre.way = spoil
    service = Service(url=libre.url, key=None, allowed=Allowed.read("127.0.0.1"))
    (said,) = translated(service, ["{% if a %}Dear {{ record.name }}!{% endif %}"], "en", "es")
    assert said == "{% if a %}DEAR {{ record.name }}!{% endif %}"
    assert len(libre.asked) == 2


def test_what_the_service_refuses_is_said(call: Caller, libre: Libre) -> None:
    refused = ask(call, "slow down")
    assert refused.status_code == 503 and "Slowdown: too many requests" in refused.json["detail"]
    assert ask(call, "Hello", target="tlh").json["errors"][0]["path"] == "target"
    assert ask(call, "Hello", " ").json["errors"][0]["path"] == "texts.1"
    libre.key = "secret"
    refused = ask(call, "Hello")
    assert refused.status_code == 503 and "Invalid API key" in refused.json["detail"]


class TestInside:
    """The guard for requests out holds here as well."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"allow_hosts": "", "translation_key": "k"})

    def test_a_service_inside_the_house_must_be_named(self, call: Caller, libre: Libre) -> None:
        refused = ask(call, "Hello")
        assert refused.status_code == 503 and "CALLWEAVE_ALLOW_HOSTS" in refused.json["detail"]
        assert libre.asked == []


class TestNone:
    """Where no service is set up."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"translation_url": None})

    def test_it_is_said_how_one_is_set_up(self, call: Caller) -> None:
        assert call("GET", "/translations").json == {"there": False}
        refused = ask(call, "Hello")
        assert refused.status_code == 503 and "CALLWEAVE_TRANSLATION_URL" in refused.json["detail"]


def test_a_machines_mark_lasts_until_somebody_finds_it_right(call: Caller) -> None:
    flow = call("POST", "/flows", draft({"zh-CN": "您好", "en": "Hello"})).json["id"]  # type: ignore[index]
    for machine in (True, False):
        made = call("PUT", f"/flows/{flow}/prompt-reviews", at(spoken="Hello", machine=machine))
        assert made.status_code == 200 and made.json["machine"] is machine  # type: ignore[index]
        assert [one["machine"] for one in call("GET", f"/flows/{flow}/prompt-reviews").json["items"]] == [machine]  # type: ignore[index]


def test_a_language_goes_by_the_services_code() -> None:
    assert [code_for(tag, CODES) for tag in ("zh-CN", "zh-TW", "en-GB", "yue", "zh-HK")] == [
        "zh-Hans", "zh-Hant", "en", None, "zh-Hant",
    ]  # fmt: skip
    assert code_for("zh-CN", ("zh", "zt")) == "zh" and code_for("pt-BR", ("pt", "pt-BR")) == "pt-BR"
