"""Become the local Asterisk: write its configuration, then replace this process by it, in the foreground."""

from __future__ import annotations

import os
import resource
import socket
from typing import NoReturn

from callweave.asterisk import configuration, ports
from callweave.asterisk.root import find
from engine.host.settings import Settings


def main(settings: Settings) -> NoReturn:
    """Run Asterisk until it is told to end; raises NoAsterisk or NoPort when it cannot start."""
    if not ports.is_free("127.0.0.1", settings.sip_port, socket.SOCK_DGRAM):
        raise ports.sip_port_in_use(settings.sip_port)
    settings.make_folders()
    root = find(settings.cache)
    config = configuration.write(settings, root)
    _raise_file_limit()
    os.execv(root.command[0], ["callweave asterisk", *root.command[1:], "-f", "-C", str(config)])


def _raise_file_limit() -> None:
    """A call takes five descriptors, and Asterisk itself can only lower the limit that it finds."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = hard == resource.RLIM_INFINITY or hard >= configuration.FILES
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (configuration.FILES, hard if enough else configuration.FILES))
    except (ValueError, PermissionError):  # not root: as far as we may
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
