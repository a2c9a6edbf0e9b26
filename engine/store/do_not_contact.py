"""Who is not to be written to, by medium and address, and every consent given and taken back, with source and time.

The list is what holds now, and each sending asks it; the consents are how it came to that, and are never changed. An
address stands under its one spelling (`texting/addresses.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Select
from engine.store.ids import new_id
from engine.store.inserting import insert_new
from engine.store.tenant import consent, do_not_contact

Source = Literal["message", "person", "api", "bounce"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An address that nothing is sent to; `by` is who entered it, `message_id` what said so."""

    medium: str
    address: str
    source: Source
    at: int
    reason: str = ""
    by: str | None = None
    message_id: bytes | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody agreed to be written to (`given`), or took it back."""

    id: bytes
    medium: str
    address: str
    given: bool
    source: Source
    reason: str
    by: str | None
    message_id: bytes | None
    at: int


_ENTRY = [do_not_contact.c[name] for name in Entry.__struct_fields__]
_CONSENT = [consent.c[name] for name in Consent.__struct_fields__]
_LISTED = Select(sa.select(do_not_contact.c.address, do_not_contact.c.medium), do_not_contact.c.address)


def listed(connection: sa.Connection, medium: str, addresses: Collection[str]) -> set[str]:
    """Those of these addresses that are on the list."""
    return {address for address, of in _LISTED.run(connection, list(addresses)) if of == medium}


def add(connection: sa.Connection, entry: Entry) -> bool:
    """Nothing is sent to an address from now on; False if that was so before."""
    if not insert_new(connection, do_not_contact, msgspec.structs.asdict(entry)):
        return False
    _note(connection, entry, given=False)
    return True


def remove(connection: sa.Connection, entry: Entry) -> bool:
    """An address may be written to again: `entry` says who says so; False if it was not on the list."""
    one = sa.and_(do_not_contact.c.medium == entry.medium, do_not_contact.c.address == entry.address)
    if not connection.execute(do_not_contact.delete().where(one)).rowcount:
        return False
    _note(connection, entry, given=True)
    return True


def agree(connection: sa.Connection, entry: Entry) -> None:
    """Somebody has agreed to be written to; this takes nobody off the list."""
    _note(connection, entry, given=True)


def get(connection: sa.Connection, medium: str, address: str) -> Entry | None:
    """The entry of an address."""
    one = sa.and_(do_not_contact.c.medium == medium, do_not_contact.c.address == address)
    row = connection.execute(sa.select(*_ENTRY).where(one)).one_or_none()
    return None if row is None else Entry(**row._mapping)


def page(connection: sa.Connection, *, after: tuple[str, str] | None, limit: int, equal: dict[str, Any]) -> list[Entry]:
    """The list, by address and medium; `equal` are columns and what they must be."""
    order = sa.tuple_(do_not_contact.c.address, do_not_contact.c.medium)
    statement = sa.select(*_ENTRY).order_by(do_not_contact.c.address, do_not_contact.c.medium).limit(limit)
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(do_not_contact.c[name] == value)
    if after is not None:
        statement = statement.where(order > sa.tuple_(*(sa.literal(part) for part in after)))
    return [Entry(**row._mapping) for row in connection.execute(statement)]


def consents(connection: sa.Connection, *, before: bytes | None, limit: int, equal: dict[str, Any]) -> list[Consent]:
    """What was agreed to and taken back, the newest first."""
    statement = sa.select(*_CONSENT).order_by(consent.c.id.desc()).limit(limit)
    for name, value in equal.items():
        if value is not None:
            statement = statement.where(consent.c[name] == value)
    if before is not None:
        statement = statement.where(consent.c.id < before)
    return [Consent(**row._mapping) for row in connection.execute(statement)]


def _note(connection: sa.Connection, entry: Entry, *, given: bool) -> None:
    connection.execute(consent.insert().values(id=new_id(), given=given, **msgspec.structs.asdict(entry)))
