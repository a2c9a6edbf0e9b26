"""The ledger of texts and mail as people see it: what was sent, what came in, and what became of each.

What goes out is written by the gateway's driver (`store/ledger.py`), what comes in by the reception
(`host/texting/reception.py`); a person's hand is in the rest: handled, sent again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store import message_files
from engine.store.ids import first_id, id_bytes
from engine.store.tenant import message, outbox, receipt, session
from engine.store.walked_flows import of_none

Direction = Literal["in", "out"]
Medium = Literal["sms", "mail"]
STATES = ("queued", "sending", "sent", "delivered", "failed", "unknown", "stopped", "received")
Became = Literal["answered", "started", "stopped", "resumed", "inbox", "doubled", "automatic"]
BECAME = ("answered", "started", "stopped", "resumed", "inbox", "doubled", "automatic")
REASON_CHARACTERS = 1_000


class MessageRow(msgspec.Struct, frozen=True, kw_only=True):
    """One message. Times are microseconds UTC; `price` is of all its parts, in millionths of `currency`.

    `session_id` is whose it is: who sent it, who got it as an answer, or was started by it. `became` says where one
    that came in went; `awaits` that a session waits for the receipt.
    """

    id: bytes
    direction: Direction
    medium: Medium
    gateway: str
    sender: str
    receiver: str
    peer: str
    text: str
    state: str
    session_id: bytes | None = None
    subject: str | None = None
    parts: int = 1
    price: int | None = None
    currency: str | None = None
    reference: str | None = None
    reason: str | None = None
    awaits: bool = False
    queued_at: int | None = None
    sending_at: int | None = None
    sent_at: int | None = None
    unknown_at: int | None = None
    ended_at: int | None = None
    became: Became | None = None
    written_by: str | None = None
    handled_by: str | None = None
    handled_at: int | None = None


_COLUMNS = [message.c[name] for name in MessageRow.__struct_fields__]


def add(connection: sa.Connection, row: MessageRow) -> None:
    """Enter a message."""
    connection.execute(message.insert().values(msgspec.structs.asdict(row)))


def get(connection: sa.Connection, identity: bytes) -> MessageRow | None:
    """The message of this id."""
    found = connection.execute(sa.select(*_COLUMNS).where(message.c.id == identity)).one_or_none()
    return None if found is None else _row(found)


def page(
    connection: sa.Connection,
    *,
    before: bytes | None,
    limit: int,
    equal: dict[str, Any] | None = None,
    states: Sequence[str] = (),
    handled: bool | None = None,
    since: int | None = None,
    until: int | None = None,
    unseen: Collection[bytes] = (),
) -> list[MessageRow]:
    """Messages, the newest first; `equal` are columns and what they must be, times are those of the ids.

    None of sessions of `unseen` flows.
    """
    statement = sa.select(*_COLUMNS).order_by(message.c.id.desc()).limit(limit)
    if unseen:
        statement = statement.where(of_none(message.c.session_id, unseen))
    for name, value in (equal or {}).items():
        if value is not None:
            literal = sa.literal(value, literal_execute=True) if name == "became" else value
            statement = statement.where(message.c[name] == literal)
    if states:
        statement = statement.where(message.c.state.in_(states))
    if handled is not None:
        statement = statement.where(message.c.handled_at.is_not(None) if handled else message.c.handled_at.is_(None))
    if since is not None:
        statement = statement.where(message.c.id >= first_id(since))
    if until is not None:
        statement = statement.where(message.c.id < first_id(until))
    if before is not None:
        statement = statement.where(message.c.id < before)
    return [_row(found) for found in connection.execute(statement)]


def of_person(
    connection: sa.Connection, contact_id: bytes, addresses: Sequence[str], *, limit: int,
    unseen: Collection[bytes] = (),
) -> list[MessageRow]:  # fmt: skip
    """Messages of somebody's sessions (not of `unseen` flows), and at addresses that are his alone, newest first."""
    his = message.c.session_id.in_(sa.select(session.c.id).where(session.c.contact_id == contact_id))
    found: dict[bytes, MessageRow] = {}
    for whose in (his, message.c.peer.in_(addresses)):
        statement = sa.select(*_COLUMNS).where(whose, of_none(message.c.session_id, unseen))
        statement = statement.order_by(message.c.id.desc()).limit(limit)
        found |= {row.id: row for row in map(_row, connection.execute(statement))}
    return sorted(found.values(), key=lambda row: row.id, reverse=True)[:limit]


