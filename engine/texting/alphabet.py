"""The GSM 7-bit default alphabet and its extension (3GPP TS 23.038 §6.2.1), one septet to a byte as SMPP carries it."""

from __future__ import annotations

ESCAPE = 0x1B
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_SEPTETS = {sign: bytes([code]) for code, sign in enumerate(_BASIC) if code != ESCAPE}
_SEPTETS |= {sign: bytes([ESCAPE, code]) for code, sign in _EXTENDED.items()}
_PLAIN = str.maketrans({
    "\u00a0": " ", "\u2018": "'", "\u2019": "'", "\u201a": ",", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2013": "-", "\u2014": "-", "\u2026": "...", "\u2022": "*", "\u2032": "'", "\u2033": '"', "`": "'", "\t": " ",
})  # fmt: skip


def septets(text: str) -> list[bytes] | None:
    """Each character as one or two septets; None if one of them is not in the alphabet."""
    found = [_SEPTETS.get(sign, b"") for sign in text]
    return found if all(found) else None


def from_septets(coded: bytes) -> str:
    """The text of septets, one to a byte. An escape without a known second septet is a blank (TS 23.038 §6.2.1.1)."""
    text: list[str] = []
    codes = iter(coded)
    for code in codes:
        if code == ESCAPE:
            text.append(_EXTENDED.get(next(codes, 0), " "))
        else:
            text.append(_BASIC[code & 0x7F])
    return "".join(text)


def plain(text: str) -> str:
    """The same text with typographic signs (curly quotes, dashes, ellipsis) as a typewriter has them."""
    return text.translate(_PLAIN)
