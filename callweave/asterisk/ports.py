"""Ports for one copy of Callweave, so that several run side by side on one machine.

ARI takes any free loopback port and keeps it. RTP needs a block of ports that nobody else's Asterisk hands out, and an
idle Asterisk holds none of them open; so a block is taken by a lock on a file, which the kernel frees when the process
that holds it ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

FIRST, LAST, BLOCK = 10_000, 32_767, 2_800


class NoPort(Exception):
    """A port that is needed is in use; the message says which and what to set."""


def sip_port_in_use(port: int) -> NoPort:
    """What to say when the SIP port is taken."""
    return NoPort(
        f"SIP port {port} of 127.0.0.1 is in use. Set CALLWEAVE_SIP_PORT to another one "
        "(and CALLWEAVE_SIP_PEER_PORT for calls that go out)."
    )


def is_free(host: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A free TCP port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def take_rtp_block(cache: Path, wish: int | None) -> tuple[int, int, int]:
    """Lock a block of RTP ports, `wish` first: its first and last port and the descriptor that holds the lock.

    The descriptor is inherited by the Asterisk that this process becomes.
    """
    folder = cache / "rtp"
    folder.mkdir(parents=True, exist_ok=True)
    starts = list(range(FIRST, LAST - BLOCK + 2, BLOCK))
    for start in sorted(starts, key=lambda start: start != wish):
        lock = os.open(folder / f"{start}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        os.set_inheritable(lock, True)
        return start, start + BLOCK - 1, lock
    raise NoPort(f"All {len(starts)} blocks of RTP ports ({FIRST} to {LAST}) are used by other copies of Callweave.")
