"""Connections to somebody's database: that they only read, and how long a statement may take.

There are two pools. What reads has transactions that the database itself keeps from writing, where it can, and that are
rolled back in the end in any case; what writes has its own.
"""

from __future__ import annotations

import sqlite3
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

import sqlalchemy as sa

from engine.adapters.gateway import NotNow, Refused
from engine.sources.source import Surroundings
from engine.sources.sql import errors
from engine.sources.sql.config import PORTS, SqlConfig
from engine.sources.sql.reaching import CONNECT_SECONDS, reach

_DRIVERS: Final = {
    "postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql", "mssql": "mssql+pymssql",
    "oracle": "oracle+oracledb", "sqlite": "sqlite",
}  # fmt: skip


class Database:
    """The two pools of one source; nothing is connected before something is asked."""

    def __init__(self, config: SqlConfig, surroundings: Surroundings) -> None:
        self._config = config
        self._surroundings = surroundings
        self._engines: dict[bool, sa.Engine] = {}
        self._making = threading.Lock()
        self.dialect = "mysql" if config.database == "mariadb" else config.database

    @contextmanager
    def reading(self, seconds: float) -> Iterator[sa.Connection]:
        """A transaction that changes nothing; raises NotNow when there is no connection."""
        with self._opened(writes=False) as connection:
            if self.dialect == "oracle":
                connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            self._limit(connection, seconds)
            try:
                yield connection
            finally:
                _give_up(connection)

    @contextmanager
    def writing(self, seconds: float) -> Iterator[sa.Connection]:
        """A transaction that is rolled back unless it was committed; raises NotNow when there is no connection."""
        with self._opened(writes=True) as connection:
            self._limit(connection, seconds)
            try:
                yield connection
            finally:
                _give_up(connection)

    def close(self) -> None:
        """Let the connections go."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()

    @contextmanager
    def _opened(self, *, writes: bool) -> Iterator[sa.Connection]:
        try:
            connection = self._engine(writes).connect()
        except sa.exc.TimeoutError:
            raise NotNow("all connections to this database are in use") from None
        except sa.exc.DBAPIError as error:
            raise NotNow(f"no connection: {errors.words(error)}") from None
        except (ssl.SSLError, OSError) as error:
            raise NotNow(f"no connection: {error.strerror or error}") from None
        with connection:
            yield connection

    def _engine(self, writes: bool) -> sa.Engine:
        with self._making:
            if writes not in self._engines:
                self._engines[writes] = self._made(writes)
            return self._engines[writes]

    def _made(self, writes: bool) -> sa.Engine:
        config = self._config
        pool: dict[str, Any] = {
            "pool_size": min(2, config.at_once), "max_overflow": max(0, config.at_once - 2), "pool_timeout": 5,
            "pool_recycle": 600, "pool_pre_ping": True, "hide_parameters": True,
        }  # fmt: skip
        try:
            if config.database == "sqlite":
                return sa.create_engine("sqlite://", creator=self._file(writes), poolclass=sa.QueuePool, **pool)
            url = sa.URL.create(
                _DRIVERS[config.database], config.user or None, config.secrets.get("password"),
                database=config.name if config.database != "oracle" else None,
                query={"service_name": config.name} if config.database == "oracle" else {},
                host=config.host, port=config.port or PORTS[config.database],
            )  # fmt: skip
            engine = sa.create_engine(url, **pool)
        except ModuleNotFoundError as error:
            raise Refused(f"no {error.name} is installed: pip install 'callweave[{self.dialect}]'") from None
        self._listen(engine, writes)
        return engine

    def _file(self, writes: bool) -> Any:
        """How an SQLite file is opened: it has to be there."""
        path = self._surroundings.place(self._config.name)
        address = f"file:{quote(str(path))}?mode={'rw' if writes else 'ro'}"

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(address, uri=True, check_same_thread=False, timeout=CONNECT_SECONDS)

        return connect

    def _listen(self, engine: sa.Engine, writes: bool) -> None:
        sa.event.listen(engine, "do_connect", reach(self._config, self._surroundings))
        if not writes and self.dialect == "postgresql":

            @sa.event.listens_for(engine, "begin")
            def read_only(connection: sa.Connection) -> None:
                connection.connection.dbapi_connection.read_only = True  # type: ignore[union-attr]

        if not writes and self.dialect == "mysql":

            @sa.event.listens_for(engine, "connect")
            def session(connection: Any, record: Any) -> None:
                with connection.cursor() as cursor:
                    cursor.execute("SET SESSION TRANSACTION READ ONLY")

    def _limit(self, connection: sa.Connection, seconds: float) -> None:
        """Let the database end a statement that takes longer."""
        driver: Any = connection.connection.dbapi_connection
        milliseconds = max(1, int(seconds * 1000))
        if self.dialect == "postgresql":
            setting = sa.func.set_config("statement_timeout", str(milliseconds), True)
            connection.execute(sa.select(setting, sa.func.set_config("lock_timeout", str(milliseconds), True)))
        elif self.dialect == "mysql":
            mariadb = bool(getattr(connection.dialect, "is_mariadb", False))
            name, value = ("max_statement_time", seconds) if mariadb else ("max_execution_time", milliseconds)
            connection.execute(sa.text(f"SET SESSION {name} = :value"), {"value": value})
        elif self.dialect == "mssql":
            connection.execute(sa.text(f"SET LOCK_TIMEOUT {milliseconds:d}"))
        elif self.dialect == "oracle":
            driver.call_timeout = milliseconds
        else:
            end = time.monotonic() + seconds
            driver.set_progress_handler(lambda: time.monotonic() > end, 1_000)


def _give_up(connection: sa.Connection) -> None:
    """End the transaction; one whose connection has gone has ended already."""
    if connection.closed or connection.invalidated:
        return
    try:
        connection.rollback()
    except sa.exc.DBAPIError:
        connection.invalidate()
