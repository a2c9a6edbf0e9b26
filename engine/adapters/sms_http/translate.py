"""A text as a provider's request, and its answer as what became of the text. Pure."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
import re2

from engine.adapters.gateway import Carried, NotNow, Refused, Unsure
from engine.adapters.sms_http.config import SmsHttpConfig
from engine.adapters.sms_http.filling import coding, filled
from engine.commands import SendSms
from engine.events import MessageSent
from engine.secret import MASK

if TYPE_CHECKING:
    from engine.adapters.http.client import Received

AGENT = "Callweave"
SHOWN = 200
"""Characters of an answer that a reason repeats."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to the provider."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


def request(config: SmsHttpConfig, command: SendSms, key: str) -> Request:
    """The request for a text."""
    values = {
        "to": number(command.to, config.to_format), "text": command.text, "sender": command.sender or config.sender,
        "key": key, "coding": coding(command.text),
    } | {f"secrets.{name}": secret for name, secret in config.secrets.items()}  # fmt: skip
    headers = {"User-Agent": AGENT} | {
        name: " ".join(value.split()) for name, value in filled(config.headers, values).items()
    }
    if config.user:
        pair = f"{config.user}:{config.secrets['password']}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    body: bytes | None = None
    if config.json_body is not None:
        body = msgspec.json.encode(filled(config.json_body, values))
        headers.setdefault("Content-Type", "application/json")
    elif config.form:
        body = urlencode(filled(config.form, values)).encode()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    url = config.url
    if config.params:
        url += ("&" if "?" in url else "?") + urlencode(filled(config.params, values))
    return Request(method=config.method, url=url, headers=headers, body=body)


def number(to: str, written: str) -> str:
    """The number as the provider wants it; what has no country's code gets none."""
    digits = to.removeprefix("+")
    if written == "digits":
        return digits
    return f"+{digits}" if written == "plus" else to


def outcome(config: SmsHttpConfig, command: SendSms, received: Received) -> Carried:
    """What the provider has made of the text; raises NotNow, Refused or Unsure.

    A provider that took the text reports nothing further here, so `sent` is as far as anybody knows.
    """
    said = _masked(config, f"{received.status}: {' '.join(received.text.split())}"[:SHOWN])
    if received.status in config.try_again:
        raise NotNow(said)
    if received.status not in config.accepted:
        if received.status >= 500:
            raise Unsure(said)
        raise Refused(said)
    answer = _data(received)
    if config.accepted_field is not None and _text(_at(answer, config.accepted_field)) not in config.accepted_values:
        raise Refused(said)
    if config.accepted_pattern is not None and not re2.search(config.accepted_pattern, received.text):
        raise Refused(said)
    return Carried(
        event=MessageSent(command_id=command.id, state="sent"), reference=_message_id(config, answer, received.text)
    )


def _message_id(config: SmsHttpConfig, answer: Any, text: str) -> str:
    if config.message_id_field is not None:
        return _text(_at(answer, config.message_id_field))
    if config.message_id_pattern is not None:
        found = re2.search(config.message_id_pattern, text)
        return str(found.group(1)) if found else ""
    return ""


def _data(received: Received) -> Any:
    try:
        return msgspec.json.decode(received.body)
    except msgspec.DecodeError:
        return None


def _at(data: Any, place: str) -> Any:
    for part in place.split("."):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _masked(config: SmsHttpConfig, text: str) -> str:
    """A provider's words without our secrets, which some repeat."""
    for secret in config.secrets.values():
        if secret:
            text = text.replace(secret, MASK)
    return text
