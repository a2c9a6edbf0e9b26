"""`/triggers`: what starts a flow. A telephone number starts one flow of the whole platform, a word one of yours."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from designer.access.identity import store, who
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.flows import TriggerShape, TriggersShape
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.fields import fault
from engine.matching import forms
from engine.store import from_micros, id_text, now_micros, triggers
from engine.store.flows import FlowUnknown
from engine.store.triggers import NumberTaken, Trigger, WordTaken
from engine.texting.addresses import canonical

api = resource("triggers", 404, 409)
MOST_WORDS = 30
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class TriggerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["call", "sms"] = Field(description="`call`: somebody calls a number. `sms`: a text answers nothing.")
    number: str | None = Field(
        None, pattern=r"^\+?[0-9*#]{1,32}$",
        description="The number that is called, as the trunk gives it; or that is written to: any of yours without it.",
    )  # fmt: skip
    keyword: Word | list[Word] | None = Field(
        None, description="Of `sms`: a word that the text says, or several; without one any text that nobody waits for."
    )
    flow: str = Field(max_length=64, description="The flow's id.")

    @property
    def words(self) -> list[str]:
        """The words, as a list."""
        return [self.keyword] if isinstance(self.keyword, str) else self.keyword or []

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.kind == "call" and self.number is None:
            raise fault("a call trigger needs a number")
        if self.kind == "call" and self.keyword is not None:
            raise fault("only a text has a keyword")
        if len(self.words) > MOST_WORDS:
            raise fault("at most {limit} entries (has {actual})", limit=MOST_WORDS, actual=len(self.words))
        for word in self.words:
            if not forms(word):
                raise fault("{value} has nothing in it that can be answered", value=shown(word))
        return self


class TriggersQuery(PageQuery):
    flow: str | None = Field(None, max_length=64, description="Of this flow only.")


class TriggerPath(BaseModel):
    trigger: str = Field(max_length=64)


@api.post("/triggers", responses={201: TriggerShape})
@once
def create_trigger(body: TriggerBody) -> Response:
    """Let calls to a number, or texts with a word, start a flow; 409 if the number or the word starts one already."""
    flow_id = identity_in(body.flow, "flow")
    try:
        made = _bound(body, flow_id)
    except NumberTaken as taken:
        raise Problem(409, "The number {number} starts a flow already.", {"number": body.number}) from taken
    except WordTaken as taken:
        raise Problem(409, "The word {word} starts a flow already.", {"word": shown(taken.word)}) from taken
    except FlowUnknown as unknown:
        wrong = Fault("flow", "there is no flow {value}", {"value": shown(body.flow)})
        raise Problem(422, "The request does not fit.", errors=[wrong]) from unknown
    return reply(trigger_data(made), 201, Location=f"/api/v1/triggers/{id_text(made.id)}")


@api.get("/triggers", responses={200: TriggersShape})
def list_triggers(query: TriggersQuery) -> Response:
    """Every trigger, the newest first."""
    flow_id = None if query.flow is None else identity_in(query.flow, "flow")
    with store().read() as connection:
        rows = triggers.page(connection, before=query.after(bytes), limit=query.limit + 1, flow_id=flow_id)
    return reply(page(rows, query.limit, lambda row: row.id, trigger_data))


@api.delete("/triggers/<trigger>", responses={204: None})
def delete_trigger(path: TriggerPath) -> Response:
    """Free the number or the words; sessions that were started go on."""
    wanted = identity(path.trigger, "There is no such trigger.")
    if not triggers.remove(parts().stores, who().tenant, wanted, at=now_micros()):
        raise Problem(404, "There is no such trigger.")
    return Response(status=204)


def _bound(body: TriggerBody, flow_id: bytes) -> Trigger:
    if body.kind == "call":
        assert body.number is not None
        return triggers.bind_number(parts().stores, who().tenant, flow_id=flow_id, number=body.number, at=now_micros())
    number = canonical(body.number or "", parts().settings.country)
    with store().begin() as connection:
        return triggers.bind_sms(connection, flow_id=flow_id, number=number, words=body.words, at=now_micros())


def trigger_data(trigger: Trigger) -> dict[str, Any]:
    """A trigger as the API writes it."""
    return {
        "id": id_text(trigger.id),
        "kind": trigger.kind,
        "flow": id_text(trigger.flow_id),
        "number": trigger.number,
        "keyword": trigger.config.get("words"),
        "created_at": from_micros(trigger.created_at),
    }
