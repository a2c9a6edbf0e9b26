"""An organisation with an imagined line, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.host.at_hand import AtHand
from engine.host.settings import Settings
from engine.store import Stores
from tests.campaigns.line import Line
from tests.databases import BOOTSTRAP_KEY, opened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what depends on the database on SQLite and on PostgreSQL, and the rest on SQLite."""
    if "database_urls" in metafunc.fixturenames:
        both = metafunc.function.__name__ in getattr(metafunc.module, "ON_BOTH", ())
        metafunc.parametrize("database_urls", ["sqlite", "schemas"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def settings(database_urls: dict[str, str], tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, time_zone="UTC", **database_urls)


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    with opened(settings) as stores:
        yield stores


@pytest.fixture
def parts(settings: Settings, stores: Stores) -> Iterator[AtHand]:
    made = AtHand(settings)
    yield made
    made.close()


@pytest.fixture
def line(stores: Stores) -> Line:
    return Line(stores.tenant("main"))
