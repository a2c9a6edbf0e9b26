"""Receipts: what gateways report of texts that left, matched with them by the gateway's id.

A row for each id is made by whichever comes first: the text that has it, when its sending is committed, or a report,
which may be quicker. The other finds it there. A report that nothing comes to claim is nobody's: it stays without a
message, is shown, and changes nothing. What is final stays as it is: states only move forward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa

from engine.adapters.message_news import Receipt
from engine.store.bulk import Insert, Select, Update
from engine.store.tenant import message, outbox, receipt
from engine.store.times import SECOND
from engine.texting.outgoing import clean
from engine.texting.receipts import spellings

EARLY = 3600 * SECOND
"""So long a report that came first waits for its text."""
MOST_EARLY = 2_000
FINAL = ("delivered", "failed", "expired", "rejected")
_RANK = {None: 0, "buffered": 1, "unknown": 2} | dict.fromkeys(FINAL, 3)


class Given(msgspec.Struct, frozen=True):
    """A text that has left, and the ids that its gateway has given it and its parts."""

    message_id: bytes
    references: tuple[str, ...]


class Come(msgspec.Struct, frozen=True, kw_only=True):
    """A text of which it is known now whether it has arrived; `awaited` by a session, which is to be told."""

    id: bytes
    delivered: bool
    reason: str
    session_id: bytes
    command_id: str
    awaited: bool


class Unmatched(msgspec.Struct, frozen=True, kw_only=True):
    """A report of a text that nobody knows."""

    gateway: str
    reference: str
    state: str | None
    reason: str | None
    receiver: str | None
    at: int


class _Known(msgspec.Struct):
    reference: str
    message_id: bytes | None
    state: str | None


_NOBODYS = _Known("", None, None)
_MADE = Insert(receipt, ["gateway", "reference", "message_id", "at"], new_only=True)
_CLAIM = Update(receipt, ["gateway", "reference"], ["message_id", "state", "reason", "at"])
_REPORT = Update(receipt, ["gateway", "reference"], ["state", "reason", "at"])
_EARLY = Insert(receipt, ["gateway", "reference", "state", "reason", "receiver", "at"], new_only=True)
_BY_REFERENCE = Select(
    sa.select(receipt.c.reference, receipt.c.message_id, receipt.c.state, receipt.c.gateway), receipt.c.reference
)
_BY_MESSAGE = Select(sa.select(receipt.c.message_id, receipt.c.state, receipt.c.reason), receipt.c.message_id)
_MESSAGES = Select(sa.select(message.c.id, message.c.state, message.c.awaits, message.c.receiver), message.c.id)
_COMMANDS = Select(sa.select(outbox.c.id, outbox.c.session_id, outbox.c.command_id), outbox.c.id)
_ARRIVED = Update(message, ["id", "state"], ["state", "reason", "ended_at"])
_WITHOUT = ["state", "reason", "receiver", "reference", "at"]


def made(connection: sa.Connection, gateway: str, given: Sequence[Given], *, at: int) -> list[Come]:
    """Texts have left under these ids; those of which it is known already what became of them."""
    rows = [(gateway, reference[:200], each.message_id, at) for each in given for reference in each.references]
    owner = {reference: identity for _, reference, identity, _ in rows}
    if _MADE.run(connection, rows) == len(owner):
        known: list[_Known] = []
    else:
        known = [each for each in _known(connection, gateway, owner) if each.message_id != owner[each.reference]]
    changes = [  # an id that a text of long ago had is this one's now; a report that came first keeps its state
        (gateway, each.reference, owner[each.reference], each.state if each.message_id is None else None, None, at)
        for each in known
    ]
    _CLAIM.run(connection, changes)
    early = {each.reference for each in known if each.message_id is None and each.state is not None}
    early |= _claim_spelled(connection, gateway, owner, at=at)
    return _come(connection, {owner[reference] for reference in early}, at=at) if early else []


def report(connection: sa.Connection, gateway: str, reports: Sequence[Receipt], *, at: int) -> tuple[list[Come], int]:
    """What a gateway reports; the texts of which it is known now what became of them, and how many are nobody's."""
    known = {row.reference: row for row in _known(connection, gateway, {each.reference[:200] for each in reports})}
    strange = [each for each in reports if known.get(each.reference[:200], _NOBODYS).message_id is None]
    other = _otherwise(connection, gateway, strange) if strange else {}
    changes: dict[str, tuple[str | None, str]] = {}
    early: list[tuple[str, str, str, str, str, int]] = []
    for each in reports:
        row = other.get((each.reference, each.receiver)) or known.get(each.reference[:200])
        if row is None:
            early.append((gateway, each.reference[:200], each.state, clean(each.reason)[:200], each.receiver[:200], at))
        elif _RANK[each.state] > _RANK[row.state]:
            row.state = each.state
            changes[row.reference] = each.state, clean(each.reason)[:200]
            known[row.reference] = row
    _REPORT.run(connection, [(gateway, reference, *change, at) for reference, change in changes.items()])
    concerned = {known[reference].message_id for reference in changes}
    come = _come(connection, {each for each in concerned if each is not None}, at=at)
    new = _EARLY.run(connection, sorted(early))
    if early and new < len(early):  # one was there after all: its text is committed by now, or it is twice here
        strangers = {row[1] for row in early}
        come += report(connection, gateway, [each for each in reports if each.reference[:200] in strangers], at=at)[0]
    return come, new


def message_of(connection: sa.Connection, gateway: str, reference: str) -> bytes | None:
    """The message that a gateway gave this id."""
    one = sa.and_(receipt.c.gateway == gateway, receipt.c.reference == reference[:200])
    found: bytes | None = connection.scalar(sa.select(receipt.c.message_id).where(one)) if reference else None
    return found


