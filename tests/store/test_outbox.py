"""The outbox's rows: claimed once, lane by lane, ended once, and unreadable where they hold secrets."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from engine.commands import Command, HttpRequest, SendSms
from engine.host.outbox.registry import row_of
from engine.secret import Secret
from engine.store import Store, Stores, new_id, outbox, sealing, tenant
from engine.store.outbox import Ending, OutboxRow
from engine.store.sealing import CannotOpen, Seal


def put(store: Store, commands: Sequence[Command], session: bytes | None = None) -> list[OutboxRow]:
    identity = session or new_id()
    with store.begin() as connection:
        connection.execute(
            tenant.session.insert().values(
                id=identity, flow_id=new_id(), version=1, status="waiting", rev=1, state=b"", owner_epoch=0,
                started_at=1, updated_at=1,
            )
        )  # fmt: skip
        rows = [row_of(identity, _numbered(command, number), 10) for number, command in enumerate(commands)]
        outbox.insert(connection, rows)
    return rows


def _numbered(command: Any, number: int) -> Any:
    return msgspec.structs.replace(command, id=str(number))


def text(to: str) -> SendSms:
    return SendSms(to=to, text="hello")


def claim(store: Store, *, at: int = 20, epoch: int = 1, limit: int = 100, gateway: str = "sms") -> list[OutboxRow]:
    with store.begin() as connection:
        return outbox.claim(connection, gateway, at=at, epoch=epoch, limit=limit)


def end(store: Store, row: OutboxRow, state: Any, *, epoch: int = 1, **fields: Any) -> bool:
    with store.begin() as connection:
        ending = Ending(id=row.id, state=state, **fields)
        return row.id in outbox.end(connection, [ending], epoch=epoch, at=30)


def test_a_lane_gives_one_at_a_time_in_order(stores: Stores) -> None:
    store = stores.tenant("main")
    a, b, c, d = put(store, [text("1"), text("1"), text("2"), text("1")])
    assert [row.id for row in claim(store)] == [a.id, c.id]
    assert claim(store) == []
    assert end(store, a, "due", due_at=50)
    assert claim(store, at=40) == [], "the first is held up, and those behind it wait"
    assert [row.id for row in claim(store, at=60)] == [a.id]
    assert end(store, a, "dead")
    assert [row.id for row in claim(store)] == [b.id], "what has failed holds nobody up"
    assert end(store, b, "done")
    assert [row.id for row in claim(store)] == [d.id]


def test_a_claim_counts_attempts_and_gives_no_more_than_asked(stores: Stores) -> None:
    store = stores.tenant("main")
    put(store, [text(str(number)) for number in range(5)])
    taken = claim(store, limit=3, epoch=7)
    assert [(row.attempts, row.state, row.epoch) for row in taken] == [(1, "sending", 7)] * 3
    assert len(claim(store, limit=3)) == 2
    assert claim(store, gateway="http") == []


def test_only_who_has_it_in_hand_ends_it(stores: Stores) -> None:
    store = stores.tenant("main")
    put(store, [text("1")])
    [row] = claim(store, epoch=3)
    assert not end(store, row, "done", epoch=2) and not end(store, row, "done", epoch=4)
    assert end(store, row, "done", epoch=3, reference="gateway-17")
    assert not end(store, row, "done", epoch=3), "it has ended"
    with store.read() as connection:
        found = outbox.by_command(connection, row.session_id, row.command_id)
    assert found is not None and (found.state, found.reference) == ("done", "gateway-17")


def test_what_an_earlier_epoch_left_is_taken_over_and_its_late_truth_is_noted(stores: Stores) -> None:
    store = stores.tenant("main")
    put(store, [text("1"), text("2")])
    first, second = claim(store, epoch=3)
    with store.begin() as connection:
        assert outbox.abandoned(connection, "sms", epoch=3) == []
        left = outbox.abandoned(connection, "sms", epoch=4)
        assert {row.id for row in left} == {first.id, second.id}
        endings = [Ending(id=row.id, state="unknown", reason="unknown: died") for row in left]
        assert len(outbox.end(connection, endings, epoch=4, at=30)) == 2
        assert outbox.abandoned(connection, "sms", epoch=5) == []
    assert not end(store, second, "due", epoch=3), "what is unknown does not leave again by itself"
    assert not end(store, first, "done", epoch=3), "its session has had its answer"
    with store.read() as connection:
        states = list(connection.scalars(sa.select(tenant.outbox.c.state).order_by(tenant.outbox.c.id)))
    assert states == ["done", "unknown"], "who had it in hand knows after all"


def test_what_has_not_left_can_be_cancelled(stores: Stores) -> None:
    store = stores.tenant("main")
    a, b, c = put(store, [text("1"), text("2"), text("3")])
    with store.begin() as connection:
        outbox.claim(connection, "sms", at=20, epoch=1, limit=1)
        assert outbox.cancel(connection, a.session_id, at=30, command_id=a.command_id) == 0
        assert outbox.cancel(connection, a.session_id, at=30, command_id=b.command_id) == 1
        assert outbox.cancel(connection, a.session_id, at=30) == 1
    assert claim(store) == []
    assert c.state == "due"


def test_two_who_claim_together_never_get_the_same(stores: Stores) -> None:
    store = stores.tenant("main")
    put(store, [text(str(number)) for number in range(200)])
    got: list[bytes] = []

    def work() -> None:
        while rows := claim(store, limit=7):
            got.extend(row.id for row in rows)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got))
    got.extend(row.id for row in claim(store))
    assert len(set(got)) == 200


def test_bodies_with_secrets_are_sealed_for_their_tenant_alone(stores: Stores) -> None:
    store, other = stores.tenant("main"), stores.tenant("other")
    put(
        store,
        [HttpRequest(method="POST", url="u", headers={"A": Secret("hunter2")}), HttpRequest(method="POST", url="u")],
    )
    with store.read() as connection:
        sealed, plain = connection.scalars(sa.select(tenant.outbox.c.body).order_by(tenant.outbox.c.id))
    assert b"hunter2" not in sealed and b"http_request" in plain
    rows = claim(store, gateway="http")
    assert b"hunter2" in rows[0].body
    with other.begin() as connection, pytest.raises(CannotOpen):
        sealing.seal_of(connection).open(sealed)


def test_a_new_key_closes_and_old_ones_open() -> None:

    old, new = Fernet.generate_key(), Fernet.generate_key()
    sealed = Seal("main", [old]).close(b"x")
    assert Seal("main", [new, old]).open(sealed) == b"x"
    for seal in (Seal("main", [new]), Seal("other", [old]), Seal("main", [])):
        with pytest.raises(CannotOpen):
            seal.open(sealed)


def test_a_body_that_cannot_be_opened_says_so(stores: Stores) -> None:
    store = stores.tenant("main")
    put(store, [HttpRequest(method="POST", url="u", headers={"A": Secret("x")})])
    with store.begin() as connection:
        connection.execute(tenant.outbox.update().values(body=b"gAAAAbroken"))
    [row] = claim(store, gateway="http")
    assert row.body == b"" and row.reason == "sealed with a key that is not here, or changed since"
