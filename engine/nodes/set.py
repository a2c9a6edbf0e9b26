"""Set: give variables their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import StringConstraints

from engine.data_fields import Value
from engine.expressions.script import Script
from engine.fields import Field
from engine.node import DONE, Action, Leaver, Node, NodeConfig, Summary
from engine.session.session import Session

VariableName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class SetConfig(NodeConfig):
    variables: dict[VariableName, Value] = Field(
        title="Variables", description="A value that is exactly one {{ }} keeps its kind, else it is text.",
        min_length=1, max_length=50, json_schema_extra={"widget": "variables"},
    )  # fmt: skip


class Set(Node[SetConfig]):
    """Gives variables their values; later nodes read them as `vars.<name>`."""

    type, label, group, icon, medium = "set", "Set variables", "logic", "braces", "logic"
    help = "Each value is worked out in order; a later one may use an earlier one."
    starter = {"variables": {"value": ""}}

    def prepare(self) -> None:
        self.values = [(name, template.value) for name, template in (self.config.variables or {}).items()]

    def enter(self, session: Session) -> Action:
        scope, variables = session.scope, session.vars
        for name, value in self.values:
            variables[name] = value(scope)
        return DONE

    def write_script(self, script: Script, leave: Leaver) -> None:
        variables = script.root("vars")
        for name, template in self.config.variables.items():
            template.write(script, f"{variables}[{name!r}]")
        leave(DONE)

    def sets(self) -> Iterable[str]:
        return self.config.variables

    def summary(self) -> Iterator[Summary]:
        for name, template in self.config.variables.items():
            yield f"{name} = {template.source}"
