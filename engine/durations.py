"""Lengths of time as people write them: `90s`, `10m`, `2h30m`, `3d`, `1w`, or ISO 8601's `PT10M`, `P3D`.

Where clocks change, "the day before at ten" is 23 or 25 hours away from ten. So a duration keeps its days apart from
its seconds, as RFC 5545 does: who counts days in a calendar takes `days`, who waits by the clock takes `length`.
"""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec

MAX_DAYS = 3_660
"""Ten years: nobody waits longer."""
_SECONDS = {"h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"([0-9]{1,9})([wdhms])", re.ASCII)
_SHORT = re.compile(r"([+-]?)((?:[0-9]{1,9}[wdhms])+)", re.ASCII)
_ISO = re.compile(
    r"([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII
)


class Duration(msgspec.Struct, frozen=True):
    """Days of a calendar and seconds of a clock; both below zero for a time before."""

    days: int = 0
    seconds: int = 0

    @property
    def length(self) -> timedelta:
        """All of it by the clock, a day as 24 hours."""
        return timedelta(days=self.days, seconds=self.seconds)

    @property
    def is_whole_days(self) -> bool:
        """Whether it says nothing of hours, minutes and seconds."""
        return self.seconds == 0

    def __str__(self) -> str:
        """As people write it: `3d`, `-2h30m`, `0s`."""
        rest = abs(self.seconds)
        counts = ((abs(self.days), "d"), (rest // 3_600, "h"), (rest // 60 % 60, "m"), (rest % 60, "s"))
        words = "".join(f"{count}{unit}" for count, unit in counts if count)
        return ("-" if self.days < 0 or self.seconds < 0 else "") + (words or "0s")


def parse_duration(text: str) -> Duration | None:
    """The duration that this text is, with a sign or without; None if it is none, or longer than ten years."""
    text = text.strip()
    short = _SHORT.fullmatch(text.replace(" ", "").lower())
    if short is not None:
        parts = [(int(count), unit) for count, unit in _PART.findall(short[2])]
        if len({unit for _, unit in parts}) < len(parts):
            return None
        days = sum(count * (7 if unit == "w" else 1) for count, unit in parts if unit in "wd")
        seconds = sum(count * _SECONDS[unit] for count, unit in parts if unit in _SECONDS)
        return _signed(short[1], days, seconds)
    iso = _ISO.fullmatch(text.upper())
    if iso is None or not any(iso.groups()[1:]) or text[-1] in "Tt":
        return None
    weeks, days, hours, minutes, seconds = (int(count or 0) for count in iso.groups()[1:])
    return _signed(iso[1], weeks * 7 + days, hours * 3_600 + minutes * 60 + seconds)


def _signed(sign: str, days: int, seconds: int) -> Duration | None:
    if days + seconds // 86_400 > MAX_DAYS:
        return None
    return Duration(-days, -seconds) if sign == "-" else Duration(days, seconds)
