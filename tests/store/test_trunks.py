"""Trunks in the control database: who may call now, over all engines."""

from __future__ import annotations

import threading

from engine.store import Stores, trunks
from engine.store.times import SECOND
from engine.store.trunks import OwnNumber, Wait
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk

AT = 1_000_000 * SECOND


def made(stores: Stores, name: str = "telco", **limits: float | None) -> bytes:
    wanted = Trunk(
        id=b"", tenant="main", name=name, config=TrunkConfig(host="sip.example", register=False),
        at_once=limits.get("at_once"), per_second=limits.get("per_second"),  # type: ignore[arg-type]
    )  # fmt: skip
    with stores.control.begin() as connection:
        trunks.put(connection, wanted, secret=b"sealed", keep_secret=False, at=AT)
        row = trunks.get(connection, "main", name)
    assert row is not None
    return row.trunk.id


def take(stores: Stores, identity: bytes, leg: str, at: int = AT) -> Wait | None:
    with stores.control.begin() as connection:
        return trunks.take(connection, identity, leg=leg, owner="asterisk a", at=at)


def test_calls_at_once(stores: Stores) -> None:
    identity = made(stores, at_once=2)
    assert [take(stores, identity, leg) for leg in ("a", "b", "b", "c")] == [None, None, None, Wait(0.0)]
    with stores.control.begin() as connection:
        assert trunks.in_use(connection, "main") == {identity: 2}
        assert trunks.free(connection, "a")
        assert not trunks.free(connection, "a")
    assert take(stores, identity, "c") is None


def test_calls_a_second_are_spaced(stores: Stores) -> None:
    identity = made(stores, per_second=2)
    assert take(stores, identity, "a") is None
    assert take(stores, identity, "b") == Wait(0.5)
    assert take(stores, identity, "b", AT + SECOND // 2) is None
    assert take(stores, identity, "c", AT + 20 * SECOND) is None
    assert take(stores, identity, "d", AT + 20 * SECOND) == Wait(0.5), "no burst after a pause"


def test_many_at_the_same_time_take_no_slot_too_many(stores: Stores) -> None:
    identity = made(stores, at_once=5)
    took: list[bool] = []

    def try_it(number: int) -> None:
        took.append(take(stores, identity, f"leg-{number}") is None)

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(took) == 5


def test_slots_stay_with_their_asterisk(stores: Stores) -> None:
    identity = made(stores)
    for leg in ("a", "b"):
        take(stores, identity, leg)
    with stores.control.begin() as connection:
        assert sorted(trunks.legs_of(connection, "asterisk a")) == ["a", "b"]
        assert trunks.legs_of(connection, "asterisk b") == []
        assert trunks.free_orphans(connection, at=AT + 60 * SECOND) == 0
        assert trunks.free_orphans(connection, at=AT + 3600 * SECOND) == 2


def test_a_trunk_that_is_off_or_gone_has_no_room(stores: Stores) -> None:
    identity = made(stores)
    take(stores, identity, "a")
    with stores.control.begin() as connection:
        assert trunks.remove(connection, "main", "telco")
        assert not trunks.remove(connection, "main", "telco")
    assert take(stores, identity, "b") == Wait(0.0)


def test_a_password_stays_until_another_is_given(stores: Stores) -> None:
    made(stores)
    with stores.control.begin() as connection:
        row = trunks.get(connection, "main", "telco")
        assert row is not None
        trunks.put(connection, row.trunk, secret=None, keep_secret=True, at=AT + 1)
        kept = trunks.get(connection, "main", "telco")
    assert kept is not None and kept.secret == b"sealed"


def test_own_numbers(stores: Stores) -> None:
    with stores.control.begin() as connection:
        assert trunks.put_number(connection, "main", OwnNumber(number="+862088886666"), at=AT)
        assert trunks.put_number(connection, "main", OwnNumber(number="+862088886666", shown=False), at=AT)
        assert trunks.numbers(connection, "main") == [OwnNumber(number="+862088886666", shown=False)]
        assert trunks.remove_number(connection, "main", "+862088886666")
        assert not trunks.remove_number(connection, "main", "+862088886666")
