"""What of a session is stored between two turns, and its times: microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

Status = Literal["running", "waiting", "completed", "failed", "cancelled", "expired"]
LIVE: frozenset[str] = frozenset({"running", "waiting"})
"""The statuses of a session that can still go on."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Run(msgspec.Struct, array_like=True, gc=False):
    """A flow being walked: the session's own, or a sub-flow inside it."""

    node: str | None = None
    vars: dict[str, Any] = {}
    results: dict[str, dict[str, Any]] = {}
    memo: Any = None
    pending: list[str] = []
    """Ids of the commands whose answers the node waits for."""
    wake: int | None = None
    """When the node is to be woken."""
    listens: list[tuple[str, str]] = []
    """What else the node waits for: kind and key."""
    hang_up: int = 0
    """1 after a hang-up of ours, 2 once the flow's `on_hang_up` has been taken."""
    flow: str = ""
    """The library's key of a sub-flow; empty for the session's own flow."""
    version: int = 1
    """The version of the node's type by which `memo` was written."""

    def leave(self) -> None:
        """Forget what the node waited for."""
        if self.memo is not None:
            self.memo = None
        if self.wake is not None:
            self.wake = None
        if self.pending:
            self.pending = []
        if self.listens:
            self.listens = []


class State(msgspec.Struct, array_like=True, gc=False):
    """All of a session that is stored: times are microseconds UTC."""

    status: Status = "running"
    outcome: str | None = None
    at: int = 0
    commands: int = 0
    """How many commands the session has given; the next one's id is one more."""
    turns: int = 0
    steps: int = 0
    legs: dict[str, bool] = {}
    """The live parties by leg; True once answered."""
    had_leg: bool = False
    call: dict[str, Any] = {}
    """What templates see as `call`."""
    message: dict[str, Any] = {}
    """What templates see as `message`: the last one that was answered with."""
    language: str = ""
    seed: int = 0
    """Where chance comes from."""
    runs: list[Run] = []


def microseconds(at: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_microseconds(at: int) -> datetime:
    """The moment that many microseconds after 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=at)
