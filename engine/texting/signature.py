"""The sender's signature 【…】 that Chinese gateways ask for, once, at the start or the end of a text."""

from __future__ import annotations

import re
from typing import Literal

_SIGNED = re.compile(r"^\s*【[^【】]{1,30}】|【[^【】]{1,30}】\s*$")


def signed(text: str, name: str, place: Literal["start", "end"] = "start") -> str:
    """The text with the signature; as it is where it bears one already, or none is asked for."""
    if not name or _SIGNED.search(text):
        return text
    mark = f"【{name}】"
    return mark + text if place == "start" else text + mark
