"""A text as it leaves: signed, cleaned of what no phone can show, and counted in parts before anybody pays for them."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.texting.alphabet import plain
from engine.texting.segments import TooLong, count
from engine.texting.signature import signed


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway asks of texts. `price` is that of one part, in millionths of `currency`.

    `plain_signs`: curly quotes and the like are written plainly where the text then fits GSM's alphabet.
    """

    signature: str = ""
    place: Literal["start", "end"] = "start"
    most_parts: int = 255
    sender: str = ""
    price: int | None = None
    currency: str | None = None
    plain_signs: bool = False


class Outgoing(msgspec.Struct, frozen=True):
    """The text that leaves, and how many parts it takes; `wrong` says why it may not."""

    text: str
    parts: int
    wrong: str = ""


def outgoing(text: str, rules: Rules) -> Outgoing:
    """What leaves by a gateway with these rules."""
    whole = signed(clean(text), rules.signature, rules.place)
    try:
        parts = min(count(whole), count(plain(whole))) if rules.plain_signs else count(whole)
    except TooLong as error:
        return Outgoing(whole, 0, str(error))
    wrong = f"it takes {parts} parts, and the gateway allows {rules.most_parts}" if parts > rules.most_parts else ""
    return Outgoing(whole, parts, wrong)


def clean(text: str) -> str:
    """The text as every database and phone can take it: no noughts, no halves of characters."""
    if text.isascii():
        return text.replace("\0", "")
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
