"""Who comes by a link to one flow: he has no account and no right, and the flow of his link is all that he is shown."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from flask import g, request

from designer.access import limits
from designer.access.suspension import refuse_suspended
from designer.access.witness import unseen
from designer.parts import parts
from designer.problems import Problem
from engine.store import flow_links, now_micros
from engine.store.flow_links import FlowLink
from engine.store.times import SECOND

log = structlog.get_logger()

MINUTE = 60 * SECOND
UNKNOWN = "This link is not known, or it has ended. Ask whoever gave it to you for a new one."
MESSAGES = {UNKNOWN}
"""Sentences of this module; each has its translation."""


def require_link() -> None:
    """Let whoever brings a link in, to its flow alone: 401 without one that is valid."""
    limits.wrong_keys().refuse_too_many()
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    at, found = now_micros(), None
    if scheme.lower() == "bearer":
        with parts().stores.control.read() as connection:
            found = flow_links.find(connection, secret.strip(), at=at)
    if found is None:
        limits.wrong_keys().count()
        raise Problem(401, UNKNOWN, headers={"WWW-Authenticate": "Bearer"})
    refuse_suspended(found.tenant)
    if at - (found.used_at or 0) >= MINUTE:
        _used(found, at)
    g.link = found


def link() -> FlowLink:
    """The link of this request; `require_link` has let it in."""
    found: FlowLink = g.link
    return found


def _used(found: FlowLink, at: int) -> None:
    """Note that a link has been used, to the minute; a request does not fail because this cannot be written."""
    try:
        with unseen(), parts().stores.control.begin() as connection:
            flow_links.used(connection, found.id, at=at)
    except sa.exc.SQLAlchemyError as error:
        log.warning("the use of a link was not noted", link=found.name, reason=type(error).__name__)
