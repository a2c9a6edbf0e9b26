"""Once per what: the key under which a start is known, so that it happens once."""

from __future__ import annotations

from collections.abc import Callable

from engine.triggers.config import Once


def once_key(once: Once | None, record_id: bytes, person: str | None, day: Callable[[], str], otherwise: str) -> str:
    """The key of a start for a record; `otherwise` is that of one that may come again, for another change or moment.

    A record that names nobody is its own person.
    """
    if once is None:
        return otherwise
    if once == "record":
        return f"record {record_id.hex()}"
    who = person or f"record {record_id.hex()}"
    return f"contact {who}" if once == "contact" else f"{day()} {who}"
