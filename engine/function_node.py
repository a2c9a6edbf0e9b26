"""Function nodes: the work is a plain Python function, done in a process of its own.

The function may take long, import what it likes, and fail: it is run as a job, with a limit of time and without the
databases' credentials, and what it returns is the node's result. It may be run twice (a worker can die in the middle),
so what it does must do no harm by being done again.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic

import msgspec

from engine.commands import RunJob
from engine.events import CommandFailed, Event, JobFinished, TimerFired
from engine.expressions import Template
from engine.node import Action, Config, Leave, Node, Outlet, Wait
from engine.retries import again_at
from engine.secret import mask
from engine.session.session import Session


class FunctionNode(Node[Config], Generic[Config]):
    """A node whose work is `run`; its arguments are the config's fields, templates filled in, secrets masked."""

    group = "data"
    medium = "data"
    waits = True
    timeout: ClassVar[float] = 30.0
    """Seconds that one run may take."""
    tries: ClassVar[int] = 3
    """How often it is run at most, with growing pauses between; 1 for never again."""

    @staticmethod
    @abstractmethod
    def run(**arguments: Any) -> Any:
        """The work. What it returns (plain data, at most 64 KiB) is the result; what it raises is a failure."""

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Done")
        yield Outlet("failed", "Failed")

    def arguments(self, session: Session) -> dict[str, Any]:
        """What `run` is called with."""
        return {name: _value(value, session) for name, value in dict(self.config).items()}

    def enter(self, session: Session) -> Action:
        return self._ask(session, 1)

    def handle(self, session: Session, event: Event) -> Action:
        attempt = int(session.memo)
        match event:
            case JobFinished():
                return self.returned(event.result)
            case TimerFired():
                return self._ask(session, attempt + 1)
            case CommandFailed() if attempt < self.tries:
                return Wait(memo=attempt, until=again_at(session.at, attempt))
            case CommandFailed():
                return Leave("failed", details={"reason": event.reason, "tries": attempt})
        return Wait(memo=attempt)

    def returned(self, result: Any) -> Leave:
        """Where to go with what `run` has returned; `done` if nothing else is said."""
        return Leave("done", result=result)

    def _ask(self, session: Session, attempt: int) -> Wait:
        job = RunJob(node_type=self.type, arguments=self.arguments(session), timeout=self.timeout)
        return Wait((job,), memo=attempt)


def _value(value: Any, session: Session) -> Any:
    if isinstance(value, Template):
        return msgspec.to_builtins(value.value(session.scope), enc_hook=mask)
    if isinstance(value, Mapping):
        return {key: _value(entry, session) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(entry, session) for entry in value]
    return value
