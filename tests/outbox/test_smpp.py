"""Texts by SMPP to somebody else's message centre: cut links, SIGKILL and throttling in the middle, nothing twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host.outbox.drivers import Drivers
from engine.store import Store, gateways, tenant
from tests.outbox.conftest import answers, put, reasons, set_up, states, text, until
from tests.texting.npm_smsc import NpmSmsc

GATEWAY = {"host": "127.0.0.1", "system_id": "clinic", "secrets": {"password": "secret"}, "sender": "106900", "window": 10}
WORDS = (
    "Please come at 10:30, bring {number} [card] €.",
    "您好，复诊提醒：第{number}号，请空腹。😀",
    "A long text that goes out in parts and is one again at the phone. " * 4 + "Number {number}.",
    "这是一条很长的短信，分成几段发送，到手机上又是一条。" * 6 + "第{number}号。",
)
Drive = Callable[[], Drivers]


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[NpmSmsc]:
    made = NpmSmsc(tmp_path / "smsc").start()
    yield made
    made.close()


def wanted_texts(count: int) -> list[tuple[str, str]]:
    return [(f"1380000{number:04}", WORDS[number % 4].format(number=number)) for number in range(count)]


def connect(store: Store, smsc: NpmSmsc, **fields: Any) -> None:
    set_up(store, "sms", "sms_smpp", port=smsc.port, **{**GATEWAY, **fields})


def put_texts(store: Store, wanted: list[tuple[str, str]]) -> None:
    put(store, *(text(to, words) for to, words in wanted))


def messages(store: Store, *columns: str) -> list[Any]:
    """Columns of the ledger's rows, in the order in which they were written."""
    found = [tenant.message.c[name] for name in columns]
    with store.read() as connection:
        return list(connection.execute(sa.select(*found).order_by(tenant.message.c.id)))


def nothing_open(store: Store) -> bool:
    return not {"due", "sending"} & set(states(store))


def hold_against_each_other(store: Store, smsc: NpmSmsc, wanted: list[tuple[str, str]]) -> int:
    """Nothing is twice in the centre's ledger, and what is not there stands as unknown in ours; how many did not."""
    whole, in_part = smsc.arrived()
    assert max(Counter(whole).values()) == 1, "a text came twice"
    assert set(whole) <= set(wanted), "a text came that nobody sent"
    ended = dict(zip(wanted, states(store), strict=True))
    assert {ended[each] for each in set(wanted) - set(whole)} <= {"unknown", "dead"}
    assert all(each in whole for each, state in ended.items() if state == "done")
    assert set(in_part) <= {to for (to, _), state in ended.items() if state != "done"}
    return sum(state != "done" for state in ended.values())


def test_two_hundred_texts_arrive_once_each_and_are_receipted(store: Store, smsc: NpmSmsc, drive: Drive) -> None:
    connect(store, smsc, binds=2)
    drive()
    wanted = wanted_texts(200)
    put_texts(store, wanted)
    until(lambda: states(store) == ["done"] * 200)
    whole, in_part = smsc.arrived()
    assert Counter(whole) == Counter(wanted) and not in_part
    assert {event.state for event in answers(store)} == {"sent"}
    until(lambda: {row.state for row in messages(store, "state")} == {"delivered"})
    assert len(smsc.receipted()) == len(smsc.ledger())


@pytest.mark.parametrize("form", ["decimal", "tlv", "payload"])
def test_receipts_of_any_form_find_their_texts(store: Store, smsc: NpmSmsc, drive: Drive, form: str) -> None:
    smsc.tell(form=form)
    connect(store, smsc, **({"message_ids": "hex_then_decimal"} if form == "decimal" else {}))
    drive()
    put(store, *(text(f"138{number}", "好" * 75, until="delivered") for number in range(9)))
    until(lambda: {row.state for row in messages(store, "state")} == {"delivered"})
    until(lambda: [event.state for event in answers(store)] == ["delivered"] * 9)


