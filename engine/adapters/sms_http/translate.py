"""A text as a provider's request, and its answer as what became of the text. Pure."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import msgspec
import re2

from engine.adapters.gateway import Carried, NotNow, Refused, Unsure
from engine.adapters.sms_http.asked import top_fields
from engine.adapters.sms_http.config import SmsHttpConfig
from engine.adapters.sms_http.filling import coding, filled
from engine.adapters.sms_http.json_places import as_text, at_place
from engine.adapters.sms_http.signing import Pairs, in_order, signature
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


def request(config: SmsHttpConfig, command: SendSms, key: str, *, at: datetime) -> Request:
    """The request for a text, as it is made at this time."""
    values = {
        "to": number(command.to, config.to_format), "text": command.text, "sender": command.sender or config.sender,
        "key": key, "coding": coding(command.text), "time": str(int(at.timestamp())),
        "time_ms": str(int(at.timestamp() * 1_000)), "date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "nonce": hashlib.sha256(f"{key} {at.isoformat()}".encode()).hexdigest()[:32],
    } | {f"secrets.{name}": secret for name, secret in config.secrets.items()}  # fmt: skip
    headers = {"User-Agent": AGENT} | {
        name: " ".join(value.split()) for name, value in filled(config.headers, values).items()
    }
    if config.user:
        pair = f"{config.user}:{config.secrets['password']}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    filled_in = _Parts(
        query=filled(config.params, values), form=filled(config.form, values), json=filled(config.json_body, values),
        headers=headers,
    )  # fmt: skip
    if config.sign is not None:
        _sign(config, filled_in, values)
    return _written(config, filled_in)


class _Parts(msgspec.Struct, kw_only=True):
    """A request with everything in its place, but not yet written."""

    query: dict[str, str]
    form: dict[str, str]
    json: Any
    headers: dict[str, str]


def _sign(config: SmsHttpConfig, parts: _Parts, values: dict[str, str]) -> None:
    """Put the signature into its place."""
    sign = config.sign
    assert sign is not None
    unsigned = _written(config, parts)
    url = urlsplit(unsigned.url)
    signed = {name: value.encode() for name, value in values.items() if not name.startswith("secrets.")} | {
        "method": config.method.encode(), "url": unsigned.url.encode(), "host": url.netloc.encode(),
        "path": (url.path + (f"?{url.query}" if url.query else "")).encode(), "body": unsigned.body or b"",
        **in_order(_fields(parts)),
    }  # fmt: skip
    made = signature(sign, signed, config.secrets)
    kind, _, name = sign.stands.partition(".")
    {"query": parts.query, "form": parts.form, "json": parts.json, "header": parts.headers}[kind][name] = made


def _fields(parts: _Parts) -> Pairs:
    if isinstance(parts.json, dict):
        return top_fields(parts.json)
    return top_fields(parts.form or parts.query)


def _written(config: SmsHttpConfig, parts: _Parts) -> Request:
    headers, body = dict(parts.headers), None
    if parts.json is not None:
        body = msgspec.json.encode(parts.json)
        headers.setdefault("Content-Type", "application/json")
    elif parts.form:
        body = urlencode(parts.form).encode()
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    url = config.url
    if parts.query:
        url += ("&" if "?" in url else "?") + urlencode(parts.query)
    return Request(method=config.method, url=url, headers=headers, body=body)


def number(to: str, written: str) -> str:
    """The number as the provider wants it; what has no country's code gets none."""
    digits = to.removeprefix("+")
    if written == "digits":
        return digits
    return f"+{digits}" if written == "plus" else to


def outcome(config: SmsHttpConfig, command: SendSms, received: Received, key: str) -> Carried:
    """What the provider has made of the text; raises NotNow, Refused or Unsure.

    `sent` is as far as anybody knows by that; its receipts say more, under its id or under our `key`.
    """
    said = _masked(config, f"{received.status}: {' '.join(received.text.split())}"[:SHOWN])
    if received.status in config.try_again:
        raise NotNow(said)
    if received.status not in config.accepted:
        if received.status >= 500:
            raise Unsure(said)
        raise Refused(said)
    answer = _data(received)
    if (
        config.accepted_field is not None
        and as_text(at_place(answer, config.accepted_field)) not in config.accepted_values
    ):
        raise Refused(said)
    if config.accepted_pattern is not None and not re2.search(config.accepted_pattern, received.text):
        raise Refused(said)
    reference = key if config.our_id else _message_id(config, answer, received.text)
    return Carried(event=MessageSent(command_id=command.id, state="sent"), reference=reference)


def _message_id(config: SmsHttpConfig, answer: Any, text: str) -> str:
    if config.message_id_field is not None:
        return as_text(at_place(answer, config.message_id_field))
    if config.message_id_pattern is not None:
        found = re2.search(config.message_id_pattern, text)
        return str(found.group(1)) if found else ""
    return ""


def _data(received: Received) -> Any:
    try:
        return msgspec.json.decode(received.body)
    except msgspec.DecodeError:
        return None


def _masked(config: SmsHttpConfig, text: str) -> str:
    """A provider's words without our secrets, which some repeat."""
    for secret in config.secrets.values():
        if secret:
            text = text.replace(secret, MASK)
    return text
