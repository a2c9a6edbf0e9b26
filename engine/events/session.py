"""What happens to a session as a whole, and the one way in which any command can fail."""

from __future__ import annotations

from engine.events.event import Answering, Event


class SessionStarted(Event, frozen=True, kw_only=True):
    """A session begins without a call: by the API, a record or a campaign."""


class SessionCancelled(Event, frozen=True, kw_only=True):
    """Somebody stopped the session; with `standing_at`, only if it stands at one of these nodes of its own flow."""

    reason: str = ""
    standing_at: list[str] = []


class SessionExpired(Event, frozen=True, kw_only=True):
    """The session has lasted as long as its flow lets sessions last."""


class SessionMoved(Event, frozen=True, kw_only=True):
    """The session is to go on in another version of its flow, wherever it stands.

    `key` is that version in the library, `version` its number; `nodes` says which node of the new version stands for
    one of the old that has another id there. With `standing_at`, only those that stand at one of these are meant.
    """

    version: int
    key: str
    nodes: dict[str, str] = {}
    standing_at: list[str] = []


class SessionFailed(Event, frozen=True, kw_only=True):
    """The engine itself could not go on: a fault of ours or of a node type, found in the log under the session's id."""

    reason: str = ""


class CommandFailed(Answering, frozen=True, kw_only=True):
    """The outside could not do what was asked. `reason` is for people."""

    reason: str = ""


def reason_of(event: Event) -> dict[str, str]:
    """Why something could not be done, as a node's result tells it; nothing if nobody said why."""
    return {"reason": event.reason} if isinstance(event, CommandFailed) and event.reason else {}


SessionEvent = SessionStarted | SessionCancelled | SessionExpired | SessionMoved | SessionFailed | CommandFailed