def test_links_that_are_cut_lose_nothing_that_is_not_shown(store: Store, smsc: NpmSmsc, drive: Drive) -> None:
    connect(store, smsc, binds=2)
    drive()
    wanted = wanted_texts(600)
    put_texts(store, wanted)
    for cuts in range(1, 5):
        until(lambda cuts=cuts: len(smsc.ledger()) > 150 * cuts or nothing_open(store))  # type: ignore[misc]
        smsc.tell(cut=True)
    until(lambda: nothing_open(store), 120)
    assert hold_against_each_other(store, smsc, wanted) <= 4 * 20, "at most the windows, each time"


def test_a_centre_that_is_killed_and_comes_back(store: Store, smsc: NpmSmsc, drive: Drive) -> None:
    connect(store, smsc)
    drive()
    wanted = wanted_texts(400)
    put_texts(store, wanted)
    until(lambda: len(smsc.ledger()) > 200)
    smsc.kill()
    time.sleep(2)
    assert not nothing_open(store)
    smsc.start()
    until(lambda: nothing_open(store), 120)
    assert hold_against_each_other(store, smsc, wanted) <= 10


def test_fifty_a_second_and_no_more(store: Store, smsc: NpmSmsc, drive: Drive) -> None:
    smsc.tell(per_second=50)
    connect(store, smsc, window=50)
    drive()
    wanted = [(f"138{number:04}", "您好") for number in range(300)]
    put_texts(store, wanted)
    until(lambda: states(store) == ["done"] * 300, 60)
    assert Counter(smsc.arrived()[0]) == Counter(wanted)
    assert smsc.state()["throttled"] < 150, "it is spoken to slowly"


def test_it_listens_though_nothing_is_due_and_is_closed_when_it_is_set_up_no_more(
    store: Store, smsc: NpmSmsc, drive: Drive
) -> None:
    drive()
    connect(store, smsc)
    until(lambda: smsc.state()["bound"] == 1, 10)
    time.sleep(7)
    assert smsc.state()["bound"] == 1, "idle drivers of other gateways have gone"
    connect(store, smsc, binds=3)
    until(lambda: smsc.state()["bound"] == 3, 10)
    put(store, text("13800000001", "hello"))
    until(lambda: states(store) == ["done"], 2)
    with store.begin() as connection:
        gateways.remove(connection, "sms")
    until(lambda: smsc.state()["bound"] == 0, 10)


def test_a_set_up_that_was_wrong_and_is_mended(store: Store, smsc: NpmSmsc, drive: Drive) -> None:
    connect(store, smsc, secrets={"password": "wrong"})
    drive()
    put(store, text("13800000001", "hello"), text("13800000002", "hello"))
    until(lambda: any("ESME_RINVPASWD" in (reason or "") for reason in reasons(store)))
    time.sleep(10)  # it is left alone for longer and longer
    connect(store, smsc)
    until(lambda: smsc.state()["bound"] == 1, 5)
    until(lambda: states(store) == ["done"] * 2, 30)


def test_long_texts_that_come_in_are_whole(store: Store, smsc: NpmSmsc, drive: Drive) -> None:
    connect(store, smsc)
    drive()
    until(lambda: smsc.state()["bound"] == 1, 10)
    words = "我想预约下周三上午的心内科专家门诊，请问还有号吗？" * 5
    pieces = [words[:60], words[60:120], words[120:]]
    parts = [{"udh": f"0500032a03{n:02x}", "text": each, "coding": 8, "pdu": {"esm_class": 0x40}} for n, each in enumerate(pieces, 1)]
    assert smsc.deliver(parts[2], parts[0], parts[0], parts[1]) == [0] * 4
    sar = [{"text": each, "coding": 8, "pdu": {"sar_msg_ref_num": 300, "sar_total_segments": 3, "sar_segment_seqnum": n}} for n, each in enumerate(pieces, 1)]
    assert smsc.deliver(*sar, sender="13800000002") == [0] * 3
    assert smsc.deliver({"text": "好的", "coding": 8}, sender="13800000003") == [0]
    until(lambda: len([row for row in messages(store, "direction", "text") if row.direction == "in"]) == 3)
    found = {row.sender: row.text for row in messages(store, "sender", "text", "direction") if row.direction == "in"}
    assert sorted(found.values(), key=len) == ["好的", words, words]
