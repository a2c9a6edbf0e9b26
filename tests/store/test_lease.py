"""One holder at a time, a higher epoch for each, and the process that held it before."""

from __future__ import annotations

from engine.store import Stores, lease
from engine.store.times import SECOND

AT = 1_000 * SECOND


def test_a_lease_changes_hands_only_after_its_end(stores: Stores) -> None:
    with stores.control.begin() as connection:
        first = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
        assert first is not None
        assert (first.lease.epoch, first.previous) == (1, None)
        assert lease.take(connection, "local", holder="b", pid=2, process_started=22, at=AT + 2 * SECOND) is None
        assert lease.held(connection, at=AT) == [first.lease]
        second = lease.take(connection, "local", holder="b", pid=2, process_started=22, at=AT + 3 * SECOND)
        assert second is not None
        assert second.lease.epoch == 2
        assert second.previous == first.lease
        assert lease.renew(connection, first.lease, at=AT + 4 * SECOND) is None


def test_renewing_keeps_others_out(stores: Stores) -> None:
    with stores.control.begin() as connection:
        taken = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
        assert taken is not None
        renewed = lease.renew(connection, taken.lease, at=AT + 2 * SECOND)
        assert renewed is not None
        assert renewed.expires_at == AT + 5 * SECOND
        assert lease.take(connection, "local", holder="b", pid=2, process_started=22, at=AT + 4 * SECOND) is None
        assert lease.get(connection, "local") == renewed


def test_a_released_lease_is_free_at_once_and_says_so(stores: Stores) -> None:
    with stores.control.begin() as connection:
        first = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
        assert first is not None
        lease.release(connection, first.lease)
        second = lease.take(connection, "local", holder="b", pid=2, process_started=22, at=AT)
        assert second is not None
        assert second.previous is not None
        assert second.previous.released
        assert second.lease.epoch == 2
        assert lease.renew(connection, first.lease, at=AT) is None
