"""The drivers keep the ledger: what they sent, what they stopped, and what another left on its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.host.outbox.drivers import Drivers
from engine.host.settings import Settings
from engine.host.texting.sending import take_in_hand
from engine.store import Store, do_not_contact, messages, now_micros, outbox
from engine.store.do_not_contact import Entry
from engine.store.messages import MessageRow
from engine.texting.outgoing import Rules
from tests.outbox.conftest import answers, put, set_up, states, text, until

Drive = Callable[[], Drivers]


def ledger(store: Store) -> list[MessageRow]:
    with store.read() as connection:
        return messages.page(connection, before=None, limit=1_000)[::-1]


def sent(settings: Settings) -> list[str]:
    path: Path = settings.data / "sent" / "main" / "sms.jsonl"
    return [msgspec.json.decode(line)["text"] for line in path.read_bytes().splitlines()] if path.exists() else []


def test_each_text_stands_in_the_ledger_as_it_left(store: Store, settings: Settings, drive: Drive) -> None:
    set_up(store, "sms", "sms_file", signature="市医院", price="0.045", currency="CNY", most_parts=2)
    ids = put(store, text("13800138000", "您好"), text("13900139000", "您" * 70), text("13700137000", "您" * 200))
    drive()
    until(lambda: states(store) == ["done", "done", "dead"])
    assert sent(settings) == ["【市医院】您好", "【市医院】" + "您" * 70]
    found = ledger(store)
    assert [row.id for row in found] == ids
    assert [(row.state, row.parts, row.price) for row in found] == [
        ("sent", 1, 45_000), ("sent", 2, 90_000), ("failed", 4, 180_000),
    ]  # fmt: skip
    assert found[2].reason == "it takes 4 parts, and the gateway allows 2"
    assert all(row.session_id and row.queued_at and row.sending_at for row in found)
    assert found[0].reference and not found[2].reference
    assert [event.type for event in answers(store)].count("message_sent") == 2


def test_who_is_on_the_list_gets_nothing_and_his_session_is_told(store: Store, settings: Settings, drive: Drive) -> None:
    set_up(store, "sms", "sms_file")
    with store.begin() as connection:
        entry = Entry(medium="sms", address="+8613800138000", source="person", at=now_micros())
        assert do_not_contact.add(connection, entry)
    put(store, text("138-0013-8000", "no"), text("13900139000", "yes"))
    drive()
    until(lambda: states(store) == ["cancelled", "done"])
    assert sent(settings) == ["yes"]
    assert [row.state for row in ledger(store)] == ["stopped", "sent"]
    assert sorted(getattr(event, "reason", "") for event in answers(store)) == [
        "", "stopped: the address is on the do-not-contact list",
    ]  # fmt: skip


def test_what_a_driver_left_on_its_way_is_unknown(store: Store, settings: Settings, drive: Drive) -> None:
    set_up(store, "sms", "sms_file")
    put(store, text("13800138000", "perhaps"))
    at = now_micros()
    with store.begin() as connection:
        rows = outbox.claim(connection, "sms", at=at, epoch=0, limit=9)
        take_in_hand(connection, "sms", rows, Rules(), country="CN", at=at)
    assert [row.state for row in ledger(store)] == ["sending"]
    drive()
    until(lambda: states(store) == ["unknown"])
    (row,) = ledger(store)
    assert (row.state, sent(settings)) == ("unknown", [])
    assert row.unknown_at and row.reason and row.reason.startswith("unknown: ")
