"""The secret that signs cookies: made once, kept in the data folder, readable by its owner alone."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

FILE = "web.secret"


def cookie_secret(data: Path) -> bytes:
    """The secret of this copy, made if there is none."""
    path = data / FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        draft = data / f"{FILE}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            with contextlib.suppress(FileExistsError):  # another process of this copy was quicker
                path.hardlink_to(draft)
        finally:
            draft.unlink()
    return path.read_bytes()
