"""Look up: ask a source, read-only, and go on by whether something was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import StringConstraints

from engine.answers import fitting
from engine.commands import Lookup as AskSource
from engine.data_fields import MAX_ENTRIES, Parameters, SourceName, filled
from engine.events import Event, LookupAnswered, reason_of
from engine.fields import Field
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session

Query = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


class LookupConfig(NodeConfig):
    source: SourceName = Field(title="Source", description="The name of a source, such as the hospital's system.")
    query: Query = Field(
        title="Query", description="What is asked, as it is declared at the source. Values go in as parameters."
    )
    parameters: Parameters = Field(
        {}, title="Parameters", description="A value that is exactly one {{ }} keeps its kind. Secrets may stand here.",
        max_length=MAX_ENTRIES, json_schema_extra={"widget": "variables"},
    )  # fmt: skip


class Lookup(Node[LookupConfig]):
    """Asks a source for rows."""

    type, label, group, icon, medium = "lookup", "Look up", "data", "lookup", "data"
    help = (
        "`results.<node>.value` is the first row, `rows` the first hundred (64 KiB at most), `count` how many there "
        "are. “Failed” is a source that does not answer; that nothing is there is “not found”."
    )
    starter = {"source": "", "query": ""}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("found", "Found")
        yield Outlet("not_found", "Not found")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config = self.config
        parameters = filled(config.parameters, session.scope)
        return Wait((AskSource(source=config.source, query=config.query, parameters=parameters),))

    def handle(self, session: Session, event: Event) -> Action:
        if not isinstance(event, LookupAnswered):
            return Leave("failed", details=reason_of(event))
        if not event.rows:
            return Leave("not_found", details={"rows": [], "count": 0})
        rows = fitting(event.rows)
        if not rows:
            return Leave("failed", details={"reason": "a row of more than 64 KiB", "count": len(event.rows)})
        return Leave("found", rows[0], {"rows": rows, "count": len(event.rows)})

    def summary(self) -> Iterator[Summary]:
        yield f"{self.config.source}: {self.config.query}"
