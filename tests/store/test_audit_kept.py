"""The audit log is only added to, whoever speaks to the database: it refuses the rest itself."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.store import Stores, audit, control, removing, tenant
from engine.store.audit import Entry
from engine.store.audit_tables import audit_head, audit_log
from engine.store.databases import Store
from engine.store.ids import new_id

ENTRY = Entry(
    at=1, actor="user", actor_id=None, actor_name="Li", role="designer", address="", action="x", kind="flows", object=None, detail={},
)  # fmt: skip
NEVER = "the audit log is only added to"


@pytest.fixture(params=["control", "tenant"])
def store(request: pytest.FixtureRequest, stores: Stores) -> Store:
    """Each database that has such a log, with three entries of `main`."""
    found = stores.control if request.param == "control" else stores.tenant("main")
    with found.begin() as connection:
        for _ in range(3):
            audit.append(connection, "main", ENTRY)
    return found


HARM: dict[str, Any] = {
    "an entry changed": audit_log.update().where(audit_log.c.seq == 2).values(actor_name="somebody else"),
    "an entry without a change": audit_log.update().where(audit_log.c.seq == 2).values(seq=2),
    "an entry deleted": audit_log.delete().where(audit_log.c.seq == 2),
    "the end cut off": audit_log.delete().where(audit_log.c.seq == 3),
    "all of it deleted": audit_log.delete(),
    "the head set back": audit_head.update().values(seq=2),
    "the head's hash changed": audit_head.update().values(hash=bytes(32)),
    "the head given to another": audit_head.update().values(tenant="nobody", seq=audit_head.c.seq + 1),
    "the head deleted": audit_head.delete(),
}


@pytest.mark.parametrize("harm", HARM)
def test_the_database_refuses_what_is_no_new_entry(store: Store, harm: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=NEVER), store.begin() as connection:
        connection.execute(HARM[harm])
    with store.begin() as connection:
        audit.append(connection, "main", ENTRY)
    with store.read() as connection:
        found = audit.verify(connection, "main")
    assert (found.entries, found.broken_at) == (4, None)


def test_nothing_is_replaced_or_emptied(store: Store) -> None:
    with store.read() as connection:
        (row, *_rest) = connection.execute(sa.select(audit_log).order_by(audit_log.c.seq)).mappings()
        sqlite = connection.dialect.name == "sqlite"
    harm: list[Any] = []
    for same in ({"id": new_id()}, {"seq": 9}):  # in the way of one, or of the other, of its two keys
        if sqlite:
            harm.append(audit_log.insert().prefix_with("OR REPLACE").values(**dict(row) | same | {"actor_name": "x"}))
    if not sqlite:
        schema = store.engine.get_execution_options().get("schema_translate_map", {}).get(None)
        before = "" if schema is None else f"{schema}."
        harm += [sa.text(f"TRUNCATE {before}{table.name}") for table in (audit_log, audit_head)]
    for statement in harm:
        with pytest.raises(sa.exc.DBAPIError, match=NEVER), store.begin() as connection:
            connection.execute(statement)
    if sqlite:
        with store.begin() as connection:
            forged = audit_head.insert().prefix_with("OR REPLACE").values(tenant="main", seq=0, hash=bytes(32))
            connection.execute(forged)
    with store.read() as connection:
        found = audit.verify(connection, "main")
    assert (found.entries, found.broken_at) == (3, None)


def test_an_organisations_log_goes_with_it_and_no_other_does(stores: Stores) -> None:
    with stores.control.begin() as connection:
        for name in ("main", "other"):
            audit.append(connection, name, ENTRY)
    with stores.control.begin() as connection:
        removing.remove_rows(connection, "other")
    with stores.control.read() as connection:
        for table in (control.metadata.tables["audit_log"], control.metadata.tables["audit_head"]):
            assert connection.scalars(sa.select(table.c.tenant)).all() == ["main"]


def test_a_table_that_is_rebuilt_keeps_its_triggers(stores: Stores) -> None:
    """A later migration that rebuilds a table of SQLite would lose them: so their number is held here."""
    for store in (stores.control, stores.tenant("main")):
        with store.read() as connection:
            if connection.dialect.name == "sqlite":
                catalogue = sa.table("sqlite_master", sa.column("type"), sa.column("tbl_name"))
                count = sa.select(sa.func.count()).where(catalogue.c.type == "trigger", catalogue.c.tbl_name.like("audit%"))
                assert connection.scalar(count) == 6
    assert tenant.metadata.tables["audit_log"].c.keys() == audit_log.c.keys()
