"""Records that a system sends by HTTP to the platform: known by a key or by a signature, kept once."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any

import msgspec
from flask import Flask
from flask.testing import FlaskClient

from designer.parts import Parts
from engine.sources.keeping import unpacked
from engine.store import Store, now_micros, sources, spool

Caller = Callable[..., Any]
SECRET = "what-both-know"
CONFIG: dict[str, Any] = {
    "rows": "json.visits", "id": "header.X-Delivery", "secrets": {"theirs": SECRET}, "most_bytes": 2_000, "rate": 6,
    "known_by": {
        "stands": "header.X-Signature", "time": "header.X-Time",
        "sign": {"secret": "theirs", "signed": "{{ header.X-Time }}.{{ body }}"},
    },
}  # fmt: skip
RECORDS = [{"record_type": "visit", "fields": {"visit_no": "{{ row.no }}", "n": "{{ row.tag }}"}, "source_version": "{{ row.v }}"}]


def set_up(store: Store, name: str, config: dict[str, Any], **more: Any) -> None:
    document = {"kind": "webhook", "config": config, "records": RECORDS, **more}
    with store.begin() as connection:
        sources.put(connection, name, kind="webhook", document=document, at=now_micros())


def kept(store: Store, name: str) -> list[tuple[dict[str, Any], Any]]:
    with store.read() as connection:
        rows = [unpacked(each.body) for each in spool.head(connection, limit=100, source=name)]
    return [(row.data, row.source_version) for row in rows]


def send(client: FlaskClient, body: Any, delivery: str, path: str = "/inbound/main/his", secret: str = SECRET) -> Any:
    octets, at = msgspec.json.encode(body), str(int(time.time()))
    signature = hmac.new(secret.encode(), at.encode() + b"." + octets, hashlib.sha256).hexdigest()
    headers = {"X-Time": at, "X-Signature": signature, "X-Delivery": delivery, "Content-Type": "application/json"}
    return client.post(f"/api/v1{path}", data=octets, headers=headers)


def test_rows_of_a_webhook_are_kept_once_and_a_strangers_are_not(app: Flask, call: Caller, other: Caller) -> None:
    parts: Parts = app.extensions["callweave"]
    store, client = parts.stores.tenant("main"), app.test_client()
    set_up(store, "his", CONFIG)
    body = {"visits": [{"no": "V1", "v": 3}, {"no": "V2", "tag": "张"}, 7]}
    for _ in range(2):
        told = send(client, body, "D1")
        assert (told.status_code, told.json["accepted"], told.json["rejected"][0]["row"]) == (200, 2, 2)
    assert kept(store, "his") == [({"visit_no": "V1"}, 3), ({"visit_no": "V2", "n": "张"}, None)]
    with store.read() as connection:
        (faulty,) = spool.latest_faulty(connection, "his", limit=10)
    assert faulty.text == "7" and faulty.errors[0]["message"] == "must be an object (is {value})"

    nothing = send(client, {"visits": [7]}, "D2")
    assert (nothing.status_code, nothing.json["errors"][0]["path"]) == (422, "0")
    assert send(client, body, "D3", secret="guessed").status_code == 403
    assert client.post("/api/v1/inbound/main/his", json=body).status_code == 401
    assert send(client, {"rows": []}, "D4").json["errors"] == [{"path": "json.visits", "message": "is no list"}]
    assert send(client, {"visits": ["x" * 3_000]}, "D5").status_code == 413
    assert send(client, body, "D6", path="/inbound/nobody/his").status_code == 404
    assert send(client, body, "D6", path="/inbound/other/his").status_code == 404

    set_up(store, "plain", {})
    assert call("POST", "/sources/plain/in", {"no": "V9"}).json == {"accepted": 1, "rejected": []}
    assert other("POST", "/sources/plain/in", {"no": "V9"}).status_code == 404
    assert client.post("/api/v1/sources/plain/in", json={"no": "V9"}).status_code == 401
    assert send(client, {"no": "V9"}, "1", path="/inbound/main/plain").status_code == 404  # anybody could
    assert call("POST", "/sources/his/in", body).status_code == 401  # the signature is asked for besides
    set_up(store, "plain", {}, enabled=False)
    assert call("POST", "/sources/plain/in", {"no": "V9"}).status_code == 404
    assert [data for data, _ in kept(store, "plain")] == [{"visit_no": "V9"}]
    assert 429 in [send(client, {"visits": []}, "D7").status_code for _ in range(40)]
