"""`/privacy`: who in the organisation is shown whole telephone numbers and mail addresses."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import PRIVACY, Privacy
from designer.access.witness import changed
from designer.api.replies import reply, resource
from designer.problems import Problem
from engine.records.seeing import ADMINISTRATOR
from engine.store import now_micros, own_settings

api = resource("privacy")
Role = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
MESSAGES = {"Only an administrator decides who sees what."}
"""Sentences of this module; each has its translation."""


class PrivacyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    numbers: list[Role] | None = Field(
        None, max_length=50, description="Roles that see whole numbers, as administrators do; null: all but auditors."
    )


@api.get("/privacy", responses={200: PrivacyBody})
@needs("own")
def get_privacy() -> Response:
    """Who is shown whole numbers; to all others lists, records and exports show their ends."""
    with store().read() as connection:
        return reply(own_settings.get(connection, PRIVACY, Privacy))


@api.put("/privacy", responses={200: PrivacyBody})
@needs("privacy.edit")
def put_privacy(body: PrivacyBody) -> Response:
    """Set it; an administrator's word."""
    if who().role != ADMINISTRATOR:
        raise Problem(403, "Only an administrator decides who sees what.")
    wanted = Privacy(numbers=None if body.numbers is None else tuple(body.numbers))
    with store().begin() as connection:
        before = own_settings.get(connection, PRIVACY, Privacy)
        own_settings.put(connection, PRIVACY, wanted, at=now_micros())
        changed("privacy", None, before={"numbers": before.numbers}, after={"numbers": wanted.numbers})
    return reply(wanted)
