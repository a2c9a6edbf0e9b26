"""Sources of the tests' own: rows in a list, a connector's place in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.sources.document import SetUp, SourceDocument
from engine.sources.keeping import Keeper
from engine.sources.place import Place
from engine.sources.source import Asker, Batch, Listener, PlainRow, Reader, SourceConfig

VISITS = [{"feed": "visits", "record_type": "visit", "fields": {"no": "{{ row.no }}", "ward": "{{ row.ward }}"}}]


def setup(records: Sequence[dict[str, Any]] = VISITS, name: str = "his", **config: Any) -> SetUp:
    """A source that gives these records; its kind is nobody's business."""
    given = {"kind": "sql", "records": list(records)}
    return SetUp(
        name=name, document=SourceDocument.model_validate(given), config=SourceConfig.model_validate(config), given=given
    )


class Rows:
    """A feed: rows in the order of their changes; the cursor is how many were read."""

    def __init__(self) -> None:
        self.rows: list[PlainRow] = []

    def read(self, cursor: bytes | None, limit: int) -> Batch:
        """The next rows."""
        first = int(cursor or b"0")
        rows = self.rows[first : first + limit]
        last = first + len(rows)
        return Batch(rows=rows, cursor=str(last).encode(), more=last < len(self.rows))


class InMemory:
    """A source with one feed and, perhaps, somebody to ask."""

    def __init__(self, reader: Reader, asker: Asker | None = None) -> None:
        self.readers: Mapping[str, Reader] = {"visits": reader}
        self.listeners: Mapping[str, Listener] = {}
        self.asker = asker

    def close(self) -> None:
        """Nothing is open."""


class Beside:
    """A connector's place, which may be left as a killed process leaves it, and be entered again."""

    def __init__(self, folder: Path, made: SetUp) -> None:
        self._folder = folder
        self._setup = made
        self.enter()

    def enter(self) -> None:
        """A process begins."""
        self.place = Place(self._folder)
        self.keeper = Keeper(self.place.store, self._setup)
        self.keeper.begin()

    def killed(self) -> None:
        """It is gone, and another begins."""
        self.place.close()
        self.enter()

    def saved(self) -> dict[str, bytes]:
        """A backup of its file."""
        self.place.close()
        kept = {path.name: path.read_bytes() for path in self._folder.glob("connector.sqlite3*")}
        self.enter()
        return kept

    def restored(self, kept: dict[str, bytes]) -> None:
        """The backup is put back."""
        self.place.close()
        for path in self._folder.glob("connector.sqlite3*"):
            path.unlink()
        for name, content in kept.items():
            (self._folder / name).write_bytes(content)
        self.enter()

    def read(self, reader: Rows, limit: int = 100) -> None:
        """One batch is read and kept."""
        self.keeper.keep_batch("visits", reader.read(self.keeper.cursor("visits"), limit))
