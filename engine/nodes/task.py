"""Task: put something before a person, who decides in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator

from engine.commands import Cancel, CreateTask
from engine.durations import parse_duration
from engine.events import Event, TaskDecided, TimerFired, reason_of
from engine.faults import Phrase, shown
from engine.fields import Field, Name, Template, fault
from engine.forms import FormField, json_schema, named_apart
from engine.labelled import Labelled, distinct
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.session.session import Session
from engine.zoned import later, next_time_of_day, parse_when, when_is

MAX_TITLE = 500
MESSAGES = {"{value} is neither a date such as 2026-12-03 nor a time such as 2h or 3d"}
ONLY = "done"
"""The decision of a task that has none named: that it is done."""


class Due(Template):
    """A moment or a length of time, or a template that gives one."""

    widget = "due"

    @classmethod
    def _validate(cls, value: Any) -> Any:
        due = super()._validate(value)
        is_fixed = all(isinstance(piece, str) for piece in due.pieces)
        if is_fixed and parse_duration(due.source) is None and parse_when(due.source) is None:
            message = "{value} is neither a date such as 2026-12-03 nor a time such as 2h or 3d"
            raise fault(message, value=shown(due.source))
        return due

    def moment(self, session: Session) -> datetime | None:
        """When it is due: a day at its end, a time of day the next time. None if it says no time."""
        value = self.value(session.scope)
        length = parse_duration(value) if isinstance(value, str) else None
        if length is not None:
            return later(session.at, length, session.zone)
        when = parse_when(value)
        if isinstance(when, time):
            return next_time_of_day(session.at, when, session.zone)
        if when is None or isinstance(when, datetime):
            return None if when is None else when_is(when, session.zone)
        return when_is(when + timedelta(days=1), session.zone)


class Decision(Labelled):
    """What may be decided, with its outlet."""


class TaskConfig(NodeConfig):
    title: Template = Field(title="Title", description="What is to be decided: Call {{ record.name }} back.")
    role: Name = Field(title="Role", description="Who may decide it.")
    decisions: Annotated[list[Decision], AfterValidator(distinct)] = Field(
        [], title="Decisions", description="A button and an outlet each; without any, the task is done or not.",
        max_length=12,
    )  # fmt: skip
    form: Annotated[list[FormField], AfterValidator(named_apart)] = Field(
        [], title="Form", description="What is filled in with the decision.", max_length=30
    )
    due: Due | None = Field(
        None, title="Due", description="A date such as {{ record.visit_date }}, or a length of time such as 4h or 2d."
    )


class Task(Node[TaskConfig]):
    """Lets a person decide."""

    type, label, group, icon, medium = "task", "Task for a person", "data", "task", "data"
    help = (
        "The task waits in the browser of everyone with the role; who takes it first decides. A task that is not "
        "decided when it is due is withdrawn. `results.<node>.value` is the decision, `form` what was filled in, "
        "`by` who did it."
    )
    starter = {"title": "", "role": "", "decisions": [{"label": "Yes"}, {"label": "No"}]}
    waits = True

    def prepare(self) -> None:
        self.labels = {decision.outlet: decision.label for decision in self.config.decisions}

    def outlets(self) -> Iterator[Outlet]:
        yield from (Outlet(decision.outlet, decision.label) for decision in self.config.decisions)
        if not self.config.decisions:
            yield Outlet(ONLY, "Done")
        yield Outlet("timed_out", "Not decided in time")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config = self.config
        due = None if config.due is None else config.due.moment(session)
        if config.due is not None and due is None:
            return Leave("failed", details={"reason": "no date until which it is due"})
        title = " ".join(config.title.render(session.scope).split())[:MAX_TITLE]
        task = CreateTask(
            title=title, role=config.role, decisions=tuple(self.labels) or (ONLY,), labels=self.labels,
            form=json_schema(config.form), due="" if due is None else due.isoformat(),
        )  # fmt: skip
        return Wait((task,), until=due)

    def handle(self, session: Session, event: Event) -> Action:
        match event:
            case TaskDecided() if event.decision in self.labels or (not self.labels and event.decision == ONLY):
                label = self.labels.get(event.decision, "")
                details = {"form": event.form, "by": event.by} | ({"label": label} if label else {})
                return Leave(event.decision, event.decision, details)
            case TaskDecided():
                session.still(event.command_id)
                return Wait(until=session.wake_at)
            case TimerFired():
                withdrawn = tuple(Cancel(command_id=id) for id in session.run.pending)
                return Leave("timed_out", commands=withdrawn)
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield self.config.title.source
        yield self.config.role
        if self.config.due is not None:
            yield Phrase("due {time}", {"time": self.config.due.source})
