"""The same disasters as in `faults`, on PostgreSQL, which is restarted as well; with a second Asterisk and four workers.

The second Asterisk has an engine of its own, and sixty more callers. Two of the four workers and the second engine are killed
as well.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.calls.test_databases_away import Server as PostgreSQL
from tests.product import RunningCopy
from tests.prove import faults
from tests.prove.proof import Proof


def prove(proof: Proof) -> None:
    with tempfile.TemporaryDirectory(prefix="callweave-pg-", ignore_cleanup_errors=True) as folder:
        database = PostgreSQL(Path(folder))
        try:
            url = database.address.render_as_string(hide_password=False)
            urls = {"CALLWEAVE_DATABASE_URL": url, "CALLWEAVE_TENANT_DATABASE_URL": url + "?schema={tenant}"}
            (proof.folder / "pg").mkdir()
            copy = RunningCopy(proof.folder / "pg", extra=faults.environment() | urls)
            faults.round_of(proof, "PostgreSQL", copy, None, database)
        finally:
            database.stop()