def has_any(connection: sa.Connection, identity: bytes) -> bool:
    """Whether a text has an id under which it may be reported."""
    found = sa.select(receipt.c.reference).where(receipt.c.message_id == identity).limit(1)
    return connection.scalar(found) is not None


def unmatched(connection: sa.Connection, *, limit: int, before: int | None = None) -> list[Unmatched]:
    """Reports of texts that nobody knows, the newest first."""
    columns = [receipt.c[name] for name in Unmatched.__struct_fields__]
    statement = sa.select(*columns).where(receipt.c.message_id.is_(None)).order_by(receipt.c.at.desc()).limit(limit)
    if before is not None:
        statement = statement.where(receipt.c.at < before)
    return [Unmatched(**row._mapping) for row in connection.execute(statement)]


def forget(connection: sa.Connection, identity: bytes) -> None:
    """A text leaves again: what is reported of its first sending says nothing of the second."""
    connection.execute(receipt.delete().where(receipt.c.message_id == identity))


def forget_unmatched(connection: sa.Connection, before: int, *, limit: int = 1_000) -> int:
    """Let go of reports that nobody claimed until now; how many."""
    old = sa.select(receipt.c.gateway, receipt.c.reference).where(receipt.c.message_id.is_(None), receipt.c.at < before)
    ids = sa.tuple_(receipt.c.gateway, receipt.c.reference).in_(old.limit(limit))
    return connection.execute(receipt.delete().where(ids)).rowcount


def _known(connection: sa.Connection, gateway: str, references: Iterable[str]) -> list[_Known]:
    rows = _BY_REFERENCE.run(connection, list(references))
    return [_Known(*row[:3]) for row in rows if row[3] == gateway]


def _claim_spelled(connection: sa.Connection, gateway: str, owner: dict[str, bytes], *, at: int) -> set[str]:
    """Reports that came first under another spelling of an id; the ids that have one now."""
    waiting = sa.and_(receipt.c.gateway == gateway, receipt.c.message_id.is_(None), receipt.c.at > at - EARLY)
    found = connection.execute(sa.select(*(receipt.c[name] for name in _WITHOUT)).where(waiting).limit(MOST_EARLY))
    claimed: set[str] = set()
    for row in found.all():
        for reference in spellings(row.reference):
            if reference in owner and _of_one(connection, owner[reference], row.receiver):
                _REPORT.run(connection, [(gateway, reference, row.state, row.reason, row.at)])
                gone = sa.and_(receipt.c.gateway == gateway, receipt.c.reference == row.reference)
                connection.execute(receipt.delete().where(gone))
                claimed.add(reference)
                break
    return claimed


def _of_one(connection: sa.Connection, identity: bytes, receiver: str | None) -> bool:
    return not receiver or _same_end(
        connection.scalar(sa.select(message.c.receiver).where(message.c.id == identity)), receiver
    )


def _otherwise(connection: sa.Connection, gateway: str, reports: Sequence[Receipt]) -> dict[tuple[str, str], _Known]:
    """The one row that another spelling of an id finds, of the same telephone where the report names it."""
    spelled = {each.reference: spellings(each.reference[:200]) for each in reports}
    rows = {row.reference: row for row in _known(connection, gateway, {s for some in spelled.values() for s in some})}
    receivers = _receivers(connection, rows.values())
    found: dict[tuple[str, str], _Known] = {}
    for each in reports:
        fitting = [
            row
            for reference in spelled[each.reference]
            if (row := rows.get(reference)) is not None
            and row.message_id is not None
            and (not each.receiver or _same_end(receivers.get(row.message_id), each.receiver))
        ]
        if len(fitting) == 1:
            found[each.reference, each.receiver] = fitting[0]
    return found


def _receivers(connection: sa.Connection, rows: Iterable[_Known]) -> dict[bytes, str]:
    ids = [row.message_id for row in rows if row.message_id is not None]
    return {identity: receiver for identity, _, _, receiver in _MESSAGES.run(connection, ids)}


def _same_end(one: str | None, other: str) -> bool:
    """Whether two numbers may be one: with or without the country."""
    digits = ["".join(sign for sign in each if sign.isdecimal())[-8:] for each in (one or "", other)]
    return digits[0] == digits[1]


def _come(connection: sa.Connection, ids: set[bytes], *, at: int) -> list[Come]:
    """What has become of these texts, by the reports of all their parts; written down where it is news."""
    reports: dict[bytes, list[tuple[str | None, str | None]]] = defaultdict(list)
    for identity, state, reason in _BY_MESSAGE.run(connection, list(ids)):
        reports[identity].append((state, reason))
    states = {identity: (state, awaits) for identity, state, awaits, _ in _MESSAGES.run(connection, list(ids))}
    ends: dict[bytes, tuple[str, str | None]] = {}
    for identity, parts in reports.items():
        bad = next((each for each in parts if each[0] in FINAL and each[0] != "delivered"), None)
        if bad is not None:
            ends[identity] = "failed", f"{bad[0]}: {bad[1]}" if bad[1] else bad[0]
        elif all(state == "delivered" for state, _ in parts):
            ends[identity] = "delivered", None
    news = {each: end for each, end in ends.items() if states.get(each, ("",))[0] in ("sending", "sent", "unknown")}
    _ARRIVED.run(connection, [(each, states[each][0], *end, at) for each, end in news.items()])
    return [
        Come(
            id=identity, delivered=news[identity][0] == "delivered", reason=news[identity][1] or "",
            session_id=session_id, command_id=command_id, awaited=bool(states[identity][1]),
        )
        for identity, session_id, command_id in _COMMANDS.run(connection, list(news))
    ]  # fmt: skip