def handle(connection: sa.Connection, identity: bytes, *, by: str, at: int) -> bool:
    """Somebody has seen to a message that came in; False if there is none, or it was seen to before."""
    open_one = sa.and_(message.c.id == identity, message.c.direction == "in", message.c.handled_at.is_(None))
    changed = {"handled_by": by[:200], "handled_at": at}
    return bool(connection.execute(message.update().where(open_one).values(changed)).rowcount)


def queue_again(connection: sa.Connection, identity: bytes, *, by: str, at: int) -> None:
    """A message that failed, or is of unknown fate, waits again, on somebody's word."""
    changed = {
        "state": "queued", "reason": None, "queued_at": at, "sending_at": None, "unknown_at": None, "ended_at": None,
        "awaits": False, "handled_by": by[:200], "handled_at": at,
    }  # fmt: skip
    connection.execute(message.update().where(message.c.id == identity).values(changed))


def ended_before(connection: sa.Connection, before: int, *, limit: int) -> list[bytes]:
    """Messages of before a moment that are not on their way, the oldest first; nobody's unread ones."""
    read = sa.or_(message.c.became.is_(None), message.c.became != "inbox", message.c.handled_at.is_not(None))
    old = sa.and_(message.c.id < first_id(before), message.c.state.not_in(("queued", "sending")), read)
    return list(connection.scalars(sa.select(message.c.id).where(old).order_by(message.c.id).limit(limit)))


def remove(connection: sa.Connection, identity: bytes) -> list[bytes]:
    """Remove a message with its receipts and files, and its command where no session asked for it.

    Gives the sha256 of files whose bytes nothing needs any more.
    """
    connection.execute(receipt.delete().where(receipt.c.message_id == identity))
    connection.execute(outbox.delete().where(outbox.c.id == identity, outbox.c.session_id == identity))
    connection.execute(message.delete().where(message.c.id == identity))
    return message_files.remove(connection, identity)


def missed(connection: sa.Connection, identities: Sequence[str]) -> None:
    """Messages that were given to sessions which had just gone on: they are for a person after all."""
    ids = [identity for written in identities if (identity := id_bytes(written)) is not None]
    given = sa.and_(message.c.id.in_(ids), message.c.became == "answered")
    connection.execute(message.update().where(given).values(became="inbox", reason="no question was open any more"))


def last_of(connection: sa.Connection, peer: str, direction: Direction, *, limit: int = 1) -> list[MessageRow]:
    """The last messages to or from somebody, the newest first."""
    one_side = sa.and_(message.c.peer == peer, message.c.direction == direction)
    statement = sa.select(*_COLUMNS).where(one_side).order_by(message.c.id.desc()).limit(limit)
    return [_row(found) for found in connection.execute(statement)]


def asked(connection: sa.Connection, peer: str, sessions: Sequence[bytes]) -> dict[bytes, MessageRow]:
    """The last message that each of these sessions has sent to somebody."""
    found: dict[bytes, MessageRow] = {}
    for each in sessions:
        theirs = sa.and_(message.c.session_id == each, message.c.peer == peer, message.c.direction == "out")
        statement = sa.select(*_COLUMNS).where(theirs).order_by(message.c.id.desc()).limit(1)
        row = connection.execute(statement).one_or_none()
        if row is not None:
            found[each] = _row(row)
    return found


def _row(found: sa.Row[Any]) -> MessageRow:
    row = MessageRow(**{name: found._mapping[name] for name in MessageRow.__struct_fields__})
    return msgspec.structs.replace(row, awaits=bool(row.awaits))
