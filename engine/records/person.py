"""Whom a record is about: the person key that its type declares, and how that person is reached.

Never the telephone number: a mother and her child share one (DECISIONS 22). A type without a person key describes
somebody, or something, in each record, so that the record's own key is the person's, under the type's name.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.record_types import RecordType

FIELDS = ("name", "phone", "email", "language", "time_zone")
"""What is kept of a person; a record type says which of its fields these are."""
ADDRESSES = ("phone", "email")
LONGEST = 200


class Person:
    """How records of a type speak of people."""

    def __init__(self, name: str, kind: RecordType) -> None:
        self._type = name
        self._key = kind.contact
        self._fields = [(role, field) for role in FIELDS if (field := getattr(kind, role)) is not None]

    def key(self, data: dict[str, Any], record_key: str) -> str | None:
        """The person key of a record; None if it names nobody."""
        if self._key is None:
            return f"{self._type}/{record_key}"
        return plain(data.get(self._key))

    def fields(self, data: dict[str, Any]) -> dict[str, str]:
        """What a record says of its person, by `FIELDS`."""
        found = {}
        for role, field in self._fields:
            value = data.get(field)
            if value.__class__ is not str:
                value = plain(value)
            if value:
                found[role] = value[:LONGEST]
        return found


def merged(contact: dict[str, Any], before: dict[str, str], after: dict[str, str]) -> dict[str, Any]:
    """What is known of a person after a record has changed: what it says anew counts, what it says as before does not.

    So a number that was corrected by hand stays until the source itself has another one.
    """
    if not before:
        return {**contact, **after}
    changed = {role: value for role, value in after.items() if before.get(role) != value}
    gone = {role for role in before.keys() - after.keys() if contact.get(role) == before[role]}
    return {role: value for role, value in {**contact, **changed}.items() if role not in gone}


def plain(value: Any) -> str | None:
    """A key or an address, which some systems give as a number, as text; None for what is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


@lru_cache(maxsize=1_000)
def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
