"""Gateways are set up, and the outbox is looked at and mended, over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from engine.adapters.gateway import Refused, Unsure
from engine.adapters.guard import Allowed
from engine.commands import HttpRequest, PlaceCall, SendSms
from engine.host.outbox import answers
from engine.host.outbox.registry import row_of
from engine.secret import MASK, Secret
from engine.store import Store, id_text, new_id, now_micros, outbox, tenant
from engine.store.tenant import gateway as gateway_table
from tests.outbox.server import Server
from tests.texting.npm_smsc import NpmSmsc

Caller = Callable[..., Any]
CONFIG = {
    "url": "https://sms.example.com/send", "params": {"pw": "{{ secrets.password }}", "to": "{{ to }}"},
    "secrets": {"password": "hunter2"},
}  # fmt: skip


@pytest.fixture
def store(app: Flask) -> Store:
    parts: Parts = app.extensions["callweave"]
    return parts.stores.tenant("main")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def put(store: Store, command: Any) -> tuple[str, str]:
    """A row, that has failed or is unknown; its id and its session's."""
    session = new_id()
    with store.begin() as connection:
        values = {"flow_id": new_id(), "version": 1, "status": "waiting", "rev": 1, "state": b"", "owner_epoch": 0}
        connection.execute(tenant.session.insert().values(id=session, started_at=1, updated_at=1, **values))
        row = row_of(session, command, now_micros())
        outbox.insert(connection, [row])
    return id_text(row.id), id_text(session)


def fail(store: Store, how: type[Refused] | type[Unsure]) -> None:
    """Let all that is due end so."""
    with store.begin() as connection:
        rows = [
            row for name in ("http", "sms", "telephone")
            for row in outbox.claim(connection, name, at=now_micros(), epoch=1, limit=9)
        ]  # fmt: skip
    make: Any = answers.refused if how is Refused else answers.unsure
    more = {} if how is Refused else {"tries": 1}
    answers.write(store, [make(row, how("no credit"), **more) for row in rows], epoch=1)


def test_a_gateway_is_set_up_and_its_secrets_are_not_shown(call: Caller, store: Store) -> None:
    before = call("GET", "/gateways").json["items"]
    assert [(item["name"], item["kind"], item["set_up"]) for item in before] == [
        ("http", "http", False), ("sms", None, False), ("mail", None, False), ("source", "source", False),
    ]  # fmt: skip
    made = call("PUT", "/gateways/sms", {"kind": "sms_http", "config": CONFIG})
    assert made.status_code == 200 and made.json["config"]["secrets"] == {"password": MASK}
    assert b"hunter2" not in call("GET", "/gateways").data
    with store.read() as connection:
        assert b"hunter2" not in connection.execute(gateway_table.select()).one().config
    again = {**CONFIG, "at_once": 2, "secrets": {"password": MASK}}
    assert call("PUT", "/gateways/sms", {"kind": "sms_http", "config": again}).status_code == 200
    from engine.store import gateways

    with store.read() as connection:
        row = gateways.get(connection, "sms")
    assert row is not None and row.config["secrets"] == {"password": "hunter2"} and row.config["at_once"] == 2
    assert call("DELETE", "/gateways/sms").status_code == 204
    assert call("DELETE", "/gateways/sms").status_code == 404


def test_every_fault_of_a_set_up_has_its_place(call: Caller) -> None:
    wrong = {"url": "ftp://x", "at_once": 0, "rate": -1, "accepted": [99], "secrets": {"Bad": "x"}, "what": 1}
    answer = call("PUT", "/gateways/sms", {"kind": "sms_http", "config": wrong})
    assert answer.status_code == 422
    places = {fault["path"] for fault in answer.json["errors"]}
    assert {"config.url", "config.at_once", "config.rate", "config.accepted.0", "config.what"} <= places
    names = {"url": "https://a.example", "params": {"pw": "{{ secrets.pasword }}"}}
    [fault] = call("PUT", "/gateways/sms", {"kind": "sms_http", "config": names}).json["errors"]
    assert fault["message"].startswith("secrets.pasword is no name that may stand here")
    [fault] = call("PUT", "/gateways/sms", {"kind": "http", "config": {}}).json["errors"]
    assert fault["path"] == "kind"
    assert call("PUT", "/gateways/pigeon", {"kind": "http", "config": {}}).status_code == 404


def test_one_organisations_gateway_is_not_anothers(call: Caller, other: Caller) -> None:
    call("PUT", "/gateways/sms", {"kind": "sms_http", "config": CONFIG})
    assert not other("GET", "/gateways/sms").json["set_up"]


def test_a_text_is_tried(call: Caller, server: Server) -> None:
    trial = {"to": "13800138000", "text": "Hello"}
    assert call("POST", "/gateways/sms/test", trial).status_code == 409
    call("PUT", "/gateways/sms", {"kind": "sms_http", "config": {"url": server.url}})
    answer = call("POST", "/gateways/sms/test", trial)
    assert answer.json["state"] == "refused" and "CALLWEAVE_ALLOW_HOSTS" in answer.json["reason"]
    call("PUT", "/gateways/sms", {"kind": "sms_file"})
    assert call("POST", "/gateways/sms/test", trial).json["state"] == "sent"


