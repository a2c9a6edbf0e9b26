"""Group commit where the database does not do as it should: nothing is lost, and no engine goes on without writing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.events import CallEnded
from engine.host import commits
from engine.store import Stores
from tests.host.conftest import host_of
from tests.host.test_live import at_the_menu, rows, until


def failing(fault: Callable[[], Exception], times: int, real: Callable[..., Any]) -> Callable[..., Any]:
    left = [fault] * times

    def commit(*given: Any, **named: Any) -> Any:
        if left:
            raise left.pop()()
        return real(*given, **named)

    return commit


@pytest.mark.parametrize(
    "fault",
    [
        lambda: sa.exc.OperationalError("", None, Exception("terminating connection due to administrator command")),
        lambda: sa.exc.InternalError("", None, Exception("terminating connection due to idle-in-transaction timeout")),
        lambda: sa.exc.InterfaceError("", None, Exception("the connection is closed")),
        lambda: sa.exc.TimeoutError("QueuePool limit of size 10 overflow 0 reached"),
    ],
    ids=["restarted", "idle", "closed", "pool"],
)
def test_a_database_that_is_away_is_asked_again(
    stores: Stores, flow_id: bytes, fault: Callable[[], Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "commit", failing(fault, 2, commits.commit))
    stopped: list[str] = []

    async def scene() -> None:
        host = host_of(stores, stopped=stopped)
        await at_the_menu(host)
        host.leg_event("chan-1", CallEnded(leg="chan-1", cause="normal"))
        await host.close()

    asyncio.run(scene())
    assert [(row.outcome, row.owner) for row in rows(stores)] == [("hung_up", None)]
    assert not stopped


def test_what_cannot_be_written_ends_the_engine(
    stores: Stores, flow_id: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commits, "commit", failing(lambda: ValueError("not a row"), 1, commits.commit))
    stopped: list[str] = []

    async def scene() -> None:
        host = host_of(stores, stopped=stopped)
        await at_the_menu(host)
        await until(lambda: stopped != [])
        await host.close()

    asyncio.run(scene())
    assert rows(stores) == []
