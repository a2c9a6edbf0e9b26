"""The sound files on disk: constant ones stay, dynamic ones make room for newer ones.

A clip's name is a hash of all that it sounds by, so the same text is never made twice, in no process, and a file that
is there is right: it is written beside its place and renamed into it.
"""

from __future__ import annotations

import os
from collections import Counter, OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from engine.adapters.speech.voices import FORMAT, Voice


def clip_name(voice: Voice, words_per_minute: int, text: str, tail: float) -> str:
    """The name of the clip of a text."""
    key = "\0".join((FORMAT, voice.name, str(voice.rate * words_per_minute), f"{tail:g}", text))
    return blake2b(key.encode(), digest_size=16).hexdigest()


def clip_path(folder: Path, name: str, *, constant: bool) -> Path:
    """Where the file of a clip is."""
    return folder / ("constant" if constant else "dynamic") / name[:2] / f"{name}.wav"


def write_clip(path: Path, data: bytes) -> None:
    """Write a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(path)


class Clips:
    """What is kept in one folder. Paths are without extension, as Asterisk wants them."""

    def __init__(self, folder: Path, dynamic_bytes: int) -> None:
        self._folder = folder
        self._room = dynamic_bytes
        self._used = 0
        self._sizes: OrderedDict[str, int] = OrderedDict()  # dynamic clips, the one used last at the end
        self._held: Counter[str] = Counter()
        self._constants: dict[str, tuple[str, str]] = {}  # of each: its file, and that without extension
        self._load()

    def path(self, name: str, *, constant: bool) -> Path:
        """Where a clip of this name is to be written, with extension."""
        return clip_path(self._folder, name, constant=constant)

    def find(self, name: str) -> str | None:
        """The clip, if it is there; a constant one serves a dynamic text as well."""
        known = self._constants.get(name)
        if known is not None and os.path.exists(known[0]):  # noqa: PTH110 (each prompt asks; a Path costs four times it)
            return known[1]
        constant = self.path(name, constant=True)
        if constant.exists():
            self._constants[name] = (str(constant), _bare(constant))
            return self._constants[name][1]
        file = self.path(name, constant=False)
        path = _bare(file)
        if path in self._sizes:
            if file.exists():
                self._sizes.move_to_end(path)
                return path
            self._forget(path)
        return None

    def added(self, file: Path) -> str:
        """A dynamic clip was made; others may have to go."""
        path = _bare(file)
        if path not in self._sizes:
            self._sizes[path] = file.stat().st_size
            self._used += self._sizes[path]
        self._make_room(path)
        return path

    def hold(self, clips: Sequence[str]) -> None:
        """Keep these until `release`."""
        self._held.update(clips)

    def release(self, clips: Sequence[str]) -> None:
        """Once for each `hold`."""
        for path in clips:
            self._held[path] -= 1
            if self._held[path] <= 0:
                del self._held[path]

    def _make_room(self, newest: str) -> None:
        if self._used <= self._room:
            return
        for path in list(self._sizes):
            if self._used <= self._room:
                return
            if path not in self._held and path != newest:
                Path(f"{path}.wav").unlink(missing_ok=True)
                self._forget(path)

    def _forget(self, path: str) -> None:
        self._used -= self._sizes.pop(path)

    def _load(self) -> None:
        """Dynamic clips of earlier lives, oldest first."""
        files = [(file, file.stat()) for file in (self._folder / "dynamic").glob("*/*.wav")]
        for file, stat in sorted(files, key=lambda entry: entry[1].st_mtime):
            self._sizes[_bare(file)] = stat.st_size
            self._used += stat.st_size


def _bare(file: Path) -> str:
    return str(file)[: -len(".wav")]
