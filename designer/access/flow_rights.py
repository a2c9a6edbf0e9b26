"""Who may edit, publish or follow *this* flow: what the role allows, unless the flow is kept for a few.

An administrator always may, so that nobody can shut a flow away for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import sqlalchemy as sa
from flask import request

from designer.access import witness
from designer.access.identity import SAFE, Who, store, who
from designer.access.rights import ADMINISTRATOR, Right, allowed
from designer.problems import Problem
from engine.store import (
    campaigns,
    dead_letters,
    faxes,
    flow_permissions,
    id_bytes,
    id_text,
    inbox,
    messages,
    recordings,
    rehearsals,
    trials,
    triggers,
)
from engine.store.flow_permissions import DEEDS, Deed, Permissions

RIGHT_OF: dict[Deed, Right] = {"edit": "flows.edit", "publish": "flows.publish", "follow": "sessions.read"}
DEEDS_OF: dict[Right, tuple[Deed, ...]] = {
    "flows.edit": ("edit",), "flows.publish": ("publish",), "flows.share": DEEDS, "sessions.read": ("follow",),
    **dict.fromkeys(
        ("sessions.control", "recordings.hear", "recordings.delete", "tasks.read", "tasks.decide", "messages.read",
         "messages.send", "outbox.read", "outbox.control", "campaigns.read", "campaigns.edit", "campaigns.run"),
        ("follow",),
    ),
}  # fmt: skip
"""What somebody has to be let do with a flow, for each right that touches one."""
KEPT: dict[Deed, str] = {
    "edit": "This flow is kept for others: you may not change it.",
    "publish": "This flow is kept for others: you may not publish it.",
    "follow": "This flow is kept for others: you may not follow its sessions.",
}
MESSAGES = set(KEPT.values())
"""Sentences of this module; each has its translation."""
_Find = Callable[[sa.Connection, str], bytes | None]


def may(asking: Who, deed: Deed, permissions: Permissions) -> bool:
    """Whether a flow with these permissions is open to somebody, whatever his role allows."""
    circle = permissions.of(deed)
    if circle is None or asking.role == ADMINISTRATOR:
        return True
    return asking.role in circle.roles or id_text(asking.key) in circle.people


def deeds(asking: Who, permissions: Permissions) -> dict[Deed, bool]:
    """What somebody may do with a flow, as pages are told."""
    return {deed: allowed(asking, RIGHT_OF[deed]) and may(asking, deed, permissions) for deed in DEEDS}


def require_by_address(right: Right, named: Mapping[str, Any]) -> None:
    """Refuse who is not let do this with the flow that an address names, or that its session belongs to.

    Of what changes something the flow is noted besides, for the audit log.
    """
    asked = () if who().role == ADMINISTRATOR else DEEDS_OF.get(right, ())
    if not named or (not asked and request.method in SAFE):
        return
    with store().read() as connection:
        flow_id = _flow_of(connection, named)
        if flow_id is not None:
            witness.about(flow_id)
            for deed in asked:
                require(connection, deed, flow_id)


def require(connection: sa.Connection, deed: Deed, flow_id: bytes) -> None:
    """Refuse who is not let do this with a flow: Problem 403."""
    witness.about(flow_id)
    if not may(who(), deed, flow_permissions.get(connection, flow_id)):
        raise Problem(403, KEPT[deed])


def hidden(connection: sa.Connection, asking: Who, *, flow_id: bytes | None = None) -> set[bytes]:
    """The flows of which somebody is told no figures: those whose sessions he is not shown, and drafts on trial.

    A trial's own figures are told to who asks for them by its id.
    """
    return unseen(connection, asking) | (trials.every(connection) - {flow_id})


def listed(connection: sa.Connection, asking: Who, *, with_trials: bool) -> set[bytes]:
    """The flows of which a list has nothing: with drafts on trial, or as figures count."""
    return unseen(connection, asking) if with_trials else hidden(connection, asking)


def unseen(connection: sa.Connection, asking: Who) -> set[bytes]:
    """The flows whose sessions somebody is not shown."""
    if asking.role == ADMINISTRATOR:
        return set()
    kept = flow_permissions.every(connection)
    return {flow_id for flow_id, permissions in kept.items() if not may(asking, "follow", permissions)}


def _flow_of(connection: sa.Connection, named: Mapping[str, Any]) -> bytes | None:
    for name, find in _WAYS.items():
        if name in named:
            return find(connection, str(named[name]))
    return None


def _of_flow(_connection: sa.Connection, written: str) -> bytes | None:
    return id_bytes(written)


def _of_session(connection: sa.Connection, written: str) -> bytes | None:
    identity = id_bytes(written)
    if identity is None:
        return None
    found = flow_permissions.flow_of_session(connection, identity)
    if found is None and (asked := inbox.pending_start(connection, identity)) is not None:
        return asked[0].flow_id
    return found


class _OfSession(Protocol):
    """What belongs to a session, or to none."""

    @property
    def session_id(self) -> bytes | None: ...


def _by_session(get: Callable[[sa.Connection, bytes], _OfSession | None]) -> _Find:
    """The flow of the session to which a row belongs."""

    def find(connection: sa.Connection, written: str) -> bytes | None:
        identity = id_bytes(written)
        found = None if identity is None else get(connection, identity)
        if found is None or found.session_id is None:
            return None
        return flow_permissions.flow_of_session(connection, found.session_id)

    return find


def _of_leg(connection: sa.Connection, written: str) -> bytes | None:
    identity = recordings.session_of(connection, written)
    return None if identity is None else flow_permissions.flow_of_session(connection, identity)


def _of_campaign(connection: sa.Connection, written: str) -> bytes | None:
    identity = id_bytes(written)
    found = None if identity is None else campaigns.every(connection, [identity]).get(identity)
    return None if found is None else found.flow_id


def _of_trigger(connection: sa.Connection, written: str) -> bytes | None:
    identity = id_bytes(written)
    found = None if identity is None else triggers.get(connection, identity)
    return None if found is None else found.flow_id


def _of_rehearsal(connection: sa.Connection, written: str) -> bytes | None:
    identity = id_bytes(written)
    found = None if identity is None else rehearsals.get(connection, identity)
    return None if found is None else found.flow_id


_WAYS: dict[str, _Find] = {
    "flow": _of_flow, "session": _of_session, "leg": _of_leg, "trigger": _of_trigger, "campaign": _of_campaign,
    "rehearsal": _of_rehearsal,
    "recording": _by_session(recordings.get), "message": _by_session(messages.get), "fax": _by_session(faxes.get),
    **dict.fromkeys(("task", "letter"), _by_session(dead_letters.letter)),
}  # fmt: skip
"""How the flow is found that a part of an address leads to."""
