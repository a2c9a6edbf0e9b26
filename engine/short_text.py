"""A text to a mobile telephone: to whom and what, or why it cannot be sent."""

from __future__ import annotations

import re

from engine.fields import PhoneNumber
from engine.session.session import Session
from engine.texts import Written, in_language

MAX_CHARACTERS = 2_000
"""Of one text: thirty parts in Chinese. What is longer is a slip: a whole record in a template."""
_WRITTEN_AROUND = re.compile(r"[\s().\-–/]")


def to_send(to: PhoneNumber, text: Written, session: Session) -> tuple[str, str, str]:
    """The number without what people write around its digits, the text, and what is wrong; empty if nothing is."""
    number = _WRITTEN_AROUND.sub("", to.number(session.scope))
    words = in_language(text, session.language).render(session.scope).strip()
    if not number:
        return number, words, "no telephone number"
    if not words:
        return number, words, "no text"
    return number, words, "a text of more than 2,000 characters" if len(words) > MAX_CHARACTERS else ""
