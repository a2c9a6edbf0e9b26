"""Mail from anybody, taken apart with care: nothing of it is run, believed, or allowed to take long. Pure.

The standard library's parser goes through every line with every boundary that is open, and deeper with each part; a
mail made for that keeps it busy for hours. So containers and lines are counted before it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

MAX_LINES = 600_000
MAX_CONTAINERS = 60
MAX_HEADER = 2_000
MAX_TEXT = 100_000
_CONTAINER = re.compile(rb"boundary\s*\*?\d*\*?\s*=|:\s*message/", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

Part = Message


class NotReadable(ValueError):
    """It is no mail that anybody would send."""


def parse(raw: bytes, largest: int) -> Part:
    """A mail as its parts; raises NotReadable."""
    if len(raw) > largest:
        raise NotReadable("too large")
    if raw.count(b"\n") > MAX_LINES or len(_CONTAINER.findall(raw)) > MAX_CONTAINERS:
        raise NotReadable("too many parts or lines")
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except (ValueError, LookupError, RecursionError) as error:
        raise NotReadable(f"no mail: {error}") from None


def header(part: Part, name: str) -> str:
    """A header's first value as one line of text, empty if there is none."""
    value = part.get(name)
    return "" if value is None else one_line(decoded(str(value)[:MAX_HEADER]))


def addresses(part: Part, *names: str) -> list[str]:
    """The addresses in these headers."""
    values = [str(value)[:MAX_HEADER] for name in names for value in part.get_all(name, [])]
    try:
        return [address for _, address in getaddresses(values) if "@" in address]
    except (ValueError, IndexError):
        return []


def decoded(value: str) -> str:
    """A header's value without its encoding (RFC 2047)."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(piece if isinstance(piece, str) else _text(piece, charset or "utf-8") for piece, charset in pieces)


def content(part: Part) -> bytes:
    """A part's bytes without their encoding."""
    try:
        if part.get_content_maintype() == "message" and part.is_multipart():
            return b"\r\n".join(each.as_bytes() for each in part.get_payload() if isinstance(each, Message))
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def text_of(part: Part) -> str:
    """A part's text; what does not fit its charset becomes �."""
    charset = part.get_content_charset() or "utf-8"
    return _text(content(part)[: 8 * MAX_TEXT], charset)[:MAX_TEXT]


def leaves(mail: Part) -> Iterator[Part]:
    """The parts that are no containers; a mail within the mail is one."""
    stack = [mail]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            stack += reversed([each for each in part.get_payload() if isinstance(each, Message)])
        else:
            yield part


def one_line(text: str) -> str:
    """Text without line breaks and signs that move others about."""
    return _CONTROL.sub("", " ".join(text.split()))


def clean(text: str) -> str:
    """Text with its lines, without other signs that nobody sees."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(raw: bytes, charset: str) -> str:
    if charset.lower() in ("gb2312", "gbk", "x-gbk"):
        charset = "gb18030"  # which both are parts of, and which mails that call themselves so are often written in
    try:
        return raw.decode(charset, "replace")
    except (LookupError, ValueError):  # unknown, or no charset at all, such as "zlib"
        return raw.decode("utf-8", "replace")
