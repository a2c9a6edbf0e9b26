"""The characters of a message: MSH-18 names them, and the bytes are read by that. Pure.

MSH-18 stands in the message that it describes, which is no riddle: names of charsets are ASCII, and every charset that
MLLP can carry writes ASCII's letters as ASCII does. UTF-16 and UTF-32 do not, and are refused.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Charset = Literal["utf-8", "gb18030", "big5", "latin-1", "ascii"]
"""What may be declared for messages that do not say it."""

_BY_NAME: Final = {
    "ASCII": "ascii", "USASCII": "ascii",
    "UNICODEUTF8": "utf-8", "UTF8": "utf-8", "UNICODE": "utf-8",
    "GB180302000": "gb18030", "GB18030": "gb18030", "GBK": "gb18030", "GB2312": "gb18030",
    "BIG5": "big5hkscs", "KSX1001": "euc_kr", "ISOIR87": "iso2022_jp", "88591": "latin-1", "ISO88591": "latin-1",
    **{f"8859{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 9, 15)},
}  # fmt: skip
"""HL7 table 0211, written as `_plain` leaves it; GBK and GB 2312, which are no part of it, are parts of GB 18030."""


class NotText(NamedTuple):
    """The bytes are not in this charset: the first that is not, and where it stands."""

    octet: int
    offset: int


def codec(named: str) -> str | None:
    """Python's name for what MSH-18 says; None if we do not read it."""
    return _BY_NAME.get(_plain(named))


def _plain(named: str) -> str:
    return "".join(each for each in named.upper() if each.isalnum())


def decoded(content: bytes, name: str) -> str | NotText:
    """The message as text."""
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        return NotText(content[error.start], error.start)
