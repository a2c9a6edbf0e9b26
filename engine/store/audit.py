"""The audit log: every change, who made it and from where; it is only ever added to, and a change of it shows.

Each entry's hash is over the entry and the hash before it, so that an entry cannot be changed, left out or put in
without every later hash being wrong; the head says how far the chain has come, so that a missing end is seen, too. The
database itself refuses to change or delete an entry (`migrations/audit_kept.py`). Who owns the database can make the
whole chain anew all the same: so note the last hash elsewhere from time to time (`callweave audit verify` prints it),
and let it be looked for.
"""

from __future__ import annotations

import getpass
import hashlib
import os
from collections.abc import Collection, Iterator
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.audit_tables import audit_head, audit_log
from engine.store.ids import new_id
from engine.store.inserting import insert_new
from engine.store.times import now_micros

Actor = Literal["user", "key", "command"]
BEGINNING = bytes(32)
"""The hash before the first entry."""
BATCH = 500
LONGEST = {"actor_name": 200, "role": 40, "address": 64, "action": 80, "kind": 40, "object": 400}
"""Characters that are kept of each text."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change: who, from where, what, to which object, and what it was before and after, in short."""

    at: int
    actor: Actor
    actor_id: bytes | None
    actor_name: str
    role: str
    address: str
    action: str
    kind: str
    object: str | None
    detail: dict[str, Any]
    flow_id: bytes | None = None
    """The flow that it is about, if any: who may not follow that is not told."""


class Kept(Entry, frozen=True, kw_only=True):
    """An entry as it stands in its chain."""

    id: bytes
    seq: int
    hash: bytes


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries a list shows."""

    actor_name: str | None = None
    actor_id: bytes | None = None
    action: str | None = None
    kind: str | None = None
    object: str | None = None
    since: int | None = None
    until: int | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a chain: how many entries, the last hash, and where it is broken and how."""

    entries: int
    hash: bytes
    broken_at: int | None = None
    why: str = ""


def commanded(action: str, *, kind: str, identity: str | None, detail: dict[str, Any]) -> Entry:
    """An entry for what an operator does from the command line, by his name on this machine."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in a container
        name = str(os.getuid())
    return Entry(
        at=now_micros(), actor="command", actor_id=None, actor_name=name, role="", address="", action=action, kind=kind,
        object=identity, detail=detail,
    )  # fmt: skip


def append(connection: sa.Connection, tenant: str, entry: Entry) -> None:
    """Write an entry at the end of the chain; whoever writes the next one waits until this is committed."""
    insert_new(connection, audit_head, {"tenant": tenant, "seq": 0, "hash": BEGINNING})
    head = connection.execute(sa.select(audit_head).where(audit_head.c.tenant == tenant).with_for_update()).one()
    row = _row(tenant, head.seq + 1, new_id(), entry)
    now = _digest(head.hash, row)
    connection.execute(audit_log.insert().values(**row, previous=head.hash, hash=now))
    connection.execute(audit_head.update().where(audit_head.c.tenant == tenant).values(seq=row["seq"], hash=now))


def page(
    connection: sa.Connection, tenant: str, wanted: Wanted, *, before: bytes | None, limit: int,
    unseen: Collection[bytes] = (),
) -> list[Kept]:  # fmt: skip
    """Entries, the newest first; none about `unseen` flows."""
    statement = sa.select(audit_log).where(audit_log.c.tenant == tenant)
    if unseen:
        statement = statement.where(sa.or_(audit_log.c.flow_id.is_(None), audit_log.c.flow_id.not_in(unseen)))
    for name in ("actor_name", "actor_id", "kind", "object"):
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(audit_log.c[name] == value)
    if wanted.action is not None:
        statement = statement.where(audit_log.c.action == wanted.action)
    if wanted.since is not None:
        statement = statement.where(audit_log.c.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(audit_log.c.at < wanted.until)
    if before is not None:
        statement = statement.where(audit_log.c.id < before)
    return [_kept(row) for row in connection.execute(statement.order_by(audit_log.c.id.desc()).limit(limit))]


def verify(connection: sa.Connection, tenant: str, *, known: tuple[int, bytes] | None = None) -> Verdict:
    """Whether a chain is whole, and has still the hash that was known of one of its entries."""
    seq, last = 0, BEGINNING
    for row in _in_order(connection, tenant):
        if row.seq != seq + 1:
            return Verdict(entries=seq, hash=last, broken_at=seq + 1, why="missing")
        values = {name: row._mapping[name] for name in (*_HASHED, "flow_id")}
        if row.previous != last or _digest(last, values) != row.hash:
            return Verdict(entries=seq, hash=last, broken_at=row.seq, why="changed")
        seq, last = row.seq, row.hash
        if known is not None and known[0] == seq and known[1] != last:
            return Verdict(entries=seq, hash=last, broken_at=seq, why="made anew")
    head = connection.execute(sa.select(audit_head).where(audit_head.c.tenant == tenant)).one_or_none()
    expected = (0, BEGINNING) if head is None else (head.seq, head.hash)
    if expected != (seq, last) or (known is not None and known[0] > seq):
        return Verdict(entries=seq, hash=last, broken_at=seq + 1, why="missing")
    return Verdict(entries=seq, hash=last)


_HASHED = (
    "tenant", "seq", "id", "at", "actor", "actor_id", "actor_name", "role", "address", "action", "kind", "object",
    "detail",
)  # fmt: skip


def _row(tenant: str, seq: int, identity: bytes, entry: Entry) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    for name, longest in LONGEST.items():
        if values[name] is not None:
            values[name] = values[name][:longest]
    detail = msgspec.json.encode(entry.detail, order="deterministic").decode()
    return values | {"tenant": tenant, "seq": seq, "id": identity, "detail": detail}


def _digest(previous: bytes, values: dict[str, Any]) -> bytes:
    """Over the row; entries of before flows were noted, and those about none, have no field for it."""
    over = [values[name] for name in _HASHED]
    if values["flow_id"] is not None:
        over.append(values["flow_id"])
    return hashlib.sha256(previous + msgspec.msgpack.encode(over)).digest()


def _in_order(connection: sa.Connection, tenant: str) -> Iterator[sa.Row[Any]]:
    after = 0
    while True:
        statement = sa.select(audit_log).where(audit_log.c.tenant == tenant, audit_log.c.seq > after)
        rows = connection.execute(statement.order_by(audit_log.c.seq).limit(BATCH)).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].seq


def _kept(row: sa.Row[Any]) -> Kept:
    values = {name: row._mapping[name] for name in Kept.__struct_fields__ if name != "detail"}
    return Kept(**values, detail=msgspec.json.decode(row.detail))
