"""Mails that say that a mail of ours was not delivered: reports (RFC 3464), or plain words. Pure."""

from __future__ import annotations

import re

import msgspec

from engine.adapters.mail.hostile import Part, header, leaves, one_line
from engine.adapters.mail.words import words_of

SHOWN = 300
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_STATUS = re.compile(r"\b([245])\.(\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"^[^\n]*?\b([45])\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?[^\n]*", re.MULTILINE)
_OF_THE_ADDRESS = re.compile(r"1\.[1-6]|1\.10|2\.1|4\.4|0\.0")
"""Statuses (RFC 3463) that say that the address is no good, and not that the box is full or the mail is not liked."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says: `failed` is False for one that only tells of a delay, or of success.

    `permanent`: no mail will ever arrive there.
    """

    failed: bool
    permanent: bool
    address: str
    reason: str
    original: str
    """The Message-ID of the mail that it is about, as far as it says so."""


def is_report(mail: Part) -> bool:
    """Whether this is a delivery status notification; some call theirs multipart/mixed."""
    return any(part.get_content_type() in _REPORTS for part in leaves(mail))


def report(mail: Part) -> Report:
    """What a delivery status notification says."""
    action = status = reason = address = original = ""
    for part in leaves(mail):
        kind = part.get_content_type()
        if kind in _REPORTS:
            for block in _blocks(part):
                if not action and block.get("Action"):
                    action, status = header(block, "Action").lower(), header(block, "Status")
                    reason = _typed(header(block, "Diagnostic-Code"))
                    address = _typed(header(block, "Original-Recipient") or header(block, "Final-Recipient"))
        elif kind in _ORIGINALS:
            original = original or _message_id(part)
    if not reason and (found := _CODE.search(words_of(mail))):
        reason = found[0]
    return Report(
        failed=action in ("failed", ""), permanent=_is_permanent(f"{reason} {status}"), address=address,
        reason=one_line(reason if status in reason or status.endswith(".0.0") else f"{status} {reason}")[:SHOWN],
        original=original,
    )  # fmt: skip


def in_words(mail: Part) -> Report:
    """What a mail to an address for bounces says that is no report: the first line with a code in it."""
    text = words_of(mail)
    found = _CODE.search(text)
    reason = found[0] if found else header(mail, "Subject") or text[:SHOWN]
    return Report(
        failed=True, permanent=found is not None and _is_permanent(found[0]), address="",
        reason=one_line(reason)[:SHOWN], original="",
    )  # fmt: skip


def _is_permanent(said: str) -> bool:
    """The first status that says more than `5.0.0`, else the code."""
    statuses = _STATUS.findall(said)
    kind, more = next((each for each in statuses if each[1] != "0.0"), statuses[0] if statuses else ("", ""))
    if not kind:
        found = _CODE.search(said)
        return found is not None and found[1] == "5"
    return kind == "5" and _OF_THE_ADDRESS.fullmatch(more) is not None


def _blocks(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Part)] if isinstance(payload, list) else []


def _typed(value: str) -> str:
    """`rfc822; ann@example.com` without its type."""
    return value.partition(";")[2].strip() if ";" in value else value


def _message_id(part: Part) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        return header(payload[0], "Message-ID") if payload and isinstance(payload[0], Part) else ""
    found = re.search(r"^Message-ID:\s*(<[^>\s]{1,250}>)", str(payload)[:100_000], re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""
