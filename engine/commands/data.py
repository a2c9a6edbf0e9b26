"""Commands to sources, to other people's servers, to our own records, and to people at their screens."""

from __future__ import annotations

from typing import Any, Literal

from engine.commands.command import Command


class Lookup(Command, frozen=True, kw_only=True):
    """Ask a source, read-only. Answered by `LookupAnswered` or `CommandFailed`.

    Parameters may be, or hold, an `engine.secret.Secret`; whoever sends them takes `engine.secret.revealed` of them.
    """

    source: str
    query: str
    parameters: dict[str, Any] = {}


class WriteSource(Command, frozen=True, kw_only=True):
    """Write back to a source by a statement that is declared there, once. Answered by `SourceWritten`.

    Parameters may be secrets, as those of `Lookup`. It happens once by a key: the session's id and this command's.
    """

    source: str
    statement: str
    parameters: dict[str, Any] = {}


class HttpRequest(Command, frozen=True, kw_only=True):
    """Ask a server. Answered by `HttpAnswered` or `CommandFailed`. `timeout` in seconds.

    Values of headers and the body are text, or an `engine.secret.Secret` of text.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    url: str
    headers: dict[str, Any] = {}
    body: Any = ""
    timeout: float = 10.0
    on_unknown: Literal["fail", "resend"] = "fail"


class UpdateFields(Command, frozen=True, kw_only=True):
    """Give fields of the record or the contact new values. Answered by `FieldsUpdated` or `CommandFailed`."""

    of: Literal["record", "contact"]
    fields: dict[str, Any]


class CreateTask(Command, frozen=True, kw_only=True):
    """Put something before a person, to be decided in the browser. Answered by `TaskDecided`.

    `labels` are the decisions' words where they have others than their ids. `form` is the JSON Schema of what is to be
    filled in; `due` is RFC 3339, empty for never.
    """

    title: str
    role: str
    decisions: tuple[str, ...]
    labels: dict[str, str] = {}
    form: dict[str, Any] = {}
    due: str = ""


class StartFlow(Command, frozen=True, kw_only=True):
    """Start a session of another flow, for this contact or another. Answered by `CommandDone` or `CommandFailed`."""

    flow: str
    contact: dict[str, Any] = {}
    inputs: dict[str, Any] = {}


class RunJob(Command, frozen=True, kw_only=True):
    """Run a function node's Python function in a process of its own. Answered by `JobFinished` or `CommandFailed`."""

    node_type: str
    arguments: dict[str, Any] = {}
    timeout: float = 30.0


class Cancel(Command, frozen=True, kw_only=True):
    """What an earlier command asked for is not wanted any more: a task, a job, a call that still rings."""

    command_id: str


DataCommand = Lookup | WriteSource | HttpRequest | UpdateFields | CreateTask | StartFlow | RunJob | Cancel
