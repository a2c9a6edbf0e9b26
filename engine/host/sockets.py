"""Places for unix sockets.

A unix socket's path may have at most 107 bytes on Linux. A data folder deep in the tree would go past that, and the
server would fail with an obscure word, so such a socket moves to a short folder whose name follows from the long one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

LIMIT = 107


def unix_socket_for(folder: Path, name: str) -> Path:
    """The socket's path in `folder`, or in a short private folder when that path were too long."""
    path = folder / name
    if len(os.fsencode(path)) <= LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"callweave-{os.getuid()}-{digest}" / name


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter; PermissionError when somebody else owns it already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")
