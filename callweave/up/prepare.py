"""Before the processes start: databases brought to the present shape, and the example flows on the first start."""

from __future__ import annotations

import sys

import sqlalchemy as sa

from designer.examples import seed_examples
from engine.host.settings import Settings
from engine.store import Stores, control
from engine.store.migrate import MAIN, migrate_all


def main(settings: Settings) -> None:
    """Migrate every database; a tenant whose database is broken is named and does not stop the others."""
    report = migrate_all(settings)
    for tenant, reason in sorted(report.broken.items()):
        print(f"The database of tenant {tenant} cannot be used: {reason}", file=sys.stderr)  # noqa: T201
    stores = Stores(settings)
    try:
        seed_examples(stores)
    finally:
        stores.close()


def example_numbers(settings: Settings) -> list[str]:
    """The numbers of tenant `main` that can be called, in order."""
    stores = Stores(settings)
    try:
        with stores.control.read() as connection:
            number = control.number
            mine = sa.select(number.c.number).where(number.c.tenant == MAIN, number.c.confirmed)
            return list(connection.scalars(mine.order_by(number.c.number)))
    finally:
        stores.close()
