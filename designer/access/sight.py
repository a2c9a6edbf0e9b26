"""What the one who asks is shown: his role, and whether he sees whole numbers."""

from __future__ import annotations

import msgspec
from flask import g

from designer.access.identity import store, who
from engine.records.seeing import ADMINISTRATOR, Sight
from engine.store import own_settings

PRIVACY = "privacy"


class Privacy(msgspec.Struct, frozen=True, kw_only=True):
    """Who sees whole telephone numbers and mail addresses: these roles and administrators; everybody, if none."""

    numbers: tuple[str, ...] | None = None


def sight() -> Sight:
    """The sight of the one who asks, found once for a request."""
    found: Sight | None = g.get("sight")
    if found is None:
        role, numbers = who().role, True
        if role != ADMINISTRATOR:
            with store().read() as connection:
                roles = own_settings.get(connection, PRIVACY, Privacy).numbers
            numbers = roles is None or role in roles
        found = g.sight = Sight(role=role, numbers=numbers)
    return found
