"""Stores with rows in their outboxes, drivers in this process, and servers to be asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from engine.commands import Command, HttpRequest, SendSms
from engine.host.outbox.drivers import Drivers
from engine.host.outbox.registry import row_of
from engine.host.settings import Settings
from engine.store import Store, Stores, gateways, inbox, new_id, now_micros, outbox, tenant
from tests.databases import BOOTSTRAP_KEY, opened
from tests.outbox.server import Server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that has stores on SQLite and on PostgreSQL."""
    if "database_urls" in metafunc.fixturenames:
        metafunc.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture
def settings(database_urls: dict[str, str], tmp_path: Path) -> Settings:
    return Settings(
        data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, allow_hosts="127.0.0.1", **database_urls
    )  # fmt: skip


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    with opened(settings) as stores:
        yield stores


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores.tenant("main")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def drive(settings: Settings, stores: Stores) -> Iterator[Callable[[], Drivers]]:
    """Start drivers in this process; they are stopped at the end."""
    made: list[Drivers] = []

    def start() -> Drivers:
        drivers = Drivers(settings, stores)
        made.append(drivers)
        drivers.start()
        return drivers

    yield start
    for drivers in made:
        drivers.close()


def put(store: Store, *commands: Command) -> list[bytes]:
    """Rows of the outbox, each of a session of its own; the rows' ids."""
    rows = []
    with store.begin() as connection:
        for number, command in enumerate(commands):
            session = new_id()
            connection.execute(
                tenant.session.insert().values(
                    id=session, flow_id=new_id(), version=1, status="waiting", rev=1, state=b"", owner_epoch=0,
                    started_at=1, updated_at=1,
                )
            )  # fmt: skip
            rows.append(row_of(session, _with_id(command, str(number)), now_micros()))
        outbox.insert(connection, rows)
    return [row.id for row in rows]


def post(url: str, **fields: Any) -> HttpRequest:
    return HttpRequest(method="POST", url=url, **fields)


def text(to: str, words: str, **fields: Any) -> SendSms:
    return SendSms(to=to, text=words, **fields)


def set_up(store: Store, name: str, kind: str, **config: Any) -> None:
    with store.begin() as connection:
        gateways.put(connection, name, kind=kind, config=config, at=now_micros())


def states(store: Store) -> list[str]:
    """The states of all rows, in the order in which they were put."""
    with store.read() as connection:
        return list(connection.scalars(sa.select(tenant.outbox.c.state).order_by(tenant.outbox.c.id)))


def reasons(store: Store) -> list[str | None]:
    with store.read() as connection:
        return list(connection.scalars(sa.select(tenant.outbox.c.reason).order_by(tenant.outbox.c.id)))


def until(seen: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.02)


def answers(store: Store) -> list[Any]:
    """The events that sessions have got, in order."""
    with store.begin() as connection:
        return [row.posted.event for row in inbox.claim(connection, at=now_micros(), until=now_micros(), limit=10_000)]


def _with_id(command: Command, identity: str) -> Command:
    return msgspec.structs.replace(command, id=identity)
