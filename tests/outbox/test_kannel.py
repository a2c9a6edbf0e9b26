"""Texts through a real Kannel: each arrives once at the SMSC, whole, in any script, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.host.outbox.drivers import Drivers
from engine.store import Store
from tests.outbox.conftest import answers, put, set_up, states, text, until
from tests.outbox.kannel import GATEWAY, Kannel


@pytest.fixture
def kannel(tmp_path: Path) -> Iterator[Kannel]:
    made = Kannel(tmp_path / "kannel")
    yield made
    made.close()


WORDS = (
    "Please come at 10:30, bring {number} [card].",
    "您好，复诊提醒：第{number}号，请空腹。",
    "A long text that goes out in parts and is one again at the phone. " * 4 + "Number {number}.",
    "这是一条很长的短信，分成几段发送，到手机上又是一条。" * 6 + "第{number}号。",
)


def test_two_hundred_texts_arrive_once_each(store: Store, kannel: Kannel, drive: Callable[[], Drivers]) -> None:
    kannel.start()
    set_up(store, "sms", "sms_http", url=kannel.url, **GATEWAY)
    wanted = [(f"1380000{number:04}", WORDS[number % 4].format(number=number)) for number in range(200)]
    drive()
    put(store, *(text(to, words) for to, words in wanted))
    until(lambda: states(store) == ["done"] * 200, 60)
    until(lambda: len(kannel.arrived()) >= 200, 60)
    assert Counter(kannel.arrived()) == Counter(wanted)
    assert {event.state for event in answers(store)} == {"sent"}


def test_texts_to_one_number_arrive_in_order(store: Store, kannel: Kannel, drive: Callable[[], Drivers]) -> None:
    kannel.start()
    set_up(store, "sms", "sms_http", url=kannel.url, **GATEWAY)
    drive()
    words = [f"Number {number}" for number in range(20)]
    put(store, *(text("13800000000", each) for each in words))
    until(lambda: len(kannel.arrived()) >= 20, 60)
    assert [each for _, each in kannel.arrived()] == words


def test_kannel_is_away_and_comes_back(store: Store, kannel: Kannel, drive: Callable[[], Drivers]) -> None:
    kannel.start(smsbox=False)
    set_up(store, "sms", "sms_http", url=kannel.url, **GATEWAY)
    drive()
    wanted = [(f"1380000{number:04}", f"Number {number}") for number in range(10)]
    put(store, *(text(to, words) for to, words in wanted))
    until(lambda: "due" in states(store))
    kannel.start_smsbox()
    until(lambda: states(store) == ["done"] * 10, 60)
    until(lambda: len(kannel.arrived()) >= 10, 60)
    assert Counter(kannel.arrived()) == Counter(wanted)


def test_a_wrong_password_is_refused_in_plain_words(
    store: Store, kannel: Kannel, drive: Callable[[], Drivers]
) -> None:
    kannel.start()
    wrong = {**GATEWAY, "secrets": {"password": "not-the-one"}}
    set_up(store, "sms", "sms_http", url=kannel.url, **wrong)
    drive()
    put(store, text("13800000000", "hello"))
    until(lambda: states(store) == ["dead"], 60)
    [event] = answers(store)
    assert event.reason.startswith("403: ") and "not-the-one" not in event.reason
    assert kannel.arrived() == []
