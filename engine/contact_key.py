"""Who a contact is, in few letters, for counting the sessions that he has at one time.

That is the person key where the source gives one (`id`), else the telephone number, else the e-mail address. It says
nothing about who may be called: consent and caps belong to an address (DECISIONS 22).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 80
_BETWEEN_DIGITS = re.compile(r"[\s()./-]+")


def contact_key(contact: Mapping[str, Any]) -> str | None:
    """The key, or None for somebody of whom nothing is known, such as a caller who hides his number."""
    for name in ("id", "phone", "email"):
        value = contact.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and (written := value.strip()):
            if name == "phone" and not written.isdecimal():
                written = _BETWEEN_DIGITS.sub("", written)
                if not any(letter.isdigit() for letter in written):
                    continue
            return f"{name}:{written.lower()}"[:LONGEST]
    return None
