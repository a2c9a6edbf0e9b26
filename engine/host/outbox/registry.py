"""Which command goes to which gateway, and how it stands in the outbox.

A command's row is written with the turn, by whoever advances the session; only the name of the gateway is fixed then.
What is behind that name is looked up when the command leaves, so that a gateway may be set up, mended or replaced while
commands wait for it.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.commands import (
    AnyCommand,
    AskAdapter,
    Command,
    CreateTask,
    HttpRequest,
    Lookup,
    PlaceCall,
    RunJob,
    SendFax,
    SendMail,
    SendSms,
    WriteSource,
)
from engine.secret import keep, kept, mask
from engine.store import new_id
from engine.store.job_rows import JOBS
from engine.store.outbox import TASK, OutboxRow

TELEPHONE: Final = "telephone"
"""Calls are placed by the engine that has the trunks, not by a driver of this package (`host/calls.py`)."""
FAX: Final = "fax"
"""Faxes as well (`host/faxes_out.py`)."""
GATEWAY_OF: Final[dict[type[Command], str]] = {
    HttpRequest: "http",
    SendSms: "sms",
    SendMail: "mail",
    SendFax: FAX,
    PlaceCall: TELEPHONE,
    Lookup: "source",
    WriteSource: "source",
    CreateTask: TASK,
    RunJob: "run_job",
    AskAdapter: "ask_adapter",
}
HANDED_OVER: Final = tuple(GATEWAY_OF)
"""Commands that leave by the outbox: written with the turn, answered by way of the inbox."""
DRIVEN: Final = ("http", "sms", "mail", "source")
"""The gateways that the drivers of this package drive; jobs are taken by workers, tasks by people."""
BY_HAND: Final = "hand"
"""The id of a person's command, whose row has the message's id in place of a session's."""
CONFIRMATION: Final = "confirmation"
"""The same of the one text that tells somebody that he gets no more."""
_SAFE_AGAIN = (Lookup, WriteSource)
"""What only reads, and what happens once by its key however often it leaves."""
_LANE_LENGTH = 200
_decoder: msgspec.msgpack.Decoder[AnyCommand] = msgspec.msgpack.Decoder(AnyCommand, ext_hook=kept)


def row_of(session_id: bytes, command: Command, at: int) -> OutboxRow:
    """The outbox's row of a command that leaves by it."""
    gateway = GATEWAY_OF[type(command)]
    body, sealed = _written(command, secrets=gateway not in JOBS)
    lane = command.to[:_LANE_LENGTH] if isinstance(command, SendSms | SendMail) else None
    return OutboxRow(
        id=new_id(), session_id=session_id, command_id=command.id, gateway=gateway, state="due", body=body,
        attempts=0, due_at=at, updated_at=at, lane=lane, on_unknown=_on_unknown(command), sealed=sealed,
    )  # fmt: skip


def row_by_hand(identity: bytes, command: Command, at: int) -> OutboxRow:
    """The outbox's row of a command that no session asks for; nobody gets its answer."""
    return msgspec.structs.replace(row_of(identity, command, at), id=identity)


def is_by_hand(command_id: str) -> bool:
    """Whether no session has asked for this."""
    return command_id in (BY_HAND, CONFIRMATION)


def command_of(row: OutboxRow) -> AnyCommand:
    """The command that a row stands for; ValueError if it cannot be read here."""
    if not row.body:
        raise ValueError(row.reason or "it is empty")
    try:
        return _decoder.decode(row.body)
    except msgspec.MsgspecError as error:
        raise ValueError(f"it cannot be read: {error}") from None


def _written(command: Command, *, secrets: bool) -> tuple[bytes, bool]:
    """The command's bytes, and whether there is a secret in them."""
    found: list[bool] = []

    def keep_noting(value: Any) -> Any:
        found.append(True)
        return keep(value)

    body = msgspec.msgpack.encode(command, enc_hook=keep_noting if secrets else mask)
    return body, bool(found)


def _on_unknown(command: Command) -> str:
    """Whether it may leave again when nobody knows whether it did: what is safe may, else its node says."""
    if isinstance(command, _SAFE_AGAIN) or (isinstance(command, HttpRequest) and command.method == "GET"):
        return "resend"
    return str(getattr(command, "on_unknown", "fail"))
