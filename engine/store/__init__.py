"""What is kept: SQLAlchemy Core tables and queries, for the control database and for each tenant's.

A query takes a connection, so that its caller decides what belongs into one transaction:

    stores = Stores(settings)
    with stores.tenant("main").begin() as connection:
        flows.save_draft(connection, ...)
"""

from engine.store.databases import Store, Stores, TenantUnknown
from engine.store.ids import id_bytes, id_text, made_at, new_id
from engine.store.times import from_micros, now_micros, to_micros

__all__ = [
    "Store", "Stores", "TenantUnknown", "from_micros", "id_bytes", "id_text", "made_at", "new_id", "now_micros",
    "to_micros",
]  # fmt: skip
