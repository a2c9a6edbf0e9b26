"""The bytes of assets: files named by their content, and sound as Asterisk plays it.

A tenant's files lie in a folder of its own. `content/` holds every file under its SHA-256, so that a version is never
overwritten. `audio/` holds what is in use, converted, where a telephone adapter finds it without asking a database: in
a folder that follows from the asset's name, a file for each language. A new version replaces a file at once; a call
that plays the old one goes on with it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

ANY = "any"
"""File name of the sound for whatever language has none of its own."""


def played_folder(tenant: str, name: str) -> str:
    """Where an audio asset's sound lies, under the folder of all assets."""
    return f"{tenant}/audio/{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


class Files:
    """One tenant's files. Safe for threads and processes: a file appears whole, or not at all."""

    def __init__(self, assets: Path, tenant: str) -> None:
        self._assets = assets
        self._tenant = tenant

    def put(self, content: bytes) -> bytes:
        """Keep these bytes; their SHA-256. What is there already is not written again."""
        digest = hashlib.sha256(content).digest()
        path = self.path(digest)
        if not path.is_file():
            _write(path, content)
        return digest

    def path(self, sha256: bytes) -> Path:
        """Where the bytes of this SHA-256 lie, or would."""
        name = sha256.hex()
        return self._assets / self._tenant / "content" / name[:2] / name

    def remove(self, sha256: bytes) -> None:
        """Forget these bytes."""
        self.path(sha256).unlink(missing_ok=True)

    def play(self, name: str, language: str, sounds: Mapping[str, bytes]) -> None:
        """Let this be heard for an asset's name and language from now on; `sounds` by extension: wav, wav16."""
        folder = self._assets / played_folder(self._tenant, name)
        for extension, content in sounds.items():
            _write(folder / f"{language or ANY}.{extension}", content)

    def silence(self, name: str) -> None:
        """Nothing is heard for this name any more."""
        shutil.rmtree(self._assets / played_folder(self._tenant, name), ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
