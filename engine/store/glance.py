"""Questions that are asked several times a second: is there anything to do? Nearly always there is nothing.

SQLAlchemy's way to a connection, a transaction and a statement costs twenty times what SQLite needs to answer from an
index of what is open. So one connection of the driver's is kept for each tenant, beside the store and its pool, and the
question goes to it as it is. Elsewhere than on SQLite it goes through the store.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from engine.store.compiled import Compiled

KEPT_AT_MOST = 300


class Glance:
    """The kept connections of one process. Safe for threads, which wait for each other: an answer is microseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, sqlite3.Connection] = OrderedDict()

    def ask(self, tenant: str, engine: sa.Engine, question: Compiled, *values: Any) -> tuple[Any, ...]:
        """The one row that answers a question; raises SQLAlchemy's errors."""
        if engine.dialect.name != "sqlite":
            with engine.connect() as connection:
                (row,) = question.all(connection, *values)
            return row
        with self._lock:
            kept = self._kept.get(tenant)
            if kept is None:
                kept = self._keep(tenant, engine)
            sql, given = question.for_sqlite(*values)
            try:
                answer: tuple[Any, ...] = kept.execute(sql, given).fetchall()[0]
            except sqlite3.Error as error:
                self._let_go(tenant)
                raise sa.exc.DatabaseError(sql, None, error) from error
            return answer

    def only(self, tenants: Collection[str]) -> None:
        """Let go of tenants that are no more."""
        with self._lock:
            for tenant in self._kept.keys() - set(tenants):
                self._let_go(tenant)

    def close(self) -> None:
        """Let go of all."""
        self.only(())

    def _keep(self, tenant: str, engine: sa.Engine) -> sqlite3.Connection:
        held = engine.raw_connection()
        driver = held.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        held.detach()
        self._kept[tenant] = driver
        if len(self._kept) > KEPT_AT_MOST:
            self._let_go(next(iter(self._kept)))
        return driver

    def _let_go(self, tenant: str) -> None:
        kept = self._kept.pop(tenant, None)
        if kept is not None:
            kept.close()
