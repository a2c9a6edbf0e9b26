"""What sessions leave among the assets is seen by who may see it elsewhere: recordings, faxes, files of mail."""

from __future__ import annotations

import sqlalchemy as sa
from flask import request

from designer.access import flow_rights, gate
from designer.access.identity import who
from designer.access.rights import Right, allowed
from engine.store import asset_sessions, flow_permissions
from engine.store.assets import Asset, Kind

NEEDED: dict[Kind, tuple[Right, Right]] = {
    "recording": ("recordings.hear", "recordings.delete"), "fax": ("messages.read", "material.edit"),
    "mail": ("messages.read", "material.edit"),
}  # fmt: skip
"""The rights, besides those of material, to see what sessions left, and to change it."""


def withheld() -> set[Kind]:
    """The kinds of which the one who asks is shown none."""
    return {kind for kind, (right, _) in NEEDED.items() if not allowed(who(), right)}


def require(connection: sa.Connection, found: Asset) -> None:
    """Refuse who may not see, or change, what a session left: Problem 403."""
    needed = NEEDED.get(found.kind)
    if needed is None:
        return
    for right in needed[: 1 if request.method in ("GET", "HEAD") else 2]:
        gate.require(right)
    session = asset_sessions.session_of(connection, found.id)
    flow_id = None if session is None else flow_permissions.flow_of_session(connection, session)
    if flow_id is not None:
        flow_rights.require(connection, "follow", flow_id)
