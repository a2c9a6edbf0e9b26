"""A mail as bytes: what the flow wrote, its files, and the marks by which answers find the way back. Pure.

The body is seven bits wide, so that any server takes it. Only an address with letters outside ASCII before its @ needs
a server that knows SMTPUTF8 (RFC 6531); a domain of such letters is written as IDNA wants it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import idna
import msgspec

from engine.adapters.gateway import Refused
from engine.adapters.mail.config import SmtpConfig
from engine.adapters.mail.tokens import tagged, token
from engine.adapters.message_news import Attached
from engine.commands import SendMail

SEVEN_BITS = SMTP.clone(cte_type="7bit")


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in its envelope."""

    sender: str
    to: str
    content: bytes
    message_id: str
    utf8: bool


def compose(
    config: SmtpConfig, command: SendMail, key: str, *, files: Sequence[Attached], keys: Sequence[bytes], at: datetime
) -> Mail:
    """The mail that carries a command out; raises Refused."""
    to, sender = ascii_domain(command.to), ascii_domain(config.sender)
    mark = token(key, keys)
    utf8 = not (to.isascii() and sender.isascii())
    message = EmailMessage(policy=SEVEN_BITS.clone(utf8=utf8))
    try:
        message["From"] = _address(sender, config.sender_name)
        message["To"] = _address(to)
        if config.reply_to:
            replies = tagged(config.reply_to, mark)
            message["Reply-To"] = _address(replies, config.sender_name)
            message["List-Unsubscribe"] = f"<mailto:{replies}?subject=STOP&body=STOP>"  # RFC 2369
        message["Subject"] = command.subject
    except (ValueError, IndexError) as error:
        raise Refused(f"the mail cannot be written: {error}") from None
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id = f"<{mark or key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine is to answer
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(command.text)
    if command.html:
        if command.text:
            message.add_alternative(command.html, subtype="html")
        else:
            message.set_content(command.html, subtype="html")
    for file in files:
        kind, _, subtype = file.media_type.partition("/")
        if not subtype or kind in ("multipart", "message"):
            kind, subtype = "application", "octet-stream"
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return Mail(
        sender=tagged(config.bounces, mark) if config.bounces else sender, to=to, content=message.as_bytes(),
        message_id=message_id, utf8=utf8,
    )  # fmt: skip


def _address(written: str, name: str = "") -> Address:
    local, _, domain = written.rpartition("@")
    return Address(name, username=local, domain=domain)


def ascii_domain(address: str) -> str:
    """The address with its domain in ASCII; raises Refused if there can be no such domain."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        raise Refused(f"{domain} is no domain") from None
