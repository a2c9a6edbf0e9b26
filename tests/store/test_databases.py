"""Opening: only what is there, one transaction at a time, never another tenant's rows."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, control, flows, tenant
from engine.store.flows import Draft
from engine.store.migrate import add_tenant, migrate_all

DRAFT = Draft(document="{}\n", name="A flow")


def test_an_unknown_tenant_is_refused_and_leaves_no_file(stores: Stores, settings: Settings) -> None:
    with pytest.raises(TenantUnknown, match="nobody"):
        stores.tenant("nobody")
    assert not list(settings.data.rglob("nobody*"))


def test_a_missing_database_is_refused_and_not_made(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    migrate_all(settings)
    file = tmp_path / "tenants" / "main.sqlite3"
    file.unlink()
    with pytest.raises(TenantUnknown, match="missing"):
        Stores(settings).tenant("main")
    assert not file.exists()


def test_tenants_see_their_own_rows_only(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        made = flows.create(connection, DRAFT, at=1)
    with stores.tenant("main").read() as connection:
        assert flows.page(connection, before=None, limit=9) == [made]
    with stores.tenant("other").read() as connection:
        assert flows.page(connection, before=None, limit=9) == []


def test_a_transaction_that_raises_leaves_nothing(stores: Stores) -> None:
    store = stores.tenant("main")
    with pytest.raises(ZeroDivisionError), store.begin() as connection:
        flows.create(connection, DRAFT, at=1)
        _ = 1 // 0
    with store.read() as connection:
        assert flows.page(connection, before=None, limit=9) == []


def test_writers_of_many_threads_lose_nothing(stores: Stores) -> None:
    store = stores.tenant("main")

    def write() -> None:
        for _ in range(20):
            with store.begin() as connection:
                flows.create(connection, DRAFT, at=1)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tenant.flow)) == 120


def test_the_stores_least_used_are_closed(settings: Settings) -> None:
    migrate_all(settings)
    for number in range(3):
        add_tenant(settings, f"t{number}")
    stores = Stores(settings, open_at_most=2)
    for _ in range(2):
        for number in range(3):
            with stores.tenant(f"t{number}").begin() as connection:
                flows.create(connection, DRAFT, at=1)
    assert len(stores._tenants) == 2
    assert [name for name in stores.tenant_names() if name != "other"] == ["main", "t0", "t1", "t2"]
    stores.close()


def test_sqlite_is_durable_and_waits(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    migrate_all(settings)
    with Stores(settings).tenant("main").read() as connection:
        file = connection.connection.driver_connection
        assert file is not None
        found = {name: file.execute(f"PRAGMA {name}").fetchone()[0] for name in
                 ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}  # fmt: skip
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_a_server_compiles_none_of_our_statements(stores: Stores, settings: Settings) -> None:
    """A writer's statement that no index serves is dear by the planner's count: PostgreSQL would compile it, for 0.2 s."""
    if settings.database_url is None:
        pytest.skip("SQLite compiles nothing")
    explain = sa.text("EXPLAIN ANALYZE SELECT * FROM pg_catalog.pg_description WHERE description = 'a'")
    with stores.tenant("main").begin() as connection:
        plan = "\n".join(connection.scalars(explain))
    assert re.search(r"cost=\d{11}", plan), "no statement that would be compiled"
    assert "JIT" not in plan


def test_migrations_make_what_the_tables_say(stores: Stores) -> None:
    for store, metadata in ((stores.control, control.metadata), (stores.tenant("main"), tenant.metadata)):
        with store.engine.connect() as connection:
            schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
            if schema is not None:
                connection.execute(sa.select(sa.func.set_config("search_path", schema, True)))
                connection.dialect.default_schema_name = schema
            differences = compare_metadata(MigrationContext.configure(connection), metadata)
        assert differences == []


def test_one_broken_tenant_does_not_stop_the_others(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    migrate_all(settings)
    add_tenant(settings, "broken")
    add_tenant(settings, "whole")
    file = tmp_path / "tenants" / "broken.sqlite3"
    for path in file.parent.glob("broken.sqlite3-*"):
        path.unlink()
    file.write_bytes(b"this is no database" * 100)
    report = migrate_all(settings)
    assert report.present == ["main", "whole"]
    assert list(report.broken) == ["broken"]
    assert "not a database" in report.broken["broken"]
