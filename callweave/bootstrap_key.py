"""The first administrator's key: the setting's, else one made on the first start and kept in the data folder."""

from __future__ import annotations

import os
from pathlib import Path

from engine.host.settings import Settings
from engine.store.keys import new_secret


def path_of(settings: Settings) -> Path:
    """Where a key that was made here is kept; only its owner may read it."""
    return settings.data / "bootstrap-key"


def ensure(settings: Settings) -> str:
    """The bootstrap key; made and kept when neither the settings nor the data folder have one."""
    if settings.bootstrap_key:
        return settings.bootstrap_key
    path = path_of(settings)
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(new_secret() + "\n")
        part.rename(path)
    return path.read_text(encoding="utf-8").strip()
