"""Who sees what: fields of a record that not everybody is shown, and numbers of which most need only the ends.

A record type names the roles that see a field; an organisation names those that see whole telephone numbers and mail
addresses. An administrator sees all. What stands in a hidden field may have been said in a text or kept in a variable,
so where a session is shown, the value is covered wherever it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from engine.record_types import RecordType

ADMINISTRATOR = "administrator"
COVER = "•••"
ADDRESSES = ("phone", "email")
NUMBERS = frozenset({
    "phone", "email", "from", "to", "caller", "called", "sender", "receiver", "caller_id", "number", "peer", "address",
})  # fmt: skip
"""Names of fields of events, commands and the like that hold an address."""
_SHORTEST_COVERED = 2


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is shown."""

    role: str
    numbers: bool = True
    """Whether he sees whole telephone numbers and mail addresses."""

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden from him, in whatever record."""
        return self.role == ADMINISTRATOR

    def address(self, written: str) -> str:
        """An address as he is shown it."""
        return written if self.numbers or self.everything else masked(written)


def hidden(kind: RecordType, sight: Sight) -> frozenset[str]:
    """The fields of a type that he is not shown."""
    if sight.everything:
        return frozenset()
    return frozenset(field for field, roles in kind.visible.items() if sight.role not in roles)


def seen(kind: RecordType, data: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """A record's content as he is shown it: of an address that he may not see the ends, of other fields nothing."""
    if sight.everything:
        return dict(data)
    unseen = hidden(kind, sight)
    addresses = {field for role in ADDRESSES if (field := getattr(kind, role)) is not None}
    found = {}
    for field, value in data.items():
        if field in addresses and (field in unseen or (not sight.numbers and field not in kind.visible)):
            found[field] = masked(str(value)) if value is not None else None
        elif field not in unseen:
            found[field] = value
    return found


def seen_contact(contact: Mapping[str, Any], sight: Sight) -> dict[str, Any]:
    """A person's fields as he is shown them."""
    return {
        name: sight.address(value) if name in ADDRESSES and isinstance(value, str) else value
        for name, value in contact.items()
    }


def masked(address: str) -> str:
    """An address of which only so much is shown as tells one from another: 138****8000, z***@example.org."""
    name, at, host = address.rpartition("@")
    if at:
        return f"{name[:1]}***@{host}"
    length = len(address)
    if length < 5:
        return "*" * length
    front, back = (3, 4) if length >= 9 else (1, 2)
    if address.startswith("+"):
        front += 3
    if length - front - back < 2:
        front, back = 1, 2
    return address[:front] + "*" * (length - front - back) + address[-back:]


class Veil:
    """Covers what somebody may not see wherever it stands in a session: its events, commands, variables, results."""

    def __init__(
        self, sight: Sight, *, contact: Mapping[str, Any], record: Mapping[str, Any], kind: RecordType | None
    ) -> None:  # fmt: skip
        self._sight = sight
        self._kind = kind
        covered: dict[str, str] = {}
        if not sight.everything:
            if kind is not None:
                shown = seen(kind, record, sight)
                covered = {
                    text: shown[field] if isinstance(shown.get(field), str) else COVER
                    for field, value in record.items()
                    if shown.get(field, COVER) != value
                    for text in _texts(value)
                }
            if not sight.numbers:
                covered |= {text: masked(text) for name in ADDRESSES for text in _texts(contact.get(name))}
        self._covered = sorted(covered.items(), key=lambda pair: -len(pair[0]))

    def over(self, value: Any, name: str = "") -> Any:
        """The value as he is shown it; `name` is the field that holds it."""
        if self._sight.everything:
            return value
        if isinstance(value, str):
            if name in NUMBERS and not self._sight.numbers:
                return masked(value)
            for text, instead in self._covered:
                value = value.replace(text, instead)
            return value
        if isinstance(value, Mapping):
            if name == "record" and self._kind is not None:
                value = seen(self._kind, value, self._sight)
            return {key: self.over(entry, str(key)) for key, entry in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [self.over(entry, name) for entry in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return COVER if any(str(value) == text for text, _ in self._covered) else value
        return value


def _texts(value: Any) -> list[str]:
    """The texts of a value that are long enough to be known again."""
    if isinstance(value, Mapping):
        return [text for entry in value.values() for text in _texts(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry)]
    if isinstance(value, bool) or value is None:
        return []
    written = str(value)
    return [written] if len(written) >= _SHORTEST_COVERED else []
