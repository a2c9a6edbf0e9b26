"""Hospitals on SQLite, copied from one that was migrated once, and, where workers meet, on PostgreSQL as well."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.host.settings import Settings
from engine.store import Stores
from tests.databases import BOOTSTRAP_KEY, opened
from tests.triggers.hospital import Hospital


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for it on both databases."""
    if "on_both" in metafunc.fixturenames:
        metafunc.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hospital") / "data"
    with opened(Settings(data=folder, bootstrap_key=BOOTSTRAP_KEY)):
        return folder


@pytest.fixture
def hospital(migrated: Path, tmp_path: Path) -> Iterator[Hospital]:
    """A hospital on SQLite."""
    shutil.copytree(migrated, tmp_path / "data")
    stores = Stores(Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY))
    yield Hospital(stores)
    stores.close()


@pytest.fixture
def on_both(database_urls: dict[str, str], tmp_path: Path) -> Iterator[Hospital]:
    """A hospital on each kind of database in turn."""
    with opened(Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, **database_urls)) as stores:
        yield Hospital(stores)
