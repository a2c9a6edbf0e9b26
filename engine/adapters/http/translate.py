"""HTTP requests and answers as commands and events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from engine.commands import HttpRequest
from engine.events import Answering, CommandFailed, HttpAnswered
from engine.secret import revealed

if TYPE_CHECKING:
    from engine.adapters.http.client import Received

KEY_HEADER = "Idempotency-Key"
AGENT = "Callweave"
_JSON = ("application/json", "+json")


def headers_of(command: HttpRequest, key: str) -> dict[str, str]:
    """The request's headers, secrets in the clear; a key with what may do its work twice, if the author gives none."""
    headers = {name: str(revealed(value)) for name, value in command.headers.items()}
    named = {name.lower() for name in headers}
    if "user-agent" not in named:
        headers["User-Agent"] = AGENT
    if command.method != "GET" and KEY_HEADER.lower() not in named:
        headers[KEY_HEADER] = key
    if revealed(command.body) and "content-type" not in named:
        headers["Content-Type"] = "text/plain; charset=utf-8"
    return headers


def body_of(command: HttpRequest) -> bytes | None:
    """The request's body, secrets in the clear; None if there is none."""
    body = revealed(command.body)
    return str(body).encode("utf-8", "replace") if body else None


def answer(command: HttpRequest, received: Received) -> Answering:
    """What the server has answered; more than a session keeps is a failure."""
    if not received.whole:
        return CommandFailed(
            command_id=command.id, reason=f"an answer of more than 64 KiB (its status is {received.status})"
        )
    return HttpAnswered(command_id=command.id, status=received.status, body=_taken_apart(received))


def _taken_apart(received: Received) -> Any:
    """JSON as data, anything else as text."""
    if received.media_type.endswith(_JSON):
        try:
            return msgspec.json.decode(received.body)
        except msgspec.DecodeError:
            pass
    return received.text or None
