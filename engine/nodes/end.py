"""End: the flow is over, with an outcome."""

from __future__ import annotations

from collections.abc import Iterator

from engine.expressions.scope import Scope
from engine.fields import Field, Template
from engine.node import Action, Finish, Node, NodeConfig, Outlet, Summary
from engine.session.session import Session

MAX_OUTCOME = 200


class EndConfig(NodeConfig):
    outcome: Template | None = Field(
        None, title="Outcome", description="One word for how it went, such as confirmed; lists and counts go by it."
    )


class End(Node[EndConfig]):
    """Ends the flow with an outcome."""

    type, label, group, icon, medium = "end", "End", "logic", "flag", "logic"
    help = "The session is completed. Whoever is still on the line is let go."

    def outlets(self) -> Iterator[Outlet]:
        yield from ()

    def prepare(self) -> None:
        outcome = self.config.outcome
        self.fixed = None if outcome is not None and outcome.names else self._finish({})

    def enter(self, session: Session) -> Action:
        return self.fixed or self._finish(session.scope)

    def summary(self) -> Iterator[Summary]:
        if self.config.outcome is not None:
            yield self.config.outcome.source

    def _finish(self, scope: Scope) -> Finish:
        template = self.config.outcome
        outcome = "" if template is None else template.render(scope).strip()[:MAX_OUTCOME]
        return Finish(outcome or None)
