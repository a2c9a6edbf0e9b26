"""Patterns of digits, as switches have them: `X` is any digit, a dot at the end is any rest, digits are a beginning.

`139` fits all numbers that begin so; `139XXXXXXXX` only those of eleven digits; `+852.` numbers of Hong Kong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

PATTERN = r"^\+?[0-9X*#]{0,31}\.?$"


def fits(pattern: str, number: str) -> bool:
    """Whether the number fits."""
    return _compiled(pattern).fullmatch(number) is not None


def fits_any(patterns: Iterable[str], number: str) -> bool:
    """Whether it fits one of them."""
    return any(fits(pattern, number) for pattern in patterns)


@lru_cache(1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    exact = "X" in pattern and not pattern.endswith(".")
    body = re.escape(pattern.removesuffix(".")).replace("X", "[0-9]")
    return re.compile(body if exact else f"{body}.*")
