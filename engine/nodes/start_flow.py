"""Start a flow: begin a session of its own, and go on here without waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import StringConstraints

from engine.commands import StartFlow as StartSession
from engine.data_fields import Value
from engine.events import CommandDone, CommandFailed, Event
from engine.fields import Field, Template
from engine.node import FAILED, Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.nodes.run_flow import FlowName
from engine.nodes.set import VariableName
from engine.secret import revealed
from engine.session.session import Session

ContactField = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class StartFlowConfig(NodeConfig):
    flow: FlowName = Field(title="Flow", description="The flow that is started.", json_schema_extra={"widget": "flow"})
    contact: dict[ContactField, Template] = Field(
        {}, title="Contact", description="Whom it is for: phone, name, language; empty for the same contact.",
        max_length=50, json_schema_extra={"widget": "variables"},
    )  # fmt: skip
    inputs: dict[VariableName, Value] = Field(
        {}, title="Inputs", description="The flow's first variables; exactly one {{ }} keeps its kind.",
        max_length=50, json_schema_extra={"widget": "variables"},
    )  # fmt: skip


class StartFlow(Node[StartFlowConfig]):
    """Starts another flow in a session of its own, for this contact or another."""

    type, label, group, icon, medium = "start_flow", "Start a flow", "logic", "flow", "logic"
    help = "The other session goes its own way: this one goes on at once, and learns nothing of how it ends."
    starter = {"flow": ""}
    waits = True
    names_flow = "beside"

    def prepare(self) -> None:
        self.contact = [(name, template.value) for name, template in (self.config.contact or {}).items()]
        self.inputs = [(name, template.value) for name, template in (self.config.inputs or {}).items()]

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Started")
        yield FAILED

    def enter(self, session: Session) -> Action:
        scope = session.scope
        contact = {name: value(scope) for name, value in self.contact} or dict(session.contact)
        if revealed(contact) is not contact:
            return Leave("failed", details={"reason": "a secret cannot be kept in a field"})
        inputs = {name: value(scope) for name, value in self.inputs}
        return Wait((StartSession(flow=self.config.flow, contact=contact, inputs=inputs),))

    def handle(self, session: Session, event: Event) -> Action:
        if isinstance(event, CommandDone):
            return Leave("done")
        return Leave("failed", details={"reason": event.reason} if isinstance(event, CommandFailed) else {})

    def summary(self) -> Iterator[Summary]:
        yield self.config.flow
