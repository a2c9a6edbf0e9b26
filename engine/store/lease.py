"""The lease on what one process at a time may drive (an Asterisk, a gateway); the others stand by (DECISIONS 3).

Each taking raises the epoch, which stands in every commit of that engine; a commit under an older epoch finds no row.
The lease names its holder's process, so that a new holder can end an old one that was only stopped. No clock on a wall
decides who holds it: whoever wants it watches the row, and takes it if it has stood unchanged for long enough by the
watcher's own monotonic clock. `expires_at` is for people, and changes with each renewal.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.control import lease
from engine.store.inserting import insert_new
from engine.store.times import SECOND

LASTS = 3 * SECOND
"""Microseconds from a taking or renewal to the end of the lease; renew it every second."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds a lease: `process_started` tells a process from a later one of the same pid."""

    name: str
    holder: str
    pid: int
    process_started: int
    epoch: int
    expires_at: int

    @property
    def released(self) -> bool:
        """Whether its holder gave it back, and so has stopped acting."""
        return self.expires_at == 0


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A lease that is ours, and the one it replaces, if there was one."""

    lease: Lease
    previous: Lease | None


def take(
    connection: sa.Connection,
    name: str,
    *,
    holder: str,
    pid: int,
    process_started: int,
    at: int,
    over: Lease | None = None,
    lasts: int = LASTS,
) -> Taken | None:
    """Take the lease if nobody has it, if it was given back, or if it is still as `over`; None otherwise.

    `over` is what the caller has seen unchanged for the time that a lease lasts, or knows to be a dead process's.
    Raises an OperationalError for which `is_locked` holds while another process keeps the row in its transaction.
    """
    values: dict[str, Any] = {
        "holder": holder,
        "pid": pid,
        "process_started": process_started,
        "expires_at": at + lasts,
    }
    if insert_new(connection, lease, {"name": name, "epoch": 1, **values}):
        return Taken(lease=Lease(name=name, epoch=1, **values), previous=None)
    previous = _lease(
        connection.execute(sa.select(lease).where(lease.c.name == name).with_for_update(nowait=True)).one()
    )
    if not previous.released and previous != over:
        return None
    values["expires_at"] = max(values["expires_at"], previous.expires_at + 1)
    epoch = previous.epoch + 1
    connection.execute(lease.update().where(lease.c.name == name).values(epoch=epoch, **values))
    return Taken(lease=Lease(name=name, epoch=epoch, **values), previous=previous)


def is_locked(error: BaseException) -> bool:
    """Whether a statement failed because another process is in the middle of a transaction."""
    if not isinstance(error, sa.exc.OperationalError):
        return False
    busy = str(getattr(error.orig, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return busy or getattr(error.orig, "sqlstate", None) == "55P03"


def renew(connection: sa.Connection, held: Lease, *, at: int, lasts: int = LASTS) -> Lease | None:
    """Hold the lease for longer; None if somebody else has taken it: stop acting at once."""
    expires_at = max(at + lasts, held.expires_at + 1)  # it changes though the clock on the wall may have gone back
    statement = lease.update().where(_ours(held), lease.c.expires_at > 0).values(expires_at=expires_at)
    if connection.execute(statement).rowcount != 1:
        return None
    return msgspec.structs.replace(held, expires_at=expires_at)


def release(connection: sa.Connection, held: Lease) -> None:
    """Give the lease back, so that the next engine need not wait."""
    connection.execute(lease.update().where(_ours(held)).values(expires_at=0))


def get(connection: sa.Connection, name: str) -> Lease | None:
    """The lease as it stands, held or not."""
    row = connection.execute(sa.select(lease).where(lease.c.name == name)).one_or_none()
    return None if row is None else _lease(row)


def held(connection: sa.Connection, *, at: int) -> list[Lease]:
    """Every lease that somebody holds now, as far as clocks agree: for people to see, not to act by."""
    return [_lease(row) for row in connection.execute(sa.select(lease).where(lease.c.expires_at > at))]


def every(connection: sa.Connection) -> list[Lease]:
    """Every lease that there has been, held or not."""
    return [_lease(row) for row in connection.execute(sa.select(lease).order_by(lease.c.name))]


def _ours(held: Lease) -> sa.ColumnElement[bool]:
    return sa.and_(lease.c.name == held.name, lease.c.holder == held.holder, lease.c.epoch == held.epoch)


def _lease(row: sa.Row[Any]) -> Lease:
    return Lease(**row._mapping)
