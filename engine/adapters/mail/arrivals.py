"""What a mail that has come in is: a bounce, an answer, a mail, or nothing that anybody needs. Pure.

What it answers is believed by our signed token alone: in the address that it was sent to, else in the Message-ID that
it refers to, which is one. A forged or lost token makes a bounce nobody's, and a reply a mail like any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from engine.adapters.mail import bounces
from engine.adapters.mail.config import SmtpConfig
from engine.adapters.mail.hostile import NotReadable, Part, addresses, content, decoded, header, leaves, one_line, parse
from engine.adapters.mail.tokens import key_of, tag_of
from engine.adapters.mail.words import words_of
from engine.adapters.message_news import Attached, Bounced, MailReceived

MAX_ATTACHMENTS = 20
_ID = re.compile(r"<([a-z2-7]{40,50})@", re.IGNORECASE)
_TRACES = ("Message-ID", "From", "To", "Date", "Subject")
_MACHINES = ("bulk", "junk", "list", "auto_reply")
_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """From whom and to whom a mail server says it was; of a mailbox nobody says."""

    sender: str | None = None
    receiver: str = ""


def news_of(
    raw: bytes, envelope: Envelope, *, config: SmtpConfig, keys: Sequence[bytes], at: datetime
) -> MailReceived | Bounced | None:
    """What is to be reported; None if nothing is. Raises NotReadable."""
    try:
        return _news_of(raw, envelope, config, keys, at)
    except (TypeError, AttributeError, LookupError, RecursionError) as error:  # what the parser makes of nonsense
        raise NotReadable(f"no mail: {type(error).__name__}") from error


def _news_of(
    raw: bytes, envelope: Envelope, config: SmtpConfig, keys: Sequence[bytes], at: datetime
) -> MailReceived | Bounced | None:
    mail = parse(raw, config.largest)
    to = [envelope.receiver] if envelope.receiver else addresses(mail, *_ENVELOPE)
    token = next((key for address in to if (key := key_of(tag_of(address), keys))), "")
    if bounces.is_report(mail) or _is_for_bounces(to, config):
        return _bounce(mail, token, keys, at)
    sender = next(iter(addresses(mail, "From", "Sender")), envelope.sender or "")
    if not sender:
        raise NotReadable("no sender")
    return MailReceived(
        external_id=_digest(mail, raw), sender=sender[:200], receiver=(to[0] if to else config.sender)[:200],
        subject=header(mail, "Subject")[:500], text=words_of(mail), at=at,
        token=token or next(_referred_to(mail, keys), ""), attachments=tuple(_attached(mail)),
        automatic=_is_automatic(mail, envelope),
    )  # fmt: skip


def _bounce(mail: Part, token: str, keys: Sequence[bytes], at: datetime) -> Bounced | None:
    is_report = bounces.is_report(mail)
    if not is_report and header(mail, "Auto-Submitted").lower().startswith("auto-replied"):
        return None  # somebody is on holiday, and his machine answers to the wrong address
    said = bounces.report(mail) if is_report else bounces.in_words(mail)
    known = token or next(_marked(said.original, keys), "")
    if not known or not said.failed:
        return None
    return Bounced(
        token=known, address=said.address[:200], permanent=said.permanent, reason=said.reason, at=at
    )  # fmt: skip


def _is_for_bounces(to: Sequence[str], config: SmtpConfig) -> bool:
    if not config.bounces or config.bounces.lower() == config.reply_to.lower():
        return False
    local, _, domain = config.bounces.lower().rpartition("@")
    return any(address.lower().startswith(f"{local}+") and address.lower().endswith(f"@{domain}") for address in to)


def _is_automatic(mail: Part, envelope: Envelope) -> bool:
    """Whether a machine has written it, which is no answer, and must not be answered (RFC 3834)."""
    said = header(mail, "Auto-Submitted").lower()
    return (
        (bool(said) and said != "no")
        or envelope.sender == ""
        or header(mail, "Precedence").lower() in _MACHINES
        or any(mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe"))
    )


def _referred_to(mail: Part, keys: Sequence[bytes]) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield from _marked(header(mail, name), keys)


def _marked(written: str, keys: Sequence[bytes]) -> Iterator[str]:
    for found in _ID.finditer(written):
        if key := key_of(found[1], keys):
            yield key


def _attached(mail: Part) -> Iterator[Attached]:
    files = (part for part in leaves(mail) if part is not mail and (part.get_filename() or _is_attachment(part)))
    for number, part in zip(range(MAX_ATTACHMENTS), files, strict=False):
        name = re.sub(r"[/\\:]", "_", one_line(decoded(part.get_filename() or ""))).lstrip(".")[:150]
        yield Attached(name=name or f"file-{number + 1}", media_type=part.get_content_type(), content=content(part))


def _is_attachment(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_content_maintype() not in ("text", "multipart")


def _digest(mail: Part, raw: bytes) -> str:
    """The same for a mail that is brought twice, with another trace of the way that it came."""
    body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")[2]
    head = "\n".join(str(mail.get(name, "")) for name in _TRACES)
    return hashlib.sha256(head.encode("utf-8", "surrogateescape") + b"\n\n" + body).hexdigest()
