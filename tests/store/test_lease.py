"""One holder at a time, a higher epoch for each, and the process that held it before; no clock decides."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.host.settings import Settings
from engine.store import Stores, lease
from engine.store.times import SECOND

AT = 1_000 * SECOND


def test_a_lease_changes_hands_only_as_it_was_seen(stores: Stores) -> None:
    with stores.control.begin() as connection:
        first = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
        assert first is not None
        assert (first.lease.epoch, first.previous) == (1, None)
        b: dict[str, Any] = {"holder": "b", "pid": 2, "process_started": 22}
        assert lease.take(connection, "local", at=AT + 3600 * SECOND, **b) is None, "whatever the clock says"
        assert lease.held(connection, at=AT) == [first.lease]
        second = lease.take(connection, "local", at=AT - 3600 * SECOND, over=first.lease, **b)
        assert second is not None
        assert second.lease.epoch == 2
        assert second.previous == first.lease
        assert second.lease.expires_at > first.lease.expires_at
        assert lease.renew(connection, first.lease, at=AT + 4 * SECOND) is None


def test_renewing_keeps_others_out(stores: Stores) -> None:
    with stores.control.begin() as connection:
        taken = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
        assert taken is not None
        renewed = lease.renew(connection, taken.lease, at=AT + 2 * SECOND)
        assert renewed is not None
        assert renewed.expires_at == AT + 5 * SECOND
        b: dict[str, Any] = {"holder": "b", "pid": 2, "process_started": 22}
        assert lease.take(connection, "local", at=AT + 9 * SECOND, over=taken.lease, **b) is None
        assert lease.get(connection, "local") == renewed


def test_each_renewal_can_be_seen_though_the_clock_goes_back(stores: Stores) -> None:
    with stores.control.begin() as connection:
        taken = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
        assert taken is not None
        renewed = lease.renew(connection, taken.lease, at=AT - 3600 * SECOND)
        assert renewed is not None
        assert renewed != taken.lease
        assert lease.renew(connection, renewed, at=AT - 3600 * SECOND) not in (None, renewed)


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


def test_a_process_that_was_halted_with_the_row_locked_keeps_nobody_out(stores: Stores, settings: Settings) -> None:
    if settings.database_url is None:
        pytest.skip("SQLite: a halted writer keeps the file locked, and its machine's next engine ends it by its pid")
    with stores.control.begin() as connection:
        first = lease.take(connection, "local", holder="a", pid=1, process_started=11, at=AT)
    assert first is not None
    halted = stores.control.engine.connect()
    assert lease.renew(halted, first.lease, at=AT) is not None, "and there it stops, before its commit"
    with stores.control.begin() as connection:
        b: dict[str, Any] = {"holder": "b", "pid": 2, "process_started": 22}
        assert lease.take(connection, "local", at=AT, over=first.lease, **b) is not None
    with pytest.raises(sa.exc.DBAPIError):
        halted.commit()
    halted.close()
