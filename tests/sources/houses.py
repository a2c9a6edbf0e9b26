"""Databases of a house for tests: SQLite, PostgreSQL and MariaDB, each made anew; and a line to one that can be cut."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.sources.source import Surroundings
from engine.sources.sql import SqlConfig, SqlSource

KINDS = ("sqlite", "postgresql", "mysql")


class House:
    """One database: `engine` is the house's own way to it, `config` ours."""

    def __init__(self, kind: str, engine: sa.Engine, config: dict[str, Any], folder: Path) -> None:
        self.kind, self.engine, self.config, self.folder = kind, engine, config, folder

    def run(self, *statements: str, **values: Any) -> None:
        """What the house does itself, in one transaction."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement), values)

    def value(self, query: str) -> Any:
        """One value."""
        with self.engine.connect() as connection:
            return connection.scalar(sa.text(query))

    def opened(self, permits: Callable[[str, str, int], bool] = lambda *_: True, **more: Any) -> SqlSource:
        """The source that this database is."""
        surroundings = Surroundings(permits=permits, place=Path, folder=self.folder)
        return SqlSource(SqlConfig.model_validate(self.config | more), surroundings)


@contextmanager
def house(kind: str, folder: Path, server: sa.URL | None) -> Iterator[House]:
    """An empty database of a kind."""
    if server is None:
        path = folder / f"his-{secrets.token_hex(3)}.sqlite3"
        engine = sa.create_engine(f"sqlite:///{path}")
        config: dict[str, Any] = {"database": "sqlite", "name": str(path)}
        engine.connect().close()
    else:
        name = f"his_{secrets.token_hex(4)}"
        above = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with above.connect() as connection:
            connection.execute(sa.DDL(f"CREATE DATABASE {name}"))
        engine = sa.create_engine(server.set(database=name))
        config = {
            "database": kind, "host": "127.0.0.1", "port": server.port, "name": name, "user": server.username,
            "secrets": {"password": server.password or ""},
        }  # fmt: skip
    yield House(kind, engine, config, folder)
    engine.dispose()


class Line:
    """A line to a server which breaks when something is said on it: before the server hears it, or after it has done it."""

    def __init__(self, port: int, at: bytes = b"COMMIT") -> None:
        self._to, self._at = port, at
        self.breaks: str | None = None
        self._answered = threading.Event()
        self._answered.set()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more."""
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._carry, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, client, False), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, outward: bool) -> None:
        try:
            while data := source.recv(65_536):
                if outward and self.breaks and self._at in data:
                    if self.breaks == "after":
                        self._answered.clear()
                        target.sendall(data)
                        self._answered.wait(10)
                    break
                if not outward and self.breaks == "after" and not self._answered.is_set():
                    self._answered.set()
                    break
                target.sendall(data)
        except OSError:
            pass  # the other thread has closed it
        for each in (source, target):
            _hang_up(each)


def _hang_up(connection: socket.socket) -> None:
    """Close it for both sides at once."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is closed already
    connection.close()
