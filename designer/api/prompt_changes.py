"""`/flows/{id}/prompt-changes`: who changed what a prompt says, in which language, and how it was before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from flask import Response
from pydantic import BaseModel, Field

from designer import prompt_history
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.flows import FlowPath
from designer.api.replies import reply, resource
from engine.store import from_micros

api = resource("prompt_changes", 404)


class ChangesPath(FlowPath):
    node: str = Field(max_length=64)
    place: str = Field(max_length=200, description="In the node's config, such as choices.1.said.")


class PromptChangeShape(BaseModel):
    at: datetime
    by: str | None
    language: str
    what: prompt_history.What
    before: Any = Field(description="What was said, as a flow has it; null if nothing was.")
    after: Any = Field(description="What was said from then on; null if nothing was.")
    asset: str | None = Field(description="The recording of which a version was put in, if that is the change.")
    version: int | None


class PromptChangesShape(BaseModel):
    items: list[PromptChangeShape]


@api.get("/flows/<flow>/prompt-changes/<node>/<place>", responses={200: PromptChangesShape})
@needs("flows.read")
def list_prompt_changes(path: ChangesPath) -> Response:
    """The newest changes of a prompt's words, voice and recordings, as far as drafts are kept."""
    with store().read() as connection:
        found = prompt_history.of_prompt(connection, who().tenant, path.id, path.node, path.place)
    return reply({"items": [{**msgspec.structs.asdict(one), "at": from_micros(one.at)} for one in found]})
