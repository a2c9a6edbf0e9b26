"""One request: who sent it, what is to be kept of it, and its answer. Pure, and the same wherever it comes in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from engine.adapters.sms_http.asked import Asked
from engine.adapters.sms_http.known import Doubt, doubt
from engine.faults import Fault, dotted
from engine.sources.source import Arrival
from engine.sources.webhook.config import WebhookConfig
from engine.sources.webhook.translate import arrivals

_TITLES: Final = {401: "Unauthorized", 403: "Forbidden", 422: "Unprocessable Content"}


class Refusal(msgspec.Struct, frozen=True):
    """Nothing of the request is kept: the HTTP status, a sentence, and the faults."""

    status: int
    sentence: str
    errors: tuple[Fault, ...] = ()
    doubt: Doubt | None = None


class Reply(msgspec.Struct, frozen=True):
    """What the sender hears."""

    status: int
    body: bytes
    content_type: str


def received(config: WebhookConfig, asked: Asked, at: datetime) -> list[Arrival] | Refusal:
    """What is to be kept of a request."""
    why = None if config.known_by is None else doubt(config.known_by, asked, config.secrets, at)
    if why is not None:
        return Refusal(401 if why == "missing" else 403, "This is not from the sender that is set up.", doubt=why)
    found = arrivals(config, asked)
    if isinstance(found, Fault):
        return Refusal(422, "The request does not fit.", (found,))
    return found


def reply(config: WebhookConfig, faults: Sequence[Sequence[Fault]]) -> Reply:
    """The answer when all is kept: how many rows went their way, and which were rejected and are kept for a person."""
    rejected = [(number, wrong) for number, wrong in enumerate(faults) if wrong]
    if config.answer is not None and not rejected:
        answer = config.answer
        return Reply(answer.status, answer.text.encode(), f"{answer.content_type}; charset=utf-8")
    if rejected and len(rejected) == len(faults):
        errors = [error for number, wrong in rejected for error in _errors(wrong, f"{number}")]
        return problem(422, "No row could be taken in; they are kept for a person.", errors)
    told = [{"row": number, "errors": list(_errors(wrong))} for number, wrong in rejected]
    body = msgspec.json.encode({"accepted": len(faults) - len(rejected), "rejected": told})
    return Reply(200, body, "application/json")


def refusal(found: Refusal) -> Reply:
    """The answer when nothing is kept."""
    return problem(found.status, found.sentence, list(_errors(found.errors)))


def problem(status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> Reply:
    """A problem (RFC 9457)."""
    said: dict[str, Any] = {"type": "about:blank", "title": _TITLES[status], "status": status, "detail": detail}
    return Reply(status, msgspec.json.encode(said | ({"errors": errors} if errors else {})), "application/problem+json")


def _errors(faults: Sequence[Fault], path: str = "") -> Iterator[dict[str, str]]:
    for fault in faults:
        yield {"path": dotted(path, fault.path), "message": fault.sentence}
