"""Messages over HTTP: listed, sent by hand, sent again, handled; who is not to be written to; texts that start flows."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.adapters.gateway import Carried, Refused
from engine.adapters.message_news import Attached, MailReceived, Receipt, TextReceived
from engine.events import MessageSent
from engine.host.outbox import answers
from engine.host.programs import Programs
from engine.host.retention import sweep_messages
from engine.host.texting.keeping import Keeping
from engine.host.texting.sending import take_in_hand
from engine.store import Store, now_micros, outbox
from engine.store.files import Files
from engine.texting.outgoing import Rules
from tests.designer.conftest import Caller

PATIENT = "+8613800138000"


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["callweave"].stores.tenant("main")
    return found


@pytest.fixture(autouse=True)
def _folder(app: Flask) -> None:
    FOLDER.append(app.extensions["callweave"].settings.folder_assets)


FOLDER: list[Path] = []


def keeping() -> Keeping:
    return Keeping(Programs("UTC"), "CN", FOLDER[-1])


def leave(store: Store, *, refuse: str = "", **rules: Any) -> list[str]:
    """What is due leaves, or is refused by the gateway; the texts."""
    at = now_micros()
    with store.begin() as connection:
        rows = outbox.claim(connection, "sms", at=at, epoch=1, limit=9)
        ready, ended = take_in_hand(connection, "sms", rows, Rules(**rules), country="CN", at=at)
        answers.write_on(connection, ended, epoch=1)
    ends = [
        answers.refused(each.row, Refused(refuse)) if refuse
        else answers.carried(each.row, Carried(event=MessageSent(command_id="0"), reference=f"r{each.row.id.hex()}"))
        for each in ready
    ]  # fmt: skip
    answers.write(store, ends, epoch=1)
    return [each.command.text for each in ready]  # type: ignore[attr-defined]


def comes(store: Store, text: str, sender: str = PATIENT, id: str = "") -> None:
    news = TextReceived(external_id=id, sender=sender, receiver="106900", text=text, at=datetime.now(UTC))
    assert keeping().keep(store, "sms", [news]) == [None]


def test_a_text_by_hand_is_sent_once_and_shown_with_each_state(call: Caller, store: Store) -> None:
    body = {"to": "138 0013 8000", "text": "您好"}
    made = call("POST", "/messages", body, Idempotency_Key="k")
    assert made.status_code == 202, made.text
    assert call("POST", "/messages", body, Idempotency_Key="k").json == made.json
    assert made.json["state"] == "queued"
    assert leave(store, signature="市医院", price=45_000, currency="CNY", sender="106900") == ["【市医院】您好"]
    row = call("GET", f"/messages/{made.json['id']}").json
    assert (row["text"], row["price"], row["currency"], row["sender"]) == ("【市医院】您好", "0.045", "CNY", "106900")
    assert [each["state"] for each in row["states"]] == ["queued", "sending", "sent"]
    report = Receipt(reference=row["reference"], state="delivered", at=datetime.now(UTC))
    keeping().keep(store, "sms", [report])
    row = call("GET", f"/messages/{made.json['id']}").json
    assert [each["state"] for each in row["states"]] == ["queued", "sending", "sent", "delivered"]
    assert row["written_by"] and row["session"] is None


def test_they_are_listed(call: Caller, store: Store) -> None:
    for to in ("13800138000", "13900139000"):
        call("POST", "/messages", {"to": to, "text": f"to {to}"})
    leave(store)
    comes(store, "hello", sender="8613800138000")

    def listed(query: str = "") -> list[str]:
        answer = call("GET", f"/messages{query}")
        assert answer.status_code == 200, answer.text
        return [row["text"] for row in answer.json["items"]]

    assert listed() == ["hello", "to 13900139000", "to 13800138000"]
    assert listed("?number=138-0013-8000") == ["hello", "to 13800138000"]
    assert listed("?direction=out&state=sent,failed&number=13900139000") == ["to 13900139000"]
    assert listed("?became=inbox&handled=false") == ["hello"]
    assert listed("?medium=mail") == []
    soon = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (listed(f"?from={soon}"), len(listed(f"?to={soon}"))) == ([], 3)
    first = call("GET", "/messages?limit=2").json
    assert listed(f"?limit=2&cursor={first['next']}") == ["to 13800138000"]
    for query in ("?state=lost", "?session=x", "?from=2026-01-01", "?direction=up", "?colour=red"):
        assert call("GET", f"/messages{query}").status_code == 422, query


def test_a_person_answers_what_came_in(call: Caller, store: Store) -> None:
    comes(store, "When is my appointment?")
    (row,) = call("GET", "/messages?became=inbox&handled=false").json["items"]
    made = call("POST", "/messages", {"to": row["sender"], "text": "At ten", "answers": row["id"]})
    assert made.status_code == 202, made.text
    assert call("GET", "/messages?became=inbox&handled=false").json["items"] == []
    assert call("GET", f"/messages/{row['id']}").json["handled_by"]
    assert call("POST", f"/messages/{row['id']}/handled").status_code == 409
    comes(store, "Thanks")
    (row,) = call("GET", "/messages?became=inbox&handled=false").json["items"]
    assert call("POST", f"/messages/{row['id']}/handled").json["handled_at"]


def test_only_what_failed_is_sent_again(call: Caller, store: Store) -> None:
    made = call("POST", "/messages", {"to": PATIENT, "text": "hi"}).json["id"]
    assert call("POST", f"/messages/{made}/resend").status_code == 409
    leave(store, refuse="no credit")
    row = call("GET", "/messages?state=failed").json["items"][0]
    assert (row["reason"], row["states"][-1]["state"]) == ("no credit", "failed")
    again = call("POST", f"/messages/{made}/resend")
    assert (again.status_code, again.json["state"]) == (202, "queued")
    leave(store)
    row = call("GET", f"/messages/{made}").json
    assert (row["state"], row["reason"]) == ("sent", None)
    report = Receipt(reference=row["reference"], state="expired", at=datetime.now(UTC))
    keeping().keep(store, "sms", [report])
    assert call("GET", f"/messages/{made}").json["state"] == "failed"
    assert call("POST", f"/messages/{made}/resend").status_code == 202
    assert leave(store) == ["hi"]
    comes(store, "hello")
    inward = call("GET", "/messages?direction=in").json["items"][0]["id"]
    assert call("POST", f"/messages/{inward}/resend").status_code == 409


def test_more_parts_than_the_gateway_allows_are_not_sent(call: Caller, store: Store) -> None:
    made = call("POST", "/messages", {"to": PATIENT, "text": "您" * 200}).json["id"]
    assert leave(store, most_parts=2) == []
    row = call("GET", f"/messages/{made}").json
    assert (row["state"], row["parts"], row["reason"]) == ("failed", 3, "it takes 3 parts, and the gateway allows 2")


@pytest.mark.parametrize(
    "body",
    [
        {"to": "nobody", "text": "x"}, {"to": "", "text": "x"}, {"to": PATIENT, "text": ""}, {"to": PATIENT},
        {"to": PATIENT, "text": "x" * 2_001}, {"to": PATIENT, "text": "x", "medium": "mail", "subject": "s"},
        {"to": "a@example.com", "text": "x"}, {"to": "a@example.com", "text": "x", "medium": "mail"},
        {"to": PATIENT, "text": "x", "subject": "s"}, {"to": PATIENT, "text": "x", "answers": "none"},
        {"to": "a@example.com\nBcc: b@example.com", "text": "x", "medium": "mail", "subject": "s"},
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused(call: Caller, body: dict[str, Any]) -> None:
    assert call("POST", "/messages", body).status_code == 422
    assert call("GET", "/messages").json["items"] == []


def test_the_do_not_contact_list_holds_for_people_too(call: Caller, store: Store) -> None:
    waits = call("POST", "/messages", {"to": PATIENT, "text": "already on its way"}).json["id"]
    entry = {"medium": "sms", "address": "138 0013 8000", "source": "person", "reason": "said so at the desk"}
    assert call("POST", "/do-not-contact", entry).status_code == 201
    assert leave(store) == []
    assert call("GET", f"/messages/{waits}").json["state"] == "stopped"
    assert call("POST", "/messages", {"to": "8613800138000", "text": "hi"}).status_code == 409
    (row,) = call("GET", "/do-not-contact?number=13800138000").json["items"]
    assert (row["address"], row["source"], row["reason"]) == (PATIENT, "person", "said so at the desk")
    assert call("GET", "/do-not-contact?medium=mail").json["items"] == []
    assert call("DELETE", "/do-not-contact/sms/13800138000").status_code == 204
    assert call("DELETE", "/do-not-contact/sms/13800138000").status_code == 404
    assert call("POST", "/messages", {"to": PATIENT, "text": "hi"}).status_code == 202
    assert call("POST", "/consents", entry | {"reason": "form of 3 May"}).status_code == 201
    told = [(each["given"], each["reason"]) for each in call("GET", "/consents").json["items"]]
    assert told == [(True, "form of 3 May"), (True, "taken off the list"), (False, "said so at the desk")]


def test_own_words_stop_and_are_answered_once(call: Caller, store: Store) -> None:
    words = {"stop": ["别吵"], "start": [], "stopped": "已退订", "resumed": ""}
    assert call("PUT", "/do-not-contact/words", words).json == words
    assert call("GET", "/do-not-contact/words").json == words
    comes(store, "别吵!")
    assert leave(store) == ["已退订"]
    (row,) = call("GET", "/do-not-contact").json["items"]
    assert (row["source"], row["reason"], bool(row["message"])) == ("message", "别吵!", True)
    assert call("PUT", "/do-not-contact/words", {"stop": [" "]}).status_code == 422


def test_a_word_starts_one_flow_of_a_number(call: Caller, store: Store) -> None:
    flow = call("POST", "/flows", {
        "callweave": 1, "name": "R", "languages": ["en"], "start": "end", "nodes": {"end": {"type": "end", "config": {}}},
    }).json["id"]  # fmt: skip
    assert call("POST", f"/flows/{flow}/publish", {"message": "m"}).status_code == 201
    given = {"kind": "sms", "flow": flow, "number": "106900", "keyword": ["挂号", "REG"]}
    made = call("POST", "/triggers", given)
    assert made.status_code == 201 and made.json["keyword"] == ["挂号", "REG"], made.text
    assert call("POST", "/triggers", given | {"keyword": "reg"}).status_code == 409
    assert call("POST", "/triggers", given | {"number": None, "keyword": "reg"}).status_code == 201
    assert call("POST", "/triggers", {"kind": "sms", "flow": flow}).json["keyword"] == []
    assert call("POST", "/triggers", {"kind": "sms", "flow": flow}).status_code == 409
    for wrong in (
        {"keyword": "。"},
        {"keyword": [""]},
        {"kind": "call", "number": "1"},
        {"kind": "call", "keyword": None, "number": None},
    ):
        assert call("POST", "/triggers", given | wrong).status_code == 422, wrong
    comes(store, "我要挂号")
    row = call("GET", "/messages").json["items"][0]
    assert row["became"] == "started" and row["session"]
    assert call("DELETE", f"/triggers/{made.json['id']}").status_code == 204


def test_a_forged_receipt_is_shown(call: Caller, store: Store) -> None:
    forged = Receipt(reference="forged", state="delivered", at=datetime.now(UTC))
    keeping().keep(store, "sms", [forged])
    assert [row["reference"] for row in call("GET", "/receipts").json["items"]] == ["forged"]


def test_another_organisation_sees_nothing_of_it(call: Caller, other: Caller, store: Store) -> None:
    made = call("POST", "/messages", {"to": PATIENT, "text": "secret"}).json["id"]
    comes(store, "STOP")
    call("PUT", "/do-not-contact/words", {"stop": ["别吵"]})
    for path in ("/messages", "/do-not-contact", "/consents", "/receipts"):
        assert other("GET", path).json["items"] == []
    assert other("GET", "/do-not-contact/words").json["stop"] == []
    assert other("GET", f"/messages/{made}").status_code == 404
    assert other("POST", f"/messages/{made}/resend").status_code == 404
    assert other("DELETE", f"/do-not-contact/sms/{PATIENT}").status_code == 404
    assert other("POST", "/messages", {"to": PATIENT, "text": "hi"}).status_code == 202, "its own list is empty"


def test_what_comes_with_a_mail_is_kept_and_goes_with_it(app: Flask, call: Caller, store: Store) -> None:
    files = tuple(
        Attached(name=name, media_type="text/html", content=content)
        for name, content in (("报告.pdf", b"%PDF-1.4 report"), ("x" * 300, b"<script>"))
    )
    mail = MailReceived(
        external_id="m", sender="Li.Na@example.com", receiver="reply@clinic.example", subject="结果", text="see there",
        at=datetime.now(UTC), attachments=files,
    )  # fmt: skip
    assert keeping().keep(store, "mail", [mail, mail]) == [None, None]
    (row,) = call("GET", "/messages?medium=mail&number=li.na@example.com").json["items"]
    assert call("GET", f"/messages/{row['id']}").json == row
    assert [(each["name"][:6], each["media_type"]) for each in row["attachments"]] == [
        ("报告.pdf", "application/pdf"), ("xxxxxx", "text/plain"),
    ]  # fmt: skip
    content = call("GET", f"/assets/{row['attachments'][0]['asset']}/content")
    assert content.data == b"%PDF-1.4 report"
    assert call("POST", f"/messages/{row['id']}/handled").status_code == 200
    folder = app.extensions["callweave"].settings.folder_assets
    assert sweep_messages(store, now_micros() + 1_000_000, Files(folder, "main"), time.monotonic() + 9) == 1
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert call("GET", f"/assets/{row['attachments'][0]['asset']}").status_code == 404
