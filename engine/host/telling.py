"""Telling people of an alert, by e-mail and by a webhook; what one of them refuses does not stop the other.

It is told as done if one of the ways took it. If none did, it is tried again a minute later.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import msgspec
import structlog

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.adapters.guard import Allowed
from engine.adapters.http.client import Client
from engine.adapters.mail import SmtpConfig
from engine.adapters.mail.by_url import config_of
from engine.adapters.mail.compose import SEVEN_BITS, Mail
from engine.adapters.mail.server import MailServer
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
    except (OSError, NotNow, Refused, Unsure, ValueError) as error:
        log.error("alert is not told", name=told.name, reason=f"{type(error).__name__}: {error}")
        return False
    return True


def _mail(settings: Settings, told: Told) -> None:
    recipients = [part.strip() for part in (settings.alert_email or "").split(",") if part.strip()]
    message = EmailMessage()
    host = socket.gethostname()
    over = "over: " if told.state == "ends" else ""
    message["Subject"] = f"Callweave on {host}: {over}{told.text}"[:200].replace("\n", " ")
    message["From"] = settings.alert_from or settings.smtp_from or recipients[0]
    message["To"] = ", ".join(recipients)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="callweave")
    times = f"Since {told.began_at:%Y-%m-%d %H:%M:%S %Z}"
    times += f", over at {told.ended_at:%Y-%m-%d %H:%M:%S %Z}." if told.ended_at else "."
    message.set_content(f"{told.text}\n\n{times}\n{told.name} = {told.value:g}, on {host}\n")
    asyncio.run(_hand_over(settings, message["From"], recipients, message))


async def _hand_over(settings: Settings, sender: str, recipients: list[str], message: EmailMessage) -> None:
    """To each by himself: a wrong address among them keeps nobody from being told."""
    config = config_of(settings.smtp_url or "smtp://127.0.0.1:25", sender=sender, ca=settings.smtp_ca)
    server = MailServer(SmtpConfig.model_validate(config | {"timeout": PATIENCE}), None, lambda: True)
    failed: list[Exception] = []
    for recipient in recipients:
        mail = Mail(
            sender=sender, to=recipient, content=message.as_bytes(policy=SEVEN_BITS), utf8=False,
            message_id=message["Message-ID"],
        )  # fmt: skip
        try:
            await server.deliver(mail)
        except (NotNow, Refused, Unsure) as error:
            log.error("alert is not told", to=recipient, reason=error.reason)
            failed.append(error)
    await server.close()
    if len(failed) == len(recipients):
        raise failed[-1]


def _post(settings: Settings, told: Told) -> None:
    body = {**msgspec.to_builtins(told), "host": socket.gethostname()}
    headers = {"Content-Type": "application/json", "User-Agent": "callweave"}
    status = asyncio.run(_posted(settings, headers, json.dumps(body).encode()))
    if not 200 <= status < 300:
        raise ValueError(f"the webhook answers {status}")


async def _posted(settings: Settings, headers: dict[str, str], body: bytes) -> int:
    """By the guard that flows' requests go by, and to the address itself alone."""
    client = Client(Allowed.read(settings.allow_hosts), lambda: True, at_once=1)
    url = settings.alert_webhook or ""
    try:
        answer = await client.ask("POST", url, headers=headers, body=body, timeout=PATIENCE, follow=False)
    finally:
        await client.close()
    return answer.status
