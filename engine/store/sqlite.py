"""SQLite as the stores use it: a file that must be there, WAL, every commit on the disk (DECISIONS 7).

A write transaction takes the lock at its start (BEGIN IMMEDIATE), so that it never fails in its middle. The driver's
own transactions are switched off, for they would begin late.

Python's driver asks of every value that is bytes or nothing how it is to be adapted, and meets an AttributeError on the
way each time: a tenth of what a row costs. Where an adapter is named it asks no further; these give the value as it is.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 5.0
"""How long a writer waits for another process's transaction."""

WRITE = {"callweave_write": True}
"""Execution option of an engine whose transactions write."""

sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]  # gives None, which the stubs do not know


def open_file(path: Path, *, create: bool = False, foreign_keys: bool = True) -> sa.Engine:
    """An engine on the file; an unknown file is an error of the first connection, unless `create`."""
    address = f"file:{quote(str(path))}?mode={'rwc' if create else 'rw'}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        return connection

    engine = sa.create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=28, pool_timeout=30
    )
    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("callweave_write", False)
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
    try:
        driver.execute(statement)
    except sqlite3.OperationalError as error:  # in this event SQLAlchemy does not make its own error of the driver's
        raise sa.exc.OperationalError(statement, None, error) from error
