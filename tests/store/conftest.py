"""Stores on SQLite files of their own, and on PostgreSQL with a schema or a database for each tenant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.host.settings import Settings
from engine.store import Stores
from tests.databases import BOOTSTRAP_KEY, FORMS, opened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that has databases on all of them."""
    if "database_urls" in metafunc.fixturenames:
        metafunc.parametrize("database_urls", FORMS, indirect=True)


@pytest.fixture
def settings(database_urls: dict[str, str], tmp_path: Path) -> Settings:
    """Settings with databases that nobody else uses."""
    return Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, **database_urls)


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    """Migrated stores with the tenants `main` and `other`."""
    with opened(settings) as stores:
        yield stores
