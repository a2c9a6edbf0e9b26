"""What the one who asks is shown: his role, and whether he sees whole numbers."""

from __future__ import annotations

import msgspec
from flask import g

from designer.access.identity import Who, who
from designer.access.rights import AUDITOR
from designer.parts import parts
from engine.records.seeing import ADMINISTRATOR, Sight
from engine.store import own_settings

PRIVACY = "privacy"


class Privacy(msgspec.Struct, frozen=True, kw_only=True):
    """Who sees whole telephone numbers and mail addresses: these roles, administrators; if none, all but auditors."""

    numbers: tuple[str, ...] | None = None


def sight() -> Sight:
    """The sight of the one who asks, found once for a request."""
    found: Sight | None = g.get("sight")
    if found is None:
        found = g.sight = sight_of(who())
    return found


def sight_of(asking: Who) -> Sight:
    """What somebody is shown."""
    if asking.role == ADMINISTRATOR:
        return Sight(role=asking.role)
    with parts().stores.tenant(asking.tenant).read() as connection:
        roles = own_settings.get(connection, PRIVACY, Privacy).numbers
    return Sight(role=asking.role, numbers=asking.role != AUDITOR if roles is None else asking.role in roles)
