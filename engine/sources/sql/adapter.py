"""A database as a source: feeds that are read by a watermark, declared queries, and declared statements."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sources.source import Asker, Listener, Reader, Surroundings
from engine.sources.sql.asking import SqlAsker
from engine.sources.sql.config import SqlConfig
from engine.sources.sql.connecting import Database
from engine.sources.sql.reading import SqlReader


class SqlSource:
    """An open database; it connects when it is first read or asked."""

    def __init__(self, config: SqlConfig, surroundings: Surroundings) -> None:
        self._database = Database(config, surroundings)
        self.readers: Mapping[str, Reader] = {
            name: SqlReader(name, feed, config.time_zone, self._database) for name, feed in config.feeds.items()
        }
        self.listeners: Mapping[str, Listener] = {}
        self.asker: Asker | None = SqlAsker(config, self._database)

    def close(self) -> None:
        """Let the connections go."""
        self._database.close()
