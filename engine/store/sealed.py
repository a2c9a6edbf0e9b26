"""What holds a secret is encrypted where it is stored, with the tenant's own key (DECISIONS 18).

A session that has asked for a PIN carries it in its state, and gives it on to a session that it starts by way of the
inbox. `engine.secret.pack` marks such bytes, so that all others, nearly all there are, cost nothing here.
"""

from __future__ import annotations

import sqlalchemy as sa
import structlog

from engine.secret import WITH_SECRETS
from engine.store.sealing import CannotOpen, seal_of

log = structlog.get_logger()


def closed(connection: sa.Connection, packed: bytes) -> bytes:
    """What `pack` gave as it is stored."""
    if not packed.startswith(WITH_SECRETS):
        return packed
    return WITH_SECRETS + seal_of(connection).close(packed[1:])


def opened(connection: sa.Connection, stored: bytes) -> bytes:
    """What `pack` gave; CannotOpen."""
    if not stored.startswith(WITH_SECRETS):
        return stored
    return WITH_SECRETS + seal_of(connection).open(stored[1:])


def open_or_nothing(connection: sa.Connection, stored: bytes) -> bytes:
    """The same; nothing where it cannot be opened here: one session that cannot be read is no other's trouble."""
    try:
        return opened(connection, stored)
    except CannotOpen as error:
        log.error("a session's state cannot be opened", reason=str(error))
        return b""
