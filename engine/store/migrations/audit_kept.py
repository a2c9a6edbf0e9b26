"""The database itself refuses to change or delete what stands in the audit log; both histories make it so.

An entry is written once. The head goes on by one, and never back. Entries go with their organisation alone: in the
control database when there is no such organisation any more, in its own with the whole database. A trigger of SQLite
goes with its table: a migration that rebuilds one makes these again. This file is history: another rule, another file.
"""

from __future__ import annotations

from alembic import op

_NEVER = "the audit log is only added to"


def refuse_changes(*, control: bool) -> None:
    """Make the triggers, in the control database or a tenant's own."""
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite("WHEN EXISTS (SELECT 1 FROM tenant WHERE name = OLD.tenant)" if control else "")
    else:
        _on_postgresql("NOT EXISTS (SELECT 1 FROM tenant WHERE name = OLD.tenant)" if control else "false")


def _on_sqlite(unless_gone: str) -> None:
    never = f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END"
    op.execute(f"CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log {never}")
    for table in ("audit_log", "audit_head"):
        op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {unless_gone} {never}")
    # INSERT OR REPLACE deletes what is in its way without a word to the triggers above
    op.execute(
        "CREATE TRIGGER audit_log_insert BEFORE INSERT ON audit_log WHEN EXISTS (SELECT 1 FROM audit_log"
        f" WHERE tenant = NEW.tenant AND (seq = NEW.seq OR id = NEW.id)) {never}"
    )
    op.execute(
        "CREATE TRIGGER audit_head_insert BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head"
        " WHERE tenant = NEW.tenant) BEGIN SELECT RAISE(IGNORE); END"
    )
    op.execute(
        "CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head"
        f" WHEN NEW.tenant <> OLD.tenant OR NEW.seq <> OLD.seq + 1 {never}"
    )


def _on_postgresql(gone: str) -> None:
    """The functions look where they were made, whatever the one who calls them has set."""
    functions = {
        "audit_never": f"RAISE EXCEPTION '{_NEVER}';",
        "audit_gone": f"IF {gone} THEN RETURN OLD; END IF; RAISE EXCEPTION '{_NEVER}';",
        "audit_onward": "IF NEW.tenant = OLD.tenant AND NEW.seq = OLD.seq + 1 THEN RETURN NEW; END IF;"
        f" RAISE EXCEPTION '{_NEVER}';",
    }
    for name, body in functions.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT"
            f" AS $$ BEGIN {body} END $$"
        )
    op.execute("CREATE TRIGGER audit_log_update BEFORE UPDATE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_never()")
    op.execute(
        "CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_onward()"
    )
    for table in ("audit_log", "audit_head"):
        op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_gone()")
        op.execute(f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION audit_never()")
