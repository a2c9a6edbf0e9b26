"""Callbacks of providers: kept before they are acknowledged, and nothing of a stranger's is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from designer.parts import Parts
from engine.adapters.message_news import NotKept
from engine.host import metrics
from engine.store import Store, messages, receipts

Caller = Callable[..., Any]
SECRET = "a-secret-of-the-provider"
PATH = "/api/v1/inbound/main/sms"
CONFIG: dict[str, Any] = {
    "url": "https://sms.example/send", "form": {"to": "{{ to }}", "text": "{{ text }}"},
    "secrets": {"token": "12345", "callback": SECRET}, "public_url": "https://calls.example",
    "callbacks": {
        "texts": {
            "tells": "text", "method": "GET", "sender": "query.from", "receiver": "query.to", "text": "query.text",
            "id": "query.id", "charset_from": "query.charset", "charsets": {"UTF-16BE": "utf-16-be", "GSM": "utf-8"},
            "known_by": {"stands": "query.token", "secret": "callback", "addresses": ["127.0.0.0/8"]}, "rate": 50,
        },
        "receipts": {
            "tells": "receipt", "reference": "form.MessageSid", "state": "form.MessageStatus",
            "states": {"delivered": "delivered"},
            "known_by": {
                "stands": "header.X-Twilio-Signature",
                "sign": {"algorithm": "hmac-sha1", "encoding": "base64", "secret": "token",
                         "signed": "{{ url }}{{ sorted_joined }}"},
            },
            "answer": {"text": "<Response/>", "content_type": "text/xml"},
        },
    },
}  # fmt: skip


@pytest.fixture
def client(app: Flask, call: Caller) -> FlaskClient:
    """Somebody out there; the gateway is set up."""
    assert call("PUT", "/gateways/sms", {"kind": "sms_http", "config": CONFIG}).status_code == 200
    return app.test_client()


@pytest.fixture
def store(app: Flask) -> Store:
    parts: Parts = app.extensions["callweave"]
    return parts.stores.tenant("main")


def came_in(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as connection:
        rows = messages.page(connection, limit=100, before=None, equal={"direction": "in"})
    return [(row.sender, row.receiver, row.text) for row in rows]


def text(words: str = "2", charset: str = "GSM", **changes: str) -> str:
    octets = words.encode("utf-16-be" if charset == "UTF-16BE" else "utf-8")
    fields = {"from": "%2B8613800138000", "to": "106900", "text": quote(octets), "charset": charset, "id": "1", "token": SECRET}
    return "&".join(f"{name}={value}" for name, value in (fields | changes).items() if value != "-")


def signature(body: str, path: str = f"{PATH}/receipts", token: str = "12345") -> str:
    pairs = sorted(part.split("=") for part in body.split("&"))
    signed = f"https://calls.example{path}" + "".join(name + value for name, value in pairs)
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def report(client: FlaskClient, body: str, sign: str | None, path: str = f"{PATH}/receipts") -> Any:
    headers = {} if sign is None else {"X-Twilio-Signature": sign}
    return client.post(path, data=body, content_type="application/x-www-form-urlencoded", headers=headers)


def nobodys(store: Store) -> list[tuple[str, str | None]]:
    with store.read() as connection:
        return [(each.reference, each.state) for each in receipts.unmatched(connection, limit=100)]


def test_a_text_in_any_script_is_kept_once(client: FlaskClient, store: Store) -> None:
    for _ in range(2):
        answer = client.get(f"{PATH}/texts?{text('您好，2。', 'UTF-16BE')}")
        assert (answer.status_code, answer.data) == (200, b"")
    assert client.get(f"{PATH}/texts?{text('Yes & è', id='2')}").status_code == 200
    assert sorted(came_in(store)) == [("+8613800138000", "106900", "Yes & è"), ("+8613800138000", "106900", "您好，2。")]


def test_a_receipt_with_its_signature_is_kept_and_answered_as_declared(client: FlaskClient, store: Store) -> None:
    body = "MessageSid=SM1&MessageStatus=delivered&ErrorCode="
    answer = report(client, body, signature(body))
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "<Response/>", "text/xml")
    assert nobodys(store) == [("SM1", "delivered")]


STRANGERS = (
    (f"texts?{text(token='-')}", 401),
    (f"texts?{text(token='a-secret-of-the-provideR')}", 403),
    (f"texts?{text(token='')}", 401),
    (f"texts?{text(token='%FF')}", 403),
    (f"texts?{text(text='-')}", 422),
    (f"texts?{text(**{'from': '-'})}", 422),
    (f"texts?{text(charset='utf-7')}", 422),
    (f"others?{text()}", 404),
    (f"receipts?{text()}", 405),
    ("texts?" + "a=1&" * 300 + text(), 401),
)


def test_what_a_stranger_says_is_refused_and_not_kept(client: FlaskClient, store: Store) -> None:
    for target, status in STRANGERS:
        answer = client.get(f"{PATH}/{target}")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), target
        assert SECRET not in answer.text
    assert came_in(store) == []


BODY = "MessageSid=SM1&MessageStatus=delivered"
FORGED = (
    (BODY, None, 401),
    (BODY, "", 401),
    (BODY, signature(BODY, token="guessed"), 403),
    (BODY.replace("SM1", "SM2"), signature(BODY), 403),
    (BODY, signature(BODY, path="/elsewhere"), 403),
    ("MessageStatus=delivered", signature("MessageStatus=delivered"), 422),
    ("x=" + "y" * 300_000, signature("x=1"), 413),
)


def test_a_forged_receipt_is_refused(client: FlaskClient, store: Store) -> None:
    for body, sign, status in FORGED:
        assert report(client, body, sign).status_code == status, (body, sign)
    assert nobodys(store) == []


def test_refusals_are_counted(client: FlaskClient) -> None:
    before = metrics.INBOUND_REFUSED.labels("sms", "missing")._value.get()
    client.get(f"{PATH}/texts?{text(token='-')}")
    assert metrics.INBOUND_REFUSED.labels("sms", "missing")._value.get() == before + 1


def test_what_is_not_declared_is_not_there(client: FlaskClient) -> None:
    for place in ("nobody/sms", "main/mail", "other/sms", "main/http", f"{'x' * 60}/sms"):
        assert client.get(f"/api/v1/inbound/{place}/texts?{text()}").status_code == 404, place


def test_only_from_the_addresses_that_are_declared(client: FlaskClient, store: Store) -> None:
    answer = client.get(f"{PATH}/texts?{text()}", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 403 and came_in(store) == []


def test_it_is_acknowledged_only_when_it_is_kept(client: FlaskClient, app: Flask, store: Store) -> None:
    parts: Parts = app.extensions["callweave"]
    away = sa.exc.OperationalError("insert", {}, Exception("the disk is full"))
    for failing in (mock.Mock(side_effect=away), mock.Mock(return_value=[NotKept("no")])):
        with mock.patch.object(parts.keeping, "keep", failing):
            answer = client.get(f"{PATH}/texts?{text()}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert client.get(f"{PATH}/texts?{text()}").status_code == 200
    assert len(came_in(store)) == 1


def test_more_than_may_come_in_a_second_are_asked_to_wait(client: FlaskClient, call: Caller) -> None:
    slow = {**CONFIG, "callbacks": {"texts": {**CONFIG["callbacks"]["texts"], "rate": 1}}}
    assert call("PUT", "/gateways/sms", {"kind": "sms_http", "config": slow}).status_code == 200
    answers = [client.get(f"{PATH}/texts?{text(id=str(number))}").status_code for number in range(10)]
    assert set(answers) == {200, 429}


def test_another_set_up_counts_at_once(client: FlaskClient, call: Caller) -> None:
    assert client.get(f"{PATH}/texts?{text()}").status_code == 200
    changed = {**CONFIG, "secrets": {"token": "•••", "callback": "another-secret-of-the-provider"}}
    assert call("PUT", "/gateways/sms", {"kind": "sms_http", "config": changed}).status_code == 200
    assert client.get(f"{PATH}/texts?{text(id='2')}").status_code == 403
    call("DELETE", "/gateways/sms")
    assert client.get(f"{PATH}/texts?{text(id='3')}").status_code == 404
