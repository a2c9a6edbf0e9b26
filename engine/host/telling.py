"""Telling people of an alert, by e-mail and by a webhook; what one of them refuses does not stop the other.

It is told as done if one of the ways took it. If none did, it is tried again a minute later.
"""

from __future__ import annotations

import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import structlog

from engine.host.settings import Settings

log = structlog.get_logger()

PATIENCE = 15.0
"""Seconds that a mail server or a webhook may take."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What people and programs are told."""

    name: str
    state: str
    text: str
    value: float
    began_at: datetime
    ended_at: datetime | None


def tell(settings: Settings, told: Told) -> bool:
    """Tell it every way that is set up; False if it has to be tried again."""
    ways = [way for way, wanted in ((_mail, settings.alert_email), (_post, settings.alert_webhook)) if wanted]
    level = log.error if told.state == "begins" else log.info
    level("alert", name=told.name, state=told.state, text=told.text)
    taken = [_tried(way, settings, told) for way in ways]
    return any(taken) or not ways


def _tried(way: Callable[[Settings, Told], None], settings: Settings, told: Told) -> bool:
    try:
        way(settings, told)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.error("alert is not told", name=told.name, reason=f"{type(error).__name__}: {error}")
        return False
    return True


def _mail(settings: Settings, told: Told) -> None:
    recipients = [part.strip() for part in (settings.alert_email or "").split(",") if part.strip()]
    message = EmailMessage()
    host = socket.gethostname()
    over = "over: " if told.state == "ends" else ""
    message["Subject"] = f"Callweave on {host}: {over}{told.text}"[:200].replace("\n", " ")
    message["From"] = settings.alert_from or recipients[0]
    message["To"] = ", ".join(recipients)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="callweave")
    times = f"Since {told.began_at:%Y-%m-%d %H:%M:%S %Z}"
    times += f", over at {told.ended_at:%Y-%m-%d %H:%M:%S %Z}." if told.ended_at else "."
    message.set_content(f"{told.text}\n\n{times}\n{told.name} = {told.value:g}, on {host}\n")
    _send(settings.smtp_url or "smtp://127.0.0.1:25", message)


def _send(address: str, message: EmailMessage) -> None:
    """By `smtp://user:password@host:587`, with TLS where the server offers it; `smtps://` from the first byte on."""
    parts = urlsplit(address)
    host = parts.hostname or "127.0.0.1"
    secure = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)
    with server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls") and "plain" not in parse_qs(parts.query, True):
            server.starttls(context=secure)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _post(settings: Settings, told: Told) -> None:
    body = {**msgspec.to_builtins(told), "host": socket.gethostname()}
    headers = {"Content-Type": "application/json", "User-Agent": "callweave"}
    request = urllib.request.Request(settings.alert_webhook or "", json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        error.close()
        raise ValueError(f"the webhook answers {error.code}") from None
