"""Texts that come in go where a person would expect: docs/messages.md has the table that is tested here."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.gateway import NotNow, Unsure
from engine.adapters.message_news import PartOf, Receipt, TextReceived
from engine.host.outbox import answers
from engine.host.retention import sweep_messages
from engine.store import Stores, do_not_contact, messages, now_micros, outbox, own_settings, receipts, triggers
from engine.store.files import Files
from engine.store.own_settings import StopWords
from engine.store.tenant import message_part
from tests.host.conftest import publish
from tests.host.texts import EPOCH, OURS, PATIENT, House


@pytest.fixture
def house(stores: Stores) -> House:
    return House(stores.tenant("main"))


REGISTER: dict[str, Any] = {
    "callweave": 1, "name": "Register", "languages": ["en"], "start": "thank",
    "nodes": {
        "thank": {"type": "send_sms", "config": {"to": "{{ contact.phone }}", "text": "You wrote {{ message.text }}"},
                  "outlets": {"sent": "end", "failed": "end"}},
        "end": {"type": "end"},
    },
}  # fmt: skip


UNTIL_DELIVERED: dict[str, Any] = {
    "callweave": 1, "name": "Until", "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {"type": "send_sms", "config": {"to": PATIENT, "text": "hello", "until": "delivered"},
                "outlets": {"sent": "end", "failed": "end"}},
        "end": {"type": "end"},
    },
}  # fmt: skip


@pytest.mark.parametrize("sender", ["+8613800138000", "8613800138000", "13800138000", "0086 138-0013-8000"])
@pytest.mark.parametrize("asked", ["138 0013 8000", "+8613800138000", "１３８００１３８０００"])
def test_an_answer_finds_its_question_in_any_spelling(house: House, sender: str, asked: str) -> None:
    session = house.ask("1", "2", to=asked)
    row = house.comes("2。", sender=sender)
    assert (row.became, row.session_id, house.outlet(session)) == ("answered", session, "2")


@pytest.mark.parametrize("text", ["2。", "two", "２", "第二个", "2) please", "「2」"])
def test_two_flows_ask_at_once_and_both_are_answered(house: House, text: str) -> None:
    first, second = house.ask("1", "2"), house.ask("1", "2")
    house.comes(text, id="a")
    house.later(3)
    house.comes(text, id="b")  # nothing was served between the two
    assert [row.session_id for row in house.inward()] == [first, second]
    assert (house.outlet(first), house.outlet(second)) == ("2", "2")


def test_an_answer_goes_to_the_question_whose_choices_it_fits(house: House) -> None:
    first, second = house.ask("1", "2"), house.ask("yes", "no")
    assert house.comes("1").session_id == first
    assert house.comes("no").session_id == second


def test_what_fits_nothing_asks_the_last_question_again(house: House) -> None:
    first, second = house.ask("1", "2"), house.ask("yes", "no")
    assert house.comes("perhaps").session_id == second
    assert [command.text for command in (house.serve(), house.deliver())[1]] == ["Ask?"]
    assert (house.outlet(first), house.outlet(second)) == (None, None)


def test_an_answer_goes_to_who_asked_from_that_number(house: House) -> None:
    first = house.ask("1", "2")
    house.rules = type(house.rules)(sender="106911")
    second = house.ask("1", "2")
    assert house.comes("1", to=OURS).session_id == first
    assert house.comes("1", to="106911").session_id == second


def test_a_late_answer_is_shown_to_a_person_with_its_session(house: House) -> None:
    session = house.ask("1", "2", timeout="1s")
    while house.outlet(session) is None:
        time.sleep(0.05)
    assert house.outlet(session) == "timed_out"
    row = house.comes("1")
    assert (row.became, row.session_id, row.reason) == ("inbox", session, "no question was open any more")


def test_the_same_twice_counts_once(house: House) -> None:
    session = house.ask("1", "2")
    house.comes("1", id="same")
    house.comes("1", id="same")
    assert [row.became for row in house.inward()] == ["answered"]
    assert house.comes("1", id="another").became == "doubled"
    house.later(3)
    assert house.comes("1", id="third").became == "inbox", "a second one, typed by hand, after the question has gone on"
    assert house.outlet(session) == "1"


def test_somebody_elses_text_answers_nothing(house: House) -> None:
    session = house.ask("1", "2")
    assert house.comes("1", sender="13900139000").became == "inbox"
    assert house.outlet(session) is None


@pytest.mark.parametrize("word", ["STOP", "td", "ＴＤ", "退订", "退订。", " Stop! ", "别吵"])
def test_who_says_stop_gets_nothing_more_from_any_flow(house: House, word: str) -> None:
    with house.store.begin() as connection:
        own_settings.put(connection, "stop_words", StopWords(stop=("别吵",), stopped="已退订"), at=now_micros())
    assert house.comes(word).became == "stopped"
    assert [command.text for command in house.deliver()] == ["已退订"]
    assert house.comes(word).became in ("stopped", "doubled")
    assert house.deliver() == [], "one confirmation is enough"
    session = house.ask("1", "2")
    house.serve()
    assert house.outlet(session) == "failed"
    assert house.outward()[0].state == "stopped" and "do-not-contact" in (house.outward()[0].reason or "")
    with house.store.read() as connection:
        (consent,) = do_not_contact.consents(connection, before=None, limit=9, equal={})
    assert (consent.given, consent.source, consent.address) == (False, "message", PATIENT)


def test_who_wants_texts_again_gets_them(house: House) -> None:
    house.comes("STOP")
    assert house.comes("订阅").became == "resumed"
    session = house.ask("1", "2")
    assert house.comes("1").session_id == session
    with house.store.read() as connection:
        assert [each.given for each in do_not_contact.consents(connection, before=None, limit=9, equal={})] == [
            True,
            False,
        ]


def test_stop_leaves_the_open_question_open_and_an_answer_after_it_counts(house: House) -> None:
    session = house.ask("1", "2")
    house.comes("STOP")
    assert house.comes("2").session_id == session
    assert house.outlet(session) == "2"


def test_a_plain_stop_stops_even_where_a_question_takes_it_and_is_its_answer(house: House) -> None:
    session = house.ask("yes", "STOP")
    row = house.comes("stop")
    assert (row.became, row.session_id, house.outlet(session)) == ("stopped", session, "STOP")


def test_a_word_that_may_stop_or_answer_answers_where_it_is_a_choice(house: House) -> None:
    session = house.ask("确认", "取消")
    assert house.comes("取消").session_id == session
    house.later(3)
    assert house.comes("取消").became == "stopped", "nobody asks any more"


def test_a_keyword_starts_its_flow_and_the_text_is_known_there(house: House) -> None:
    flow = publish(house.store, REGISTER)
    with house.store.begin() as connection:
        triggers.bind_sms(connection, flow_id=flow, number="", words=("挂号", "REG"), at=now_micros())
    for text in ("挂号", "我要挂号", "Reg cardio", "ｒｅｇ"):
        row = house.comes(text)
        assert row.became == "started", text
        house.serve()
        assert [command.text for command in house.deliver()] == [f"You wrote {text}"]
        house.later(3)
    assert house.comes("不要挂号").became == "inbox"
    question = house.ask("1", "2")
    assert house.comes("REG").became == "started", "a keyword is more than an answer that fits nothing"
    assert house.outlet(question) is None


def test_a_trigger_of_a_number_takes_what_is_sent_there(house: House) -> None:
    flow = publish(house.store, REGISTER)
    with house.store.begin() as connection:
        triggers.bind_sms(connection, flow_id=flow, number="106911", words=(), at=now_micros())
    assert house.comes("hello", to="106911").became == "started"
    assert house.comes("hello", to=OURS).became == "inbox"


def test_wait_for_takes_what_meets_its_condition_and_nothing_else(house: House) -> None:
    wait = {
        "callweave": 1, "name": "Wait", "languages": ["en"], "start": "ask",
        "nodes": {
            "ask": {"type": "wait_for", "config": {"what": "message", "when": "message.text contains 'ill'"},
                    "outlets": {"received": "end"}},
            "end": {"type": "end"},
        },
    }  # fmt: skip
    session = house.begin(wait)
    question = house.ask("1", "2")
    assert house.comes("I am ill", sender="13800138000").session_id == session
    assert house.comes("I am well").session_id == question, "it asks again"


# --- long texts and hostile ones


def test_parts_in_any_order_are_one_answer(house: House) -> None:
    session = house.ask("yes, I will come to the hospital", "no")
    house.keep(house.part("the hospital", 2, 2))
    assert house.inward() == []
    house.keep(house.part("yes, I will come to ", 1, 2))
    assert house.outlet(session) == "yes, I will come to the hospital"
    house.keep(house.part("the hospital", 2, 2), house.part("yes, I will come to ", 1, 2))
    assert len(house.inward()) == 1, "a carrier brought the parts again"


def test_parts_that_never_complete_are_shown_and_answer_nothing(house: House) -> None:
    session = house.ask("1", "2")
    house.keep(house.part("1", 1, 2))
    assert house.keeping.sweep(house.store, ["sms"]) == 0
    with house.store.begin() as connection:
        connection.execute(message_part.update().values(at=message_part.c.at - 13 * 3600 * 1_000_000))
    assert house.keeping.sweep(house.store, ["sms"]) == 1
    (row,) = house.inward()
    assert (row.became, row.text, row.reason) == ("inbox", "1[…]", "1 of its 2 parts never came")
    assert house.outlet(session) is None


def test_ten_thousand_parts_and_headers_that_lie(house: House) -> None:
    house.keep(house.part("1", 9, 10_000), house.part("2", 0, 3), house.part("3", 5, 3), house.part("4", 1, 0))
    assert {row.became for row in house.inward()} == {"inbox"}
    assert "part 9 of 10000" in (house.inward()[-1].reason or "")
    house.keep(*(house.part("x", 1, 255, reference=each) for each in range(320)))
    shown = [row for row in house.inward() if row.text.startswith("x")]
    assert len(shown) == 20, "a sender has 300 parts waiting at most"


def test_a_huge_text_and_one_with_template_code_are_shown_and_never_run(house: House) -> None:
    session = house.ask("1", "2")
    row = house.comes("1" + " " * 30_000)
    assert row.became == "inbox" and len(row.text) == 20_000
    row = house.comes("{{ secrets.password }}{% for i in record.all %}x{% endfor %}\0\ud83d")
    assert row.text.startswith("{{ secrets.password }}") and row.text.endswith("\ufffd") and "\0" not in row.text
    assert house.outlet(session) is None


@pytest.mark.parametrize("bad", ["\0", "\ud83d", "x" * 5_000, "'; drop table message; --", "{{ 7 | times: 7 }}"])
def test_whatever_a_gateway_says_is_kept_and_nothing_more(house: House, bad: str) -> None:
    at = datetime.now(UTC)
    house.keep(
        TextReceived(external_id=bad, sender=bad, receiver=bad, text=bad, at=at),
        TextReceived(external_id=bad, sender=bad, receiver=bad, text=bad, at=at),
        TextReceived(
            external_id="p",
            sender=bad,
            receiver=bad,
            text=bad,
            at=at,
            part=PartOf(reference=1 << 40, number=1, total=2),
        ),
        Receipt(reference=bad, state="delivered", at=at, reason=bad, receiver=bad),
    )
    assert house.inward()[-1].became == "inbox"
    assert {row.became for row in house.inward()[:-1]} <= {"doubled"}


# --- receipts


def test_a_session_waits_until_the_phone_has_it(house: House) -> None:
    for state, outlet, stands in (("delivered", "sent", "delivered"), ("expired", "failed", "failed")):
        session = house.begin(UNTIL_DELIVERED)
        assert house.outlet(session) is None
        row = house.outward()[0]
        assert row.state == "sent" and row.reference is not None
        house.keep(Receipt(reference=row.reference, state="buffered", at=datetime.now(UTC)))
        assert house.outward()[0].state == "sent"
        house.keep(Receipt(reference=row.reference, state=state, at=datetime.now(UTC), reason="err 5"))  # type: ignore[arg-type]
        assert (house.outlet(session), house.outward()[0].state) == (outlet, stands)
        house.keep(Receipt(reference=row.reference, state="failed", at=datetime.now(UTC)))
        assert house.outward()[0].state == stands, "what is final stays"


@pytest.mark.parametrize("prefix", ["id-", "ID-"])
def test_a_receipt_that_comes_before_the_answer_is_not_lost(house: House, prefix: str) -> None:
    session = house.begin(UNTIL_DELIVERED, leave=False)
    ready, _ = house.hand()
    reference = f"id-{ready[0].row.key}"
    house.keep(Receipt(reference=prefix + reference[3:], state="delivered", at=datetime.now(UTC)))
    assert (house.outward()[0].state, house.outlet(session)) == ("sending", None)
    house.finish(ready)
    early = prefix == "id-"
    assert house.outward()[0].state == ("delivered" if early else "sent")
    assert house.outlet(session) == ("sent" if early else None)


@pytest.mark.parametrize("first", [True, False])
def test_a_receipt_that_names_our_key_tells_what_became_of_an_unknown_text(house: House, first: bool) -> None:
    house.begin(UNTIL_DELIVERED, leave=False)
    ready, _ = house.hand()
    receipt = Receipt(reference=ready[0].row.key, state="delivered", at=datetime.now(UTC))
    if first:
        house.keep(receipt)
    answers.write(house.store, [answers.unsure(ready[0].row, Unsure("no answer"), tries=1)], epoch=EPOCH)
    if not first:
        assert house.outward()[0].state == "unknown"
        house.keep(receipt)
    assert house.outward()[0].state == "delivered"
    with house.store.read() as connection:
        assert receipts.unmatched(connection, limit=9) == []


def test_who_knows_after_all_has_the_gateways_own_id(house: House) -> None:
    house.begin(UNTIL_DELIVERED, leave=False)
    ready, _ = house.hand()
    answers.write(house.store, [answers.unsure(ready[0].row, Unsure("another took over"), tries=1)], epoch=EPOCH)
    house.finish(ready)
    house.keep(Receipt(reference=f"id-{ready[0].row.key}", state="delivered", at=datetime.now(UTC)))
    assert house.outward()[0].state == "delivered"


@pytest.mark.parametrize(("given", "reported"), [("ff", "255"), ("255", "FF"), ("255", "0000255")])
@pytest.mark.parametrize("first", [True, False])
def test_ids_in_another_number_system_are_the_same(house: House, given: str, reported: str, first: bool) -> None:
    house.ask("1", "2")
    row = house.outward()[0]
    others = Receipt(reference=reported, state="delivered", at=datetime.now(UTC), receiver="13900000000")
    own = Receipt(reference=reported, state="delivered", at=datetime.now(UTC), receiver="8613800138000")
    if first:
        house.keep(own)
    with house.store.begin() as connection:
        receipts.made(connection, "sms", [receipts.Given(row.id, (given,))], at=now_micros())
    assert row.reference is not None
    house.keep(others, Receipt(reference=row.reference, state="delivered", at=datetime.now(UTC)))
    assert house.outward()[0].state == ("delivered" if first else "sent")
    house.keep(own)
    assert house.outward()[0].state == "delivered"


def test_a_text_is_delivered_when_all_its_parts_are(house: House) -> None:
    house.ask("1", "2")
    row = house.outward()[0]
    with house.store.begin() as connection:
        receipts.made(connection, "sms", [receipts.Given(row.id, ("id-1", "id-2"))], at=now_micros())
    assert row.reference is not None
    for reference in (row.reference, "id-1"):
        house.keep(Receipt(reference=reference, state="delivered", at=datetime.now(UTC)))
        assert house.outward()[0].state == "sent"
    house.keep(Receipt(reference="id-2", state="delivered", at=datetime.now(UTC)))
    assert house.outward()[0].state == "delivered"


def test_a_forged_receipt_changes_nothing_and_is_shown(house: House) -> None:
    house.ask("1", "2")
    before = house.outward()
    house.keep(Receipt(reference="made up", state="failed", at=datetime.now(UTC), reason="\0x" * 500))
    assert house.outward() == before
    with house.store.read() as connection:
        assert [each.reference for each in receipts.unmatched(connection, limit=9)] == ["made up"]


def test_news_that_cannot_be_kept_is_nobody_elses_trouble(house: House) -> None:
    good = TextReceived(external_id="g", sender=PATIENT, receiver=OURS, text="hi", at=datetime.now(UTC))
    broken = TextReceived(external_id="b", sender=PATIENT, receiver=OURS, text="hi", at=None)  # type: ignore[arg-type]
    assert [error is None for error in house.keeping.keep(house.store, "sms", [broken, good])] == [False, True]
    assert [row.text for row in house.inward()] == ["hi"]


def test_an_answer_to_a_session_that_has_just_gone_on_is_for_a_person(house: House) -> None:
    session = house.ask("1", "2", tries=1)
    house.comes("perhaps")
    assert house.comes("1").became == "answered", "nothing was served between the two"
    assert house.outlet(session) == "other"
    assert [(row.became, row.session_id) for row in house.inward()] == [("inbox", session), ("answered", session)]


def test_a_question_that_times_out_before_it_left_does_not_leave(house: House) -> None:
    session = house.begin(UNTIL_DELIVERED, leave=False)
    ready, _ = house.hand()
    answers.write(house.store, [answers.not_now(ready[0].row, NotNow("busy", after=60), tries=9)], epoch=1)
    assert house.outward()[0].state == "queued"
    with house.store.begin() as connection:
        outbox.cancel(connection, session, at=now_micros())
    row = house.outward()[0]
    assert (row.state, row.reason) == ("stopped", "withdrawn: nobody waits for it any more")


def test_old_messages_go_with_their_receipts_but_not_what_nobody_has_read(house: House, tmp_path: Path) -> None:
    house.ask("1", "2")
    house.comes("perhaps", sender="13900139000")
    assert sweep_messages(house.store, now_micros() + 1_000_000, Files(tmp_path, "main"), time.monotonic() + 9) == 1
    assert house.outward() == [] and len(house.inward()) == 1
    with house.store.begin() as connection:
        assert messages.handle(connection, house.inward()[0].id, by="me", at=now_micros())
    assert sweep_messages(house.store, now_micros() + 1_000_000, Files(tmp_path, "main"), time.monotonic() + 9) == 1
