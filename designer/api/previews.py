"""`/templates/preview`: what a template or a condition gives for somebody, while it is being written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.replies import reply, resource
from designer.api.shapes.checks import FaultShape
from designer.api.starts import ContactBody
from designer.just_begun import just_begun
from designer.words import say_fault
from engine.expressions import Condition, ExpressionError, Template
from engine.expressions.liquid import MAX_SOURCE
from engine.expressions.scope import Scope
from engine.faults import Fault
from engine.languages import TAG

api = resource("previews")
LONGEST = 1_000
"""Characters of a text that are shown."""


class PreviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["template", "condition"] = "template"
    sources: list[str] = Field(max_length=50, description=f"Each at most {MAX_SOURCE:,} characters.")
    contact: ContactBody = ContactBody()
    record: dict[str, Any] = Field({}, max_length=1_000)
    results: dict[str, Any] = Field({}, max_length=2_000)
    vars: dict[str, Any] = Field({}, max_length=2_000)
    language: str = Field(
        "en", max_length=35, pattern=f"^{TAG.pattern}$", description="The flow's, in which dates are written."
    )


class PreviewShape(BaseModel):
    text: str | None = Field(description="What the template writes; null where it has a fault, or is a condition.")
    holds: bool | None = Field(description="Whether the condition holds; null for a template.")
    errors: list[FaultShape]


class PreviewsShape(BaseModel):
    items: list[PreviewShape]


@api.post("/templates/preview", responses={200: PreviewsShape})
@needs("flows.read")
def preview(body: PreviewBody) -> Response:
    """What each source gives for this contact and record, now; what a flow finds out on its way is as it is given."""
    scope = _scope(body)
    return reply({"items": [_given(source, body.kind, scope) for source in body.sources]})


def _given(source: str, kind: str, scope: Scope) -> dict[str, Any]:
    try:
        if kind == "condition":
            return {"text": None, "holds": Condition(source).test(scope), "errors": []}
        return {"text": Template(source).render(scope)[:LONGEST], "holds": None, "errors": []}
    except ExpressionError as error:
        fault = say_fault(Fault("", error.message, error.params))
        return {"text": None, "holds": None, "errors": [fault]}


def _scope(body: PreviewBody) -> Scope:
    """The names as a session has them that has just begun with this contact and record."""
    contact = body.contact.model_dump(exclude_none=True)
    session = just_begun(
        body.language, contact=contact, record=body.record, at=datetime.now(UTC), time_zone=store().time_zone
    )  # fmt: skip
    session.run.results.update(body.results)
    session.run.vars.update(body.vars)
    return session.scope
