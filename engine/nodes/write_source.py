"""Write to a source: what the flow found out goes back to the system that the record came from."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands import WriteSource as WriteBack
from engine.data_fields import MAX_ENTRIES, Parameters, SourceName, filled
from engine.events import Event, SourceWritten, reason_of
from engine.fields import Field
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session


class WriteSourceConfig(NodeConfig):
    source: SourceName = Field(title="Source", description="The name of a source, such as the hospital's system.")
    statement: SourceName = Field(
        title="Statement", description="What is written, as it is declared at the source; no other can be."
    )
    parameters: Parameters = Field(
        {}, title="Parameters", description="A value that is exactly one {{ }} keeps its kind. Secrets may stand here.",
        max_length=MAX_ENTRIES, json_schema_extra={"widget": "variables"},
    )  # fmt: skip


class WriteSource(Node[WriteSourceConfig]):
    """Writes back to a source, once."""

    type, label, group, icon, medium = "write_source", "Write to a source", "data", "writeback", "data"
    help = (
        "It is written once, whatever breaks on the way. “Refused” is the source's word, with its `reason` in the "
        "result: a slot that is gone, a rule that is broken. “Failed” is a source that could not be reached."
    )
    starter = {"source": "", "statement": ""}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Written")
        yield Outlet("refused", "Refused")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config = self.config
        parameters = filled(config.parameters, session.scope)
        return Wait((WriteBack(source=config.source, statement=config.statement, parameters=parameters),))

    def handle(self, session: Session, event: Event) -> Action:
        match event:
            case SourceWritten(refused=True):
                return Leave("refused", details={"reason": event.reason})
            case SourceWritten():
                return Leave("done")
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield f"{self.config.source}: {self.config.statement}"
