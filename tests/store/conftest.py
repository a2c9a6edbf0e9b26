"""Stores on SQLite files of their own; on PostgreSQL as well where `CALLWEAVE_TEST_POSTGRESQL` names a server.

The address is one of an administrator, such as `postgresql://postgres@127.0.0.1:5432/postgres`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.host.settings import Settings
from engine.store import Stores
from engine.store.migrate import add_tenant, migrate_all

SERVER = os.environ.get("CALLWEAVE_TEST_POSTGRESQL")


@pytest.fixture(params=["sqlite", "schemas", "databases"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with databases that nobody else uses."""
    common = {"data": tmp_path / "data", "bootstrap_key": "bootstrap-key"}
    if request.param == "sqlite":
        return Settings(**common)
    if SERVER is None:
        pytest.skip("CALLWEAVE_TEST_POSTGRESQL names no server")
    name = f"cw_{uuid.uuid4().hex[:12]}"
    control = sa.make_url(SERVER).set(database=name)
    tenants = control.update_query_dict({"schema": "SCHEMA"}) if request.param == "schemas" else control.set(
        database=f"{name}_SCHEMA"
    )  # fmt: skip
    return Settings(
        **common,
        database_url=control.render_as_string(hide_password=False),
        tenant_database_url=tenants.render_as_string(hide_password=False).replace("SCHEMA", "{tenant}"),
    )


@pytest.fixture
def stores(settings: Settings) -> Iterator[Stores]:
    """Migrated stores with the tenants `main` and `other`."""
    report = migrate_all(settings)
    assert report.broken == {}
    add_tenant(settings, "other")
    opened = Stores(settings)
    yield opened
    opened.close()
