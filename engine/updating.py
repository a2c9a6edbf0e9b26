"""Giving fields of the record or of the contact new values: the same for both but for whose fields they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from engine.answers import MAX_BYTES, size
from engine.commands import UpdateFields
from engine.data_fields import MAX_ENTRIES, FieldName, Value
from engine.events import Event, FieldsUpdated, reason_of
from engine.fields import Field
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.secret import revealed
from engine.session.session import Session


class UpdateConfig(NodeConfig):
    fields: dict[FieldName, Value] = Field(
        title="Fields", description="A value that is exactly one {{ }} keeps its kind, else it is text.",
        min_length=1, max_length=MAX_ENTRIES, json_schema_extra={"widget": "variables"},
    )  # fmt: skip


class Update(Node[UpdateConfig]):
    """Gives fields new values; later nodes read what the store made of them."""

    of: ClassVar[Literal["record", "contact"]]
    starter = {"fields": {"field": ""}}
    group, icon, medium = "data", "update", "data"
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Done")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        values = {name: template.value(session.scope) for name, template in self.config.fields.items()}
        if revealed(values) is not values:
            return Leave("failed", details={"reason": "a secret cannot be kept in a field"})
        values = msgspec.to_builtins(values, enc_hook=str)
        if size(values) > MAX_BYTES:
            return Leave("failed", details={"reason": "values of more than 64 KiB"})
        return Wait((UpdateFields(of=self.of, fields=values),))

    def handle(self, session: Session, event: Event) -> Action:
        if not isinstance(event, FieldsUpdated):
            return Leave("failed", details=reason_of(event))
        if self.of == "record":
            session.know(record=event.fields)
        else:
            session.know(contact=event.fields)
        return Leave("done")

    def summary(self) -> Iterator[Summary]:
        for name, template in self.config.fields.items():
            yield f"{name} = {template.source}"
