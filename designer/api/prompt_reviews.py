"""`/flows/{id}/prompt-reviews`: which prompts somebody has found right, in which language.

A mark is about what was said when it was set: it is lost when the words change in that language, or the recording that
is heard in their place. When another language changes it stays, and says so.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.witness import changed
from designer.api.flows import FlowPath
from designer.api.replies import reply, resource
from designer.problems import Problem
from designer.prompt_places import assets_in, prompt_at, said_in
from engine.faults import Fault
from engine.store import assets, flows, from_micros, now_micros, prompt_reviews
from engine.store.prompt_reviews import Review

api = resource("prompt_reviews", 404, 409)
GONE = "There is no such mark."
OTHERWISE = "This prompt reads otherwise by now."
MESSAGES = {GONE, OTHERWISE, "nothing is said there"}
"""Sentences of this module; each has its translation."""


class PlaceOfPrompt(BaseModel):
    model_config = ConfigDict(extra="forbid")

    node: str = Field(min_length=1, max_length=64)
    place: str = Field(min_length=1, max_length=200, description="In the node's config, such as choices.1.said.")
    language: str = Field(min_length=1, max_length=35)


class ReviewPath(FlowPath):
    node: str = Field(max_length=64)
    place: str = Field(max_length=200)
    language: str = Field(max_length=35)


class ReviewBody(PlaceOfPrompt):
    spoken: str | list[dict[str, Any]] = Field(description="What was found right, as the draft has it.")
    machine: bool = Field(False, description="A machine has translated it, and nobody has found it right so far.")


Where = PlaceOfPrompt | Review


class ReviewShape(PlaceOfPrompt):
    by: str
    at: str
    machine: bool
    others_changed: bool = Field(description="Whether another language of this prompt has changed since.")


class ReviewsShape(BaseModel):
    items: list[ReviewShape]


@api.get("/flows/<flow>/prompt-reviews", responses={200: ReviewsShape})
@needs("flows.read")
def list_prompt_reviews(path: FlowPath) -> Response:
    """The marks of a flow's prompts that still hold for its draft."""
    with store().read() as connection:
        said = _Said(connection, path.id)
        marks = prompt_reviews.of_flow(connection, path.id)
        held = [_data(each, said) for each in marks if said.digest(each) == each.content]
    return reply({"items": held})


@api.put("/flows/<flow>/prompt-reviews", responses={200: ReviewShape})
@needs("flows.edit")
def put_prompt_review(path: FlowPath, body: ReviewBody) -> Response:
    """Mark a prompt as found right in a language; 409 if the draft says something else by now."""
    with store().begin() as connection:
        said = _Said(connection, path.id)
        if said.silent(body):
            wrong = Fault("place", "nothing is said there")
            raise Problem(422, "The request does not fit.", errors=[wrong])
        if said.spoken(body) != body.spoken:
            raise Problem(409, OTHERWISE)
        review = Review(
            node=body.node, place=body.place, language=body.language, reviewer=who().name, at=now_micros(),
            content=said.digest(body), others=said.others(body), machine=body.machine,
        )  # fmt: skip
        prompt_reviews.put(connection, path.id, review)
        deed = "translated" if body.machine else "reviewed"
        changed("flows", path.flow, after={deed: f"{body.node}.{body.place} {body.language}"})
        return reply(_data(review, said))


@api.delete("/flows/<flow>/prompt-reviews/<node>/<place>/<language>", responses={204: None})
@needs("flows.edit")
def delete_prompt_review(path: ReviewPath) -> Response:
    """Take a mark back."""
    with store().begin() as connection:
        if not prompt_reviews.remove(connection, path.id, path.node, path.place, path.language):
            raise Problem(404, GONE)
        changed("flows", path.flow, before={"reviewed": f"{path.node}.{path.place} {path.language}"})
    return Response(status=204)


class _Said:
    """What a flow's draft says, and which recordings are heard in it."""

    def __init__(self, connection: sa.Connection, flow_id: bytes) -> None:
        self._connection = connection
        self._nodes: dict[str, Any] = msgspec.json.decode(flows.draft(connection, flow_id)[0]).get("nodes") or {}
        self._sounds: dict[tuple[str, str], list[str]] = {}

    def spoken(self, where: Where) -> Any:
        """What is said there in a language."""
        return said_in(self._prompt(where), where.language)

    def silent(self, where: Where) -> bool:
        """Whether nothing is said there."""
        said = self.spoken(where)
        return not (said.strip() if isinstance(said, str) else isinstance(said, list) and said)

    def digest(self, where: Where) -> bytes:
        """Tells the words and recordings from all others."""
        said = self.spoken(where)
        return _digest([said, [self._heard(name, where.language) for name in assets_in(said)]])

    def others(self, where: Where) -> bytes:
        """Tells what the other languages say from all else that they could."""
        value = self._prompt(where)
        said = value.items() if isinstance(value, dict) else ()
        return _digest({name: words for name, words in said if name != where.language})

    def _prompt(self, where: Where) -> Any:
        return prompt_at(self._nodes, where.node, where.place)

    def _heard(self, name: str, language: str) -> list[str]:
        """The files that may be heard for an asset now."""
        if (name, language) not in self._sounds:
            found = assets.find(self._connection, name)
            used = [] if found is None else [each for each in found.files if each.in_use]
            files = sorted(each.sha256.hex() for each in used if each.language in (language, assets.ANY_LANGUAGE))
            self._sounds[name, language] = files
        return self._sounds[name, language]


def _data(review: Review, said: _Said) -> dict[str, Any]:
    return {
        "node": review.node, "place": review.place, "language": review.language, "by": review.reviewer,
        "at": from_micros(review.at), "machine": review.machine,
        "others_changed": said.others(review) != review.others,
    }  # fmt: skip


def _digest(value: Any) -> bytes:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).digest()
