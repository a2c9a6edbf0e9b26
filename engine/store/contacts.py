"""People, by the key that records give them, and where they are reached.

An address belongs to as many people as have it; one that somebody had before stays known as his, for what was sent
there was sent to him.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Insert, Select, Update
from engine.store.tenant import contact, contact_address
from engine.texting.addresses import canonical

ADDRESSES = ("phone", "email")


class Contact(msgspec.Struct, kw_only=True):
    """A person; `fields` are his name, phone, email, language, time zone, and what flows have noted of him."""

    id: bytes
    key: str
    fields: dict[str, Any]
    created_at: int
    updated_at: int

    @property
    def as_session_gets_it(self) -> dict[str, Any]:
        """His fields, and under `id` his key."""
        return {"id": self.key, **self.fields}


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address of somebody's, in its one spelling; `at` is since when."""

    address: str
    contact_id: bytes
    current: bool
    at: int


_ROW = ("id", "key", "body", "created_at", "updated_at")
_COLUMNS = [contact.c[name] for name in _ROW]
_INSERT = Insert(contact, _ROW, new_only=True)
_UPDATE = Update(contact, ["id"], ["body", "updated_at"])
_BY_KEY = Select(sa.select(*_COLUMNS).order_by(contact.c.key).with_for_update(), contact.c.key)
_BY_ID = Select(sa.select(*_COLUMNS).order_by(contact.c.id).with_for_update(), contact.c.id)
_PLAIN = Select(sa.select(*_COLUMNS), contact.c.id)
_RETIRE = Update(contact_address, ["contact_id"], ["current"])
_ADD = Insert(contact_address, Address.__struct_fields__, new_only=True)
_USE = Update(contact_address, ["address", "contact_id"], ["current"])


def by_keys(connection: sa.Connection, keys: Sequence[str]) -> dict[str, Contact]:
    """The people of these keys, locked for this transaction."""
    return {row[1]: _contact(row) for row in _BY_KEY.run(connection, keys)}


def by_ids(connection: sa.Connection, ids: Sequence[bytes]) -> dict[bytes, Contact]:
    """The people of these ids, locked for this transaction."""
    return {row[0]: _contact(row) for row in _BY_ID.run(connection, ids)}


def looked_up(connection: sa.Connection, ids: Sequence[bytes]) -> dict[bytes, Contact]:
    """The people of these ids, to look at."""
    return {row[0]: _contact(row) for row in _PLAIN.run(connection, ids)}


def of_key(connection: sa.Connection, key: Any) -> bytes | None:
    """The id of the person of this key."""
    if not isinstance(key, str):
        return None
    return connection.execute(sa.select(contact.c.id).where(contact.c.key == key)).scalar_one_or_none()


def insert(connection: sa.Connection, rows: Sequence[Contact], *, country: str) -> int:
    """Write new people and their addresses; how many were new: a key that is there already is left as it is."""
    ordered = sorted(rows, key=lambda row: row.key)
    count = _INSERT.run(connection, [_values(row) for row in ordered])
    if count == len(rows):
        _ADD.run(connection, list(_addresses(ordered, country)))
    return count


def update(connection: sa.Connection, rows: Sequence[Contact], *, country: str) -> None:
    """Write people who have changed, and where they are reached now."""
    ordered = sorted(rows, key=lambda row: row.id)
    _UPDATE.run(connection, [(row.id, _body(row), row.updated_at) for row in ordered])
    _RETIRE.run(connection, [(row.id, False) for row in ordered])
    found = list(_addresses(ordered, country))
    _ADD.run(connection, found)
    _USE.run(connection, [(address, identity, True) for address, identity, _, _ in found])


def had(connection: sa.Connection, rows: Sequence[Contact], *, country: str) -> None:
    """Write where people were reached before they were as they are now, where that is not known."""
    found = sorted(_addresses(rows, country), key=lambda each: (each[1], each[0]))
    _ADD.run(connection, [(address, identity, False, at) for address, identity, _, at in found])


def get(connection: sa.Connection, identity: bytes) -> Contact | None:
    """The person of this id."""
    row = connection.execute(sa.select(*_COLUMNS).where(contact.c.id == identity)).one_or_none()
    return None if row is None else _contact(row)


def page(
    connection: sa.Connection,
    *,
    after: str | None,
    limit: int,
    key: str | None = None,
    address: str | None = None,
    text: str | None = None,
) -> list[Contact]:
    """People by key, those after one; of a key, with an address in its one spelling, with a text in what is known."""
    statement = sa.select(*_COLUMNS).order_by(contact.c.key).limit(limit)
    if after is not None:
        statement = statement.where(contact.c.key > after)
    if key is not None:
        statement = statement.where(contact.c.key == key)
    if address is not None:
        whose = sa.select(contact_address.c.contact_id).where(contact_address.c.address == address)
        statement = statement.where(contact.c.id.in_(whose))
    if text:
        inside = msgspec.json.encode(text)[1:-1].decode()
        found = [contact.c.body.icontains(inside, autoescape=True), contact.c.key.icontains(text, autoescape=True)]
        statement = statement.where(sa.or_(*found))
    return [_contact(row) for row in connection.execute(statement)]


def addresses(connection: sa.Connection, identity: bytes) -> list[Address]:
    """Where a person is or was reached."""
    statement = sa.select(contact_address).where(contact_address.c.contact_id == identity)
    rows = connection.execute(statement.order_by(contact_address.c.current.desc(), contact_address.c.at.desc()))
    return [Address(**row._mapping) for row in rows]


def only_his(connection: sa.Connection, identity: bytes) -> list[str]:
    """The addresses of a person that nobody else has or had."""
    other = contact_address.alias("other")
    shared = sa.exists(
        sa.select(other.c.address).where(other.c.address == contact_address.c.address, other.c.contact_id != identity)
    )
    statement = sa.select(contact_address.c.address).where(contact_address.c.contact_id == identity, ~shared)
    return list(connection.scalars(statement.order_by(contact_address.c.address)))


def _addresses(rows: Iterable[Contact], country: str) -> Iterable[tuple[str, bytes, bool, int]]:
    for row in rows:
        seen = set()
        for name in ADDRESSES:
            written = row.fields.get(name)
            if not isinstance(written, str) or not written.isprintable():
                continue
            if (address := canonical(written, country)) and address not in seen:
                seen.add(address)
                yield address, row.id, True, row.updated_at


def _values(row: Contact) -> tuple[Any, ...]:
    return row.id, row.key, _body(row), row.created_at, row.updated_at


def _body(row: Contact) -> str:
    return msgspec.json.encode(row.fields).decode()


def _contact(row: Sequence[Any]) -> Contact:
    identity, key, body, created_at, updated_at = row
    fields = msgspec.json.decode(body)
    return Contact(id=identity, key=key, fields=fields, created_at=created_at, updated_at=updated_at)
