"""Texts and requests through the whole product, its engine killed in the middle: nothing twice, and a word for each."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import StartCopy
from tests.outbox.server import Server
from tests.product_api import Api

SESSIONS = 100
FLOW: dict[str, Any] = {
    "callweave": 1, "name": "Tell and ask", "languages": ["en"], "start": "tell", "nodes": {
        "tell": {
            "type": "send_sms", "config": {"to": "{{ contact.phone }}", "text": "您好 {{ record.number }}"},
            "outlets": {"sent": "ask", "failed": "ask"},
        },
        "ask": {
            "type": "http_request", "config": {"method": "POST", "url": "URL", "body": '{"number": {{ record.number }}}'},
            "outlets": {"success": "fine", "failed": "lost"},
        },
        "fine": {"type": "end", "config": {"outcome": "fine"}, "outlets": {}},
        "lost": {"type": "end", "config": {"outcome": "{{ results.ask.reason }}"}, "outlets": {}},
    },
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(lambda asked: (time.sleep(0.05), (200, {}, b"{}"))[1])
    yield made
    made.close()


def test_the_engine_is_killed_while_texts_and_requests_leave(running_copy: StartCopy, server: Server) -> None:
    copy = running_copy("simulated", CALLWEAVE_ALLOW_HOSTS=f"127.0.0.1:{server.port}")
    api = Api(copy)
    api("PUT", "/gateways/sms", {"kind": "sms_file", "config": {"at_once": 4, "rate": 15}})
    api("PUT", "/gateways/http", {"kind": "http", "config": {"at_once": 4}})
    flow = api("POST", "/flows", json.loads(json.dumps(FLOW).replace("URL", server.url)))["id"]
    api("POST", f"/flows/{flow}/publish", {"message": ""})
    for number in range(SESSIONS):
        contact = {"phone": f"1380000{number:04}"}
        api("POST", f"/flows/{flow}/start", {"contact": contact, "record": {"number": number}})
    ledger = copy.data / "sent" / "main" / "sms.jsonl"
    kills = 0
    while kills < 3 and len(server.asked) < SESSIONS - 20:
        engine = copy.processes().get("engine")
        seen = len(server.asked)
        time.sleep(0.5)
        if engine is not None and engine == copy.processes().get("engine") and len(server.asked) > seen:
            os.kill(engine, signal.SIGKILL)
            kills += 1
    outcomes = Counter(session["outcome"] for session in api.ended_sessions(flow, SESSIONS, patience=120))
    assert kills
    requests = Counter(server.keys())
    texts = Counter(json.loads(line)["key"] for line in ledger.read_text().splitlines())
    assert max(requests.values()) == 1 and max(texts.values()) == 1, "nothing twice"
    letters = {letter["id"]: letter for letter in api.everything("/outbox")}
    assert len(letters) == 2 * SESSIONS and {letter["state"] for letter in letters.values()} <= {"done", "unknown"}
    for gateway, arrived in (("http", requests), ("sms", texts)):
        states = Counter(letter["state"] for letter in letters.values() if letter["gateway"] == gateway)
        assert states["done"] <= len(arrived) and SESSIONS - len(arrived) <= states["unknown"] <= 4 * kills + 12
    assert outcomes["fine"] == sum(letter["state"] == "done" for letter in letters.values() if letter["gateway"] == "http")
