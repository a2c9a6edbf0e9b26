"""What a page may look at: asked when it joins, and again every few seconds, for roles, keys and permissions change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from designer.access import flow_rights
from designer.access.identity import Who
from designer.access.rights import allowed
from designer.access.sight import sight_of
from designer.parts import parts
from engine.host.publish import CONFERENCES, conferences, room
from engine.store import TenantUnknown, campaigns, flow_permissions, flows, id_bytes
from engine.store.campaigns import CampaignUnknown
from engine.store.flow_permissions import Deed
from engine.store.flows import FlowUnknown

log = structlog.get_logger()

AGAIN = 5.0
"""Seconds after which it is asked again."""


class Look(msgspec.Struct, frozen=True):
    """What is looked at: the room that one joins, whose it is, and its name among what is watched."""

    room: str
    tenant: str
    name: str


def granted(asking: Who | None, message: Any) -> Look | None:
    """What somebody may look at who asks for this; None if it is nothing of his, or his role does not allow it."""
    if asking is None or not isinstance(message, dict) or parts().stores.suspended(asking.tenant):
        return None
    try:
        return _look(asking, message)
    except TenantUnknown:  # it was deleted while somebody looked
        return None


def _look(asking: Who, message: dict[str, Any]) -> Look | None:
    tenant, campaign, flow = asking.tenant, message.get("campaign"), message.get("flow")
    if campaign is not None:
        there = allowed(asking, "campaigns.read") and _is_campaign(asking, campaign)
        return Look(room(tenant, campaign), tenant, campaign) if there else None
    drawn = message.get("drawing")
    if drawn is not None:
        there = allowed(asking, "flows.edit") and isinstance(drawn, str) and _may(asking, "edit", drawn)
        return Look(drawing(tenant, drawn), tenant, f"{drawn}/drawing") if there else None
    if not allowed(asking, "sessions.read") or not sight_of(asking).numbers:
        return None  # callers come by with their numbers
    if message.get("conferences") is True:
        return Look(conferences(tenant), tenant, CONFERENCES)
    return Look(room(tenant, flow), tenant, flow) if isinstance(flow, str) and _may(asking, "follow", flow) else None


def drawing(tenant: str, flow: str) -> str:
    """The room of those who draw a flow."""
    return room(tenant, f"{flow}/drawing")


class Lookers:
    """The pages of this process that look at something, each asked again every few seconds whether it still may.

    By a thread of its own, which is there while somebody looks.
    """

    def __init__(self, still: Callable[[str, Look, Any, Any], bool]) -> None:
        self._still = still
        self._lock = threading.Lock()
        self._looks: dict[tuple[str, str], tuple[Look, Any, Any]] = {}
        self._asking = False

    def add(self, connection: str, look: Look, message: Any, environ: Any) -> None:
        """A page looks at something, by this message of this connection."""
        with self._lock:
            self._looks[connection, look.room] = (look, message, environ)
            begin, self._asking = not self._asking, True
        if begin:
            threading.Thread(target=self._ask_for_ever, name="lookers", daemon=True).start()

    def remove(self, connection: str, room_name: str) -> None:
        """A page looks away."""
        with self._lock:
            self._looks.pop((connection, room_name), None)

    def forget(self, connection: str) -> None:
        """A page has gone."""
        with self._lock:
            for key in [key for key in self._looks if key[0] == connection]:
                del self._looks[key]

    def ask(self) -> None:
        """Ask of everyone once."""
        with self._lock:
            looks = list(self._looks.items())
        for (connection, room_name), (look, message, environ) in looks:
            try:
                if not self._still(connection, look, message, environ):
                    self.remove(connection, room_name)
            except (sa.exc.SQLAlchemyError, TenantUnknown) as error:  # the next page is asked all the same
                log.warning("whether a page may still look is not known", reason=type(error).__name__)

    def _ask_for_ever(self) -> None:
        while True:
            time.sleep(AGAIN)
            with self._lock:
                if not self._looks:
                    self._asking = False
                    return
            self.ask()


def _may(asking: Who, deed: Deed, flow: str) -> bool:
    identity = id_bytes(flow)
    if identity is None:
        return False
    try:
        with parts().stores.tenant(asking.tenant).read() as connection:
            flows.get(connection, identity)
            return flow_rights.may(asking, deed, flow_permissions.get(connection, identity))
    except FlowUnknown:
        return False


def _is_campaign(asking: Who, campaign: Any) -> bool:
    identity = id_bytes(campaign) if isinstance(campaign, str) else None
    if identity is None:
        return False
    try:
        with parts().stores.tenant(asking.tenant).read() as connection:
            flow_id = campaigns.get(connection, identity).flow_id
            return flow_rights.may(asking, "follow", flow_permissions.get(connection, flow_id))
    except CampaignUnknown:
        return False
