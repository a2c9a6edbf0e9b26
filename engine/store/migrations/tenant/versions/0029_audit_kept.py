"""The database refuses to change or delete an entry of the audit log."""

from engine.store.migrations.audit_kept import refuse_changes

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    refuse_changes(control=False)
