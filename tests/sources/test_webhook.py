"""Rows by HTTP: what a request gives, who is let in, and a port of its own."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from engine.adapters.gateway import NotNow
from engine.adapters.sms_http.asked import Asked
from engine.faults import Fault, from_validation
from engine.sources.source import Arrival, Surroundings
from engine.sources.webhook import WebhookConfig, WebhookSource
from engine.sources.webhook.adapter import FEED
from engine.sources.webhook.receiving import Refusal, received, reply
from engine.sources.webhook.translate import sampled

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECRET = "what-both-know"
SIGNED: dict[str, Any] = {
    "secrets": {"theirs": SECRET}, "id": "header.X-Delivery",
    "known_by": {
        "stands": "header.X-Signature", "time": "header.X-Time", "within": 300,
        "sign": {"algorithm": "hmac-sha256", "secret": "theirs", "signed": "{{ header.X-Time }}.{{ body }}", "prefix": "sha256="},
    },
}  # fmt: skip


def signed(body: bytes, at: datetime = AT, secret: str = SECRET) -> dict[str, str]:
    time = str(int(at.timestamp()))
    made = hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Time": time, "X-Signature": f"sha256={made}", "Content-Type": "application/json"}


def asked(body: bytes | Any, **headers: str) -> Asked:
    octets = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Asked(method="POST", base="https://us", target="/in", headers=named, body=octets, address="10.0.0.7")


def came(config: dict[str, Any], request: Asked) -> list[tuple[list[Any], str]] | list[str]:
    found = received(WebhookConfig.model_validate(config), request, AT)
    if isinstance(found, Refusal):
        return [str(fault) for fault in found.errors] or [str(found.status)]
    return [([*arrival.rows] or [str(arrival.faults[0])], arrival.id) for arrival in found]


VISITS = {"event": "visit.changed", "id": "D1", "data": {"visits": [{"no": "V1", "id": 7}, {"no": "V2", "id": 8}]}}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("config", "request_", "expected"),
    [
        ({}, asked({"no": "V1"}), [([{"no": "V1"}], "")]),
        ({}, asked([{"no": "V1"}, 7]), [([{"no": "V1"}], ""), (["must be an object (is 7)"], "")]),
        ({"rows": "json.data.visits", "id": "json.id"}, asked(VISITS),
         [([{"no": "V1", "id": 7}], "D1 0"), ([{"no": "V2", "id": 8}], "D1 1")]),
        ({"rows": "json.data.visits", "id": "each.id", "also": {"event": "json.event", "who": "header.X-Who"}},
         asked(VISITS, X_Who="HIS"),
         [([{"no": "V1", "id": 7, "event": "visit.changed", "who": "HIS"}], "7"),
          ([{"no": "V2", "id": 8, "event": "visit.changed", "who": "HIS"}], "8")]),
        ({"id": "form.no"}, asked(b"no=V1&name=%E5%BC%A0%E4%B8%89&tag=a&tag=b", **FORM),
         [([{"no": "V1", "name": "张三", "tag": ["a", "b"]}], "V1 0")]),
        ({"rows": "json.data"}, asked(VISITS), ["json.data: is no list"]),
        ({"rows": "json.rows"}, asked({}), ["json.rows: is no list"]),
        ({}, asked(b"<xml/>"), ["body: is neither JSON nor a form"]),
        ({}, asked(b"\xff"), ["body: is neither JSON nor a form"]),
        ({"most_rows": 1}, asked([{}, {}]), ["body: at most 1 rows (has 2)"]),
        (SIGNED, asked({}), ["401"]),
        (SIGNED, asked(b"{}", **{k.replace("-", "_"): v for k, v in signed(b"{}", secret="other").items()}), ["403"]),
        (SIGNED, asked(b'{"a":1}', **{k.replace("-", "_"): v for k, v in signed(b"{}").items()}), ["403"]),
        (SIGNED, asked(b"{}", **{k.replace("-", "_"): v for k, v in signed(b"{}", datetime(2026, 11, 22, 2, 54, tzinfo=UTC)).items()}), ["403"]),
        (SIGNED, asked(b"{}", X_Delivery="9", **{k.replace("-", "_"): v for k, v in signed(b"{}").items()}), [([{}], "9 0")]),
    ],
)  # fmt: skip
def test_what_a_request_gives(config: dict[str, Any], request_: Asked, expected: Any) -> None:
    assert came(config, request_) == expected


def test_a_body_that_somebody_has_copied() -> None:
    config = WebhookConfig.model_validate(SIGNED)
    assert [arrival.rows for arrival in sampled(config, '[{"no": "V1"}]')] == [[{"no": "V1"}]]
    assert [str(arrival.faults[0]) for arrival in sampled(config, "no")] == ["body: is neither JSON nor a form"]


@pytest.mark.parametrize(
    ("faults", "status", "said"),
    [
        ([[], []], 200, {"accepted": 2, "rejected": []}),
        ([[], [Fault("fields.no", "is required")]], 200,
         {"accepted": 1, "rejected": [{"row": 1, "errors": [{"path": "fields.no", "message": "is required"}]}]}),
        ([[Fault("fields.no", "is required")]], 422, {"path": "0.fields.no", "message": "is required"}),
        ([], 200, {"accepted": 0, "rejected": []}),
    ],
)  # fmt: skip
def test_what_it_is_answered(faults: list[list[Fault]], status: int, said: dict[str, Any]) -> None:
    found = reply(WebhookConfig(), faults)
    body = msgspec.json.decode(found.body)
    assert found.status == status and (body["errors"][0] if status == 422 else body) == said
    own = reply(WebhookConfig.model_validate({"answer": {"text": "OK"}}), faults)
    assert (own.body == b"OK") is not any(faults)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({**SIGNED, "secrets": {}}, "there is no secret theirs"),
        ({**SIGNED, "known_by": {"stands": "header.X", "sign": {"secret": "theirs", "signed": "{{ header.X-Time }}"}}}, "'body'"),
        ({"listen": {"port": 8080}}, "needs to know who sends"),
        ({**SIGNED, "listen": {"host": "0.0.0.0"}}, "a port that others can reach needs"),
        ({"rows": "header.X"}, "the rows are a list in JSON"),
        ({"most_bytes": 1}, "at least 1024"),
    ],
)
def test_set_up(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as error:
        WebhookConfig.model_validate(config)
    assert sentence.strip("'") in str(from_validation(error.value, "")[0])


class Kept:
    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []
        self.is_full = False

    def __call__(self, arrivals: Sequence[Arrival]) -> list[tuple[Fault, ...]]:
        if self.is_full:
            raise NotNow("the disk is full")
        self.arrivals += arrivals
        return [arrival.faults for arrival in arrivals]


@contextmanager
def listening(kept: Kept, folder: Path, **listen: Any) -> Iterator[int]:
    around = Surroundings(permits=lambda *_: False, place=lambda path: folder / path, folder=folder, permits_listening=lambda *_: True)
    config = {**SIGNED, "most_bytes": 2_000, "listen": {"path": "/his", **listen}}
    source = WebhookSource(WebhookConfig.model_validate(config), around)
    listener: Any = source.listeners[FEED]
    listener.start(kept)
    try:
        yield listener.port
    finally:
        source.close()


def post(port: int, body: bytes, path: str = "/his", **more: str) -> tuple[int, Any]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("POST", path, body, signed(body, datetime.now(UTC)) | {"X-Delivery": "1"} | more)
    response = line.getresponse()
    said = response.read()
    line.close()
    return response.status, msgspec.json.decode(said) if said.startswith(b"{") else said


def test_a_port_of_its_own(tmp_path: Path) -> None:
    kept = Kept()
    with listening(kept, tmp_path) as port:
        assert post(port, '{"no": "张"}'.encode()) == (200, {"accepted": 1, "rejected": []})
        assert post(port, b"[]", **{"X-Signature": "no"})[0] == 403
        assert post(port, b"<xml/>")[0] == 422 and post(port, b"x" * 3_000)[0] == 413
        assert post(port, b"{}", path="/else")[0] == 404
        status, said = post(port, b"[7]")
        assert status == 422 and said["errors"] == [{"path": "0", "message": "must be an object (is 7)"}]
        kept.is_full = True
        assert post(port, b"{}")[0] == 503
        kept.is_full = False
    assert kept.arrivals[0].rows == [{"no": "张"}] and kept.arrivals[0].id == "1 0"
    with listening(kept, tmp_path, addresses=["10.0.0.0/8"]) as port:
        assert post(port, b"{}")[0] == 403
