"""Mails that say that a mail of ours was not delivered: reports (RFC 3464), or plain words. Pure."""

from __future__ import annotations

import re

import msgspec

from engine.adapters.mail.hostile import Part, header, leaves, one_line
from engine.adapters.mail.words import words_of

SHOWN = 300
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_CODE = re.compile(r"^[^\n]*?\b([45])\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?[^\n]*", re.MULTILINE)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says: `failed` is False for one that only tells of a delay, or of success."""

    failed: bool
    permanent: bool
    address: str
    reason: str
    original: str
    """The Message-ID of the mail that it is about, as far as it says so."""


def is_report(mail: Part) -> bool:
    """Whether this is a delivery status notification."""
    kind = str(mail.get_param("report-type") or "").lower()
    return mail.get_content_type() == "multipart/report" and kind in ("delivery-status", "global-delivery-status")


def report(mail: Part) -> Report:
    """What a delivery status notification says."""
    action = status = reason = address = original = ""
    for part in leaves(mail):
        kind = part.get_content_type()
        if kind in ("message/delivery-status", "message/global-delivery-status"):
            for block in _blocks(part):
                if not action and block.get("Action"):
                    action, status = header(block, "Action").lower(), header(block, "Status")
                    reason = _typed(header(block, "Diagnostic-Code"))
                    address = _typed(header(block, "Final-Recipient") or header(block, "Original-Recipient"))
        elif kind in ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"):
            original = original or _message_id(part)
    found = _STATUS.search(status) or _STATUS.search(reason)
    return Report(
        failed=action in ("failed", ""), permanent=found is not None and found[1] == "5", address=address,
        reason=one_line(f"{status} {reason}" if status not in reason else reason)[:SHOWN], original=original,
    )  # fmt: skip


def in_words(mail: Part) -> Report:
    """What a mail to an address for bounces says that is no report: the first line with a code in it."""
    text = words_of(mail)
    found = _CODE.search(text)
    reason = found[0] if found else header(mail, "Subject") or text[:SHOWN]
    return Report(
        failed=True, permanent=found is not None and found[1] == "5", address="", reason=one_line(reason)[:SHOWN],
        original="",
    )  # fmt: skip


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
