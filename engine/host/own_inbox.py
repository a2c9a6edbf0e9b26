"""The inbox of the sessions that an engine owns: what has come for them by way of the database."""

from __future__ import annotations

from engine.events import SessionMoved
from engine.host.programs import Programs, TenantLibrary
from engine.store import Stores, now_micros
from engine.store import inbox as inbox_rows
from engine.store.inbox import Claimed
from engine.store.times import SECOND

CLAIM = 30 * SECOND


def claim(stores: Stores, programs: Programs, owner: str, tenant: str) -> list[Claimed]:
    """In a thread: claim what has come, and compile the versions to which sessions are to be moved."""
    at = now_micros()
    store = stores.tenant(tenant)
    with store.begin() as connection:
        claimed = inbox_rows.claim(connection, at=at, until=at + CLAIM, owner=owner)
    moves = {row.posted.event.key for row in claimed if isinstance(row.posted.event, SessionMoved)}
    library = TenantLibrary(programs, store)
    for key in moves:
        library.program(key)  # the event loop must not wait for it
    return claimed
