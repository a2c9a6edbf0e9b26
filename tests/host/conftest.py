"""A host with stores of its own and telephones that only note what they are asked: for what happens between them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.commands import LegCommand
from engine.flow import canonical
from engine.host.live import LiveHost
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Store, Stores, flows, now_micros, triggers
from engine.store.flows import Draft
from tests.databases import BOOTSTRAP_KEY, opened

OWNER = "asterisk test"
EXAMPLE = Path(__file__).parents[2] / "flows" / "examples" / "first_call.json"


class NotingTelephones:
    """Telephones that note what they are asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[LegCommand, str]] = []
        self.sent_back: list[str] = []

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        self.asked.append((command, reference))

    def send_back(self, leg: str) -> None:
        self.sent_back.append(leg)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        return

    @property
    def kinds(self) -> list[str]:
        return [command.type for command, _ in self.asked]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that has stores on SQLite and on PostgreSQL; tests/store has all forms."""
    if "database_urls" in metafunc.fixturenames:
        metafunc.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture
def stores(database_urls: dict[str, str], tmp_path: Path) -> Iterator[Stores]:
    with opened(Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, **database_urls)) as stores:
        yield stores


def publish(store: Store, document: dict[str, Any]) -> bytes:
    """A flow and its first version; its id."""
    text = canonical(document)
    with store.begin() as connection:
        made = flows.create(connection, Draft(name=document["name"], document=text), at=now_micros())
        flows.publish(connection, made.id, document=text, sha256="0" * 64, message="first", at=now_micros())
    return made.id


@pytest.fixture
def flow_id(stores: Stores) -> bytes:
    """The example of a first call, published and bound to 7002."""
    document: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    made = publish(stores.tenant("main"), document)
    triggers.bind_number(stores, "main", flow_id=made, number="7002", at=now_micros())
    return made


def host_of(stores: Stores, *, epoch: int = 1, stopped: list[str] | None = None, owner: str = OWNER) -> LiveHost:
    """A host under a lease that is not looked at; made inside a running loop."""
    host = LiveHost(
        stores=stores, programs=Programs("UTC"), owner=owner, epoch=epoch, may_act=lambda: True,
        stop=(stopped if stopped is not None else []).append, watcher=lambda held, steps: None,
    )  # fmt: skip
    host.telephony = NotingTelephones()
    return host