def test_a_text_is_tried_by_smpp(call: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowed, "permits", lambda *_: True)
    smsc = NpmSmsc(tmp_path / "smsc").start()
    try:
        config = {"host": "127.0.0.1", "port": smsc.port, "system_id": "clinic", "secrets": {"password": "wrong"}}
        config |= {"signature": "仁爱医院", "binds": 3}
        shown = call("PUT", "/gateways/sms", {"kind": "sms_smpp", "config": config}).json
        assert shown["config"]["secrets"] == {"password": MASK}
        trial = {"to": "13800138000", "text": "您好"}
        answer = call("POST", "/gateways/sms/test", trial).json
        assert answer["state"] == "not_now" and "ESME_RINVPASWD" in answer["reason"]
        config["secrets"] = {"password": "secret"}
        call("PUT", "/gateways/sms", {"kind": "sms_smpp", "config": config})
        assert call("POST", "/gateways/sms/test", trial).json == {"state": "sent", "reason": None, "reference": "00010001"}
        assert [line["text"] for line in smsc.ledger()] == ["【仁爱医院】您好"] and smsc.state()["binds"] == 1
    finally:
        smsc.close()


def test_a_mail_is_tried(call: Caller) -> None:
    trial = {"to": "ann@example.com", "text": "Hello"}
    assert call("POST", "/gateways/mail/test", trial).status_code == 409
    wrong = {"host": "mx.example", "sender": "clinic", "user": "clinic", "reply_to": "a-name-that-is-too-long@clinic.example", "ca": "x"}
    answer = call("PUT", "/gateways/mail", {"kind": "smtp", "config": wrong})
    assert {"config.sender", "config.reply_to", "config.ca"} <= {fault["path"] for fault in answer.json["errors"]}
    config = {"host": "127.0.0.1", "sender": "clinic@clinic.example", "user": "clinic", "secrets": {"password": "hunter2"}}
    made = call("PUT", "/gateways/mail", {"kind": "smtp", "config": config})
    assert made.status_code == 200 and made.json["config"]["secrets"] == {"password": MASK}
    assert call("POST", "/gateways/mail/test", {"to": "13800138000", "text": "Hello"}).status_code == 422
    answer = call("POST", "/gateways/mail/test", trial)
    assert answer.json["state"] == "refused" and "CALLWEAVE_ALLOW_HOSTS" in answer.json["reason"]


def test_the_outbox_is_listed_by_state_gateway_and_session(call: Caller, store: Store) -> None:
    first, session = put(store, SendSms(id="1", to="13800138000", text="Hello"))
    second, _ = put(store, HttpRequest(id="1", method="POST", url="https://a.example", headers={"X": Secret("s3cret")}))
    fail(store, Refused)
    third, _ = put(store, SendSms(id="1", to="13800138001", text="Bye"))
    ids = lambda query: [item["id"] for item in call("GET", f"/outbox{query}").json["items"]]  # noqa: E731
    assert ids("") == [third, second, first]
    assert ids("?state=dead") == [second, first] and ids("?state=due,unknown") == [third]
    assert ids("?gateway=sms") == [third, first] and ids(f"?session={session}") == [first]
    assert call("GET", "/outbox?state=lost").status_code == 422
    shown = call("GET", f"/outbox/{second}")
    assert shown.json["reason"] == "no credit" and shown.json["command"]["headers"] == {"X": MASK}
    assert b"s3cret" not in shown.data
    page = call("GET", "/outbox?limit=2").json
    assert [item["id"] for item in call("GET", f"/outbox?limit=2&cursor={page['next']}").json["items"]] == [first]


def test_what_is_dead_or_unknown_can_be_sent_again_once_and_it_is_noted_by_whom(call: Caller, store: Store) -> None:
    letter, _ = put(store, SendSms(id="1", to="13800138000", text="Hello"))
    assert call("POST", f"/outbox/{letter}/resend").status_code == 409
    fail(store, Unsure)
    assert call("GET", f"/outbox/{letter}").json["state"] == "unknown"
    first = call("POST", f"/outbox/{letter}/resend", Idempotency_Key="a")
    assert first.status_code == 202 and first.json["state"] == "due" and first.json["handled_by"] == "bootstrap"
    again = call("POST", f"/outbox/{letter}/resend", Idempotency_Key="a")
    assert again.status_code == 202 and again.headers["Idempotency-Replayed"] == "true"
    assert call("POST", f"/outbox/{letter}/resend", Idempotency_Key="b").status_code == 409
    assert call("POST", f"/outbox/{id_text(new_id())}/resend").status_code == 404


def test_what_is_dismissed_is_handled_until_it_fails_again(call: Caller, store: Store) -> None:
    letter, _ = put(store, SendSms(id="1", to="13800138000", text="Hello"))
    fail(store, Refused)
    waiting = lambda: [item["id"] for item in call("GET", "/outbox?state=dead,unknown&handled=false").json["items"]]  # noqa: E731
    assert waiting() == [letter]
    assert call("POST", f"/outbox/{letter}/dismiss").json["handled_by"] == "bootstrap"
    assert waiting() == []
    call("POST", f"/outbox/{letter}/resend")
    fail(store, Refused)
    assert waiting() == [letter]


def test_a_call_is_not_placed_again_by_hand(call: Caller, store: Store) -> None:
    letter, _ = put(store, PlaceCall(id="1", to="13800138000"))
    fail(store, Unsure)
    answer = call("POST", f"/outbox/{letter}/resend", Accept_Language="zh-CN")
    assert answer.status_code == 409 and answer.json["detail"] == "不能手动重拨同一次呼叫。"


def test_another_organisations_outbox_is_not_seen(call: Caller, other: Caller, store: Store) -> None:
    letter, _ = put(store, SendSms(id="1", to="13800138000", text="Hello"))
    fail(store, Refused)
    assert other("GET", "/outbox").json["items"] == []
    for request in (("GET", f"/outbox/{letter}"), ("POST", f"/outbox/{letter}/resend"), ("POST", f"/outbox/{letter}/dismiss")):
        assert other(*request).status_code == 404
