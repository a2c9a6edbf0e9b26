"""Which of our numbers the callee sees: one of their own town, if we have one.

The regions come from the numbering plans that phonenumbers carries; they are read only when there is a choice.
"""

from __future__ import annotations

from collections.abc import Sequence

import phonenumbers

from engine.trunks.policy import Number


def choose(pool: Sequence[Number], callee: Number) -> str:
    """The number of the callee's town, else of its province, else the first; empty if there are none."""
    if len(pool) < 2 or not callee.e164:
        return pool[0].dialled if pool else ""
    home = region(callee.e164)
    if home:
        regions = [region(number.e164) for number in pool]
        for wanted in (home, home.rpartition(", ")[2]):
            for number, there in zip(pool, regions, strict=True):
                if wanted and (there == wanted or there.rpartition(", ")[2] == wanted):
                    return number.dialled
    return pool[0].dialled


def region(e164: str) -> str:
    """Where a number is at home: `Guangzhou, Guangdong`; empty if that is not known."""
    from phonenumbers import geocoder  # a hundred megabytes of towns: only where there is a choice

    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ""
    described = str(geocoder.description_for_number(parsed, "en"))
    return "" if described == geocoder.country_name_for_number(parsed, "en") else described
