"""The database refuses to change or delete an entry of the audit log, unless its organisation is gone."""

from engine.store.migrations.audit_kept import refuse_changes

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    refuse_changes(control=True)
