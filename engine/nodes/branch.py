"""Branch: go on by the first condition that holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from engine.expressions.script import Script
from engine.fields import Condition, Field
from engine.labelled import Labelled, distinct
from engine.node import Action, Leave, Leaver, Node, NodeConfig, Outlet, Summary
from engine.session.session import Session


class Case(Labelled):
    """A condition, and the name of its outlet. `id` keeps the edge when the name changes."""

    when: Condition = Field(title="When", description="A condition such as record.age > 65.")


class BranchConfig(NodeConfig):
    conditions: Annotated[list[Case], AfterValidator(distinct)] = Field(
        title="Conditions", description="The first that holds is taken.", min_length=1, max_length=50
    )


class Branch(Node[BranchConfig]):
    """Goes on by the first condition that holds."""

    type, label, group, icon, medium = "branch", "Branch", "logic", "branch", "logic"
    help = "Conditions are asked from the top; where none holds, the flow goes on by “else”."
    starter = {"conditions": [{"label": "yes", "when": ""}]}

    def outlets(self) -> Iterator[Outlet]:
        yield from (Outlet(case.outlet, case.label) for case in self.config.conditions)
        yield Outlet("else", "Else")

    def prepare(self) -> None:
        self.cases = [(case.when, Leave(case.outlet, case.label)) for case in self.config.conditions]

    def enter(self, session: Session) -> Action:
        for condition, action in self.cases:
            if condition.test(session.scope):
                return action
        return Leave("else")

    def write_script(self, script: Script, leave: Leaver) -> None:
        for condition, action in self.cases:
            condition.write(script, "holds")
            with script.block("if holds:"):
                leave(action)
        leave(Leave("else"))

    def summary(self) -> Iterator[Summary]:
        for case in self.config.conditions:
            yield case.when.source
