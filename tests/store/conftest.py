"""Stores on SQLite files of their own; on PostgreSQL as well where a server is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.host.settings import Settings
from engine.store import Stores
from engine.store.migrate import add_tenant, migrate_all


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder that nobody else uses."""
    return Settings(data=tmp_path / "data", bootstrap_key="bootstrap-key")


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    """Migrated stores with the tenants `main` and `other`."""
    migrate_all(settings)
    add_tenant(settings, "other")
    opened = Stores(settings)
    yield opened
    opened.close()
