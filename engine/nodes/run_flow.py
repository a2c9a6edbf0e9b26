"""Run a flow: walk a sub-flow, then go on here with what it has found out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import GetPydanticSchema, StringConstraints, WithJsonSchema
from pydantic_core import core_schema

from engine.data_fields import Value
from engine.faults import Phrase, shown
from engine.fields import Field, fault
from engine.node import HUNG_UP, Action, Descend, Node, NodeConfig, Outlet, Summary
from engine.nodes.set import VariableName
from engine.session.session import Session

MAX_VERSION = 1_000_000
MESSAGES = {"must be latest or the number of a version (is {value})", "version {number}"}


def _version(value: Any) -> int | str:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 8:
        value = int(value)  # as a form of one line gives it
    if value == "latest" or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_VERSION):
        return value  # type: ignore[no-any-return]
    raise fault("must be latest or the number of a version (is {value})", value=shown(value))


Version = Annotated[
    int | Literal["latest"],
    GetPydanticSchema(lambda source, handler: core_schema.no_info_plain_validator_function(_version)),
    WithJsonSchema({"widget": "text", "anyOf": [{"const": "latest"}, {"type": "integer", "minimum": 1}]}),
]
FlowName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A flow's id, or its name."""


class RunFlowConfig(NodeConfig):
    flow: FlowName = Field(title="Flow", description="The flow that is walked.", json_schema_extra={"widget": "flow"})
    version: Version = Field(
        "latest", title="Version", description="The latest is the one published when the session comes here."
    )
    inputs: dict[VariableName, Value] = Field(
        {}, title="Inputs", description="The sub-flow's first variables; exactly one {{ }} keeps its kind.",
        max_length=50, json_schema_extra={"widget": "variables"},
    )  # fmt: skip


class RunFlow(Node[RunFlowConfig]):
    """Walks another flow as a part of this one."""

    type, label, group, icon, medium = "run_flow", "Run a flow", "logic", "runflow", "logic"
    help = (
        "The sub-flow is told the inputs and speaks to the same caller. When it has ended, its outcome is this node's "
        "value and its variables are this node's outputs."
    )
    starter = {"flow": ""}
    waits = True
    names_flow = "inside"

    def prepare(self) -> None:
        self.inputs = [(name, template.value) for name, template in (self.config.inputs or {}).items()]

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("completed", "Completed")
        yield Outlet("failed", "Failed")
        yield HUNG_UP

    def enter(self, session: Session) -> Action:
        scope, version = session.scope, self.config.version
        inputs = {name: value(scope) for name, value in self.inputs}
        return Descend(self.config.flow, None if version == "latest" else int(version), inputs)

    def summary(self) -> Iterator[Summary]:
        yield self.config.flow
        if self.config.version != "latest":
            yield Phrase("version {number}", {"number": self.config.version})
