"""What a trigger looks at: a record, the person it is about, and the moment, as templates name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_START = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, a name too long for a file
        return None


def zone_of(contact: Mapping[str, Any], default: str) -> ZoneInfo:
    """The contact's zone; the default's where he has none, or one that is unknown."""
    name = contact.get("time_zone")
    found = _zone(name) if isinstance(name, str) and name else None
    return found or _zone(default) or ZoneInfo("UTC")


class Look(dict[str, Any]):
    """The scope of a condition about a record; `now` is worked out when it is first asked for: seldom."""

    __slots__ = ("_at", "_default", "_found")

    def __init__(
        self,
        record: Mapping[str, Any],
        contact: Mapping[str, Any],
        *,
        at: int,
        time_zone: str,
        before: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(record=record, contact=contact, before=before or {})
        self._at = at
        self._default = time_zone
        self._found: ZoneInfo | None = None

    def __missing__(self, name: str) -> Any:
        if name != "now":
            raise KeyError(name)
        self["now"] = now = (_START + timedelta(microseconds=self._at)).astimezone(self.zone)
        return now

    def as_before(self) -> Look:
        """The same of the record as it was before, at the same moment."""
        return Look(self["before"], self["contact"], at=self._at, time_zone=self._default)

    @property
    def zone(self) -> ZoneInfo:
        """The contact's zone."""
        if self._found is None:
            self._found = zone_of(self["contact"], self._default)
        return self._found

    @property
    def day(self) -> str:
        """Today, by the contact's calendar."""
        day: datetime = self["now"]
        return day.date().isoformat()
