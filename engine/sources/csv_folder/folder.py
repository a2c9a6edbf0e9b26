"""A watched folder: which file is complete and comes next, and where it goes when it has been read.

`done` and `failed` lie in it. A file goes there only when what it gave is safely kept, with a report of the same name
beside it; so what still lies in the folder has not been taken, or not wholly.
"""

from __future__ import annotations

import fnmatch
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from engine.adapters.gateway import NotNow, Refused
from engine.sources.csv_folder.config import FolderFeed

DONE: Final = "done"
FAILED: Final = "failed"
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp")
_PIECE: Final = 1024 * 1024
_Looks = tuple[int, int]


class Folder:
    """Looks into one folder for the files of one feed."""

    def __init__(self, path: Path, feed: FolderFeed) -> None:
        self.path = path
        self._feed = feed
        self._seen: dict[str, tuple[_Looks, float]] = {}

    def complete(self, now: float) -> list[Path]:
        """The files that are complete, the oldest first; raises Refused if the folder cannot be read."""
        try:
            files = [path for path in self.path.iterdir() if self._is_meant(path)]
            looks = {path.name: (path, _looks(path)) for path in files}
        except FileNotFoundError:
            raise Refused(f"there is no folder {self.path}, or a file went while it was looked at") from None
        except OSError as error:
            raise Refused(f"the folder {self.path} cannot be read: {error.strerror}") from None
        seen = {name: self._seen.get(name, (look, now)) for name, (_, look) in looks.items()}
        self._seen = {name: seen[name] if seen[name][0] == looks[name][1] else (looks[name][1], now) for name in looks}
        there = [path for path, _ in looks.values() if self._is_complete(path, now)]
        return sorted(there, key=lambda path: (looks[path.name][1][1], path.name))

    def put_away(self, path: Path, *, failed: bool, report: Iterable[str]) -> None:
        """Move a file that was read, with its report; raises NotNow if that cannot be done."""
        target = self.path / (FAILED if failed else DONE)
        try:
            target.mkdir(exist_ok=True)
            name = next(name for name in _names(path) if not (target / name).exists())
            text = "\ufeff" + "\r\n".join(report) + "\r\n"  # as the programs of those who look after a HIS open it
            (target / f"{name}.report.txt").write_text(text, encoding="utf-8", newline="")
            shutil.move(path, target / name)
            if self._feed.ready == "marker":
                self._marker(path).unlink(missing_ok=True)
        except OSError as error:
            raise NotNow(f"{path.name} cannot be moved to {target}: {error.strerror}") from None

    def _is_meant(self, path: Path) -> bool:
        name = path.name
        if name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED) or not path.is_file():
            return False
        if self._feed.ready == "marker" and name.endswith(self._feed.marker):
            return False
        return fnmatch.fnmatchcase(name.lower(), self._feed.files.lower())

    def _is_complete(self, path: Path, now: float) -> bool:
        if self._feed.ready == "marker":
            return self._marker(path).exists()
        return now - self._seen[path.name][1] >= self._feed.settle_seconds

    def _marker(self, path: Path) -> Path:
        return path.with_name(path.name + self._feed.marker)


def digest_of(path: Path) -> bytes:
    """What makes a file the same as another: a hash of what is in it."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hashed.update(piece)
    return hashed.digest()[:16]


def _looks(path: Path) -> _Looks:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _names(path: Path) -> Iterator[str]:
    yield path.name
    for number in range(2, 1_000_000):
        yield f"{path.stem}-{number}{path.suffix}"
