"""Folders as a source: files that another system puts there."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sources.csv_folder.config import FolderConfig
from engine.sources.csv_folder.reading import FolderReader
from engine.sources.source import Asker, Listener, Reader, Surroundings


class FolderSource:
    """Watched folders."""

    def __init__(self, config: FolderConfig, surroundings: Surroundings) -> None:
        self._folders = {
            name: FolderReader(name, feed, config.time_zone, surroundings) for name, feed in config.feeds.items()
        }
        self.readers: Mapping[str, Reader] = dict(self._folders)
        self.listeners: Mapping[str, Listener] = {}
        self.asker: Asker | None = None

    def close(self) -> None:
        """Let the files go."""
        for reader in self._folders.values():
            reader.close()
