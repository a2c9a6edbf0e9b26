"""The gate behind the door: whether the one who asks may do what this endpoint does, with the flow that it names.

It stands before the request's body and address are looked at, so that a refusal says nothing of what there is.
"""

from __future__ import annotations

from flask import current_app, request

from designer.access import flow_rights
from designer.access.identity import who
from designer.access.rights import DOOR, Right, allowed, needed
from designer.problems import Problem

MESSAGES = {"You may not do this: it needs the right {right}.", "This address is closed."}
"""Sentences of this module; each has its translation."""


def require_right() -> None:
    """Refuse who lacks the right of this endpoint: Problem 403. One that names no right is closed."""
    right = None if request.endpoint is None else needed(current_app.view_functions[request.endpoint])
    if right is None or right == DOOR:
        raise Problem(403, "This address is closed.")
    require(right)
    flow_rights.require_by_address(right, request.view_args or {})


def require(right: Right) -> None:
    """Refuse who lacks this right: Problem 403."""
    if not allowed(who(), right):
        raise Problem(403, "You may not do this: it needs the right {right}.", {"right": right})
