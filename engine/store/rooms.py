"""Conferences as rows, and what is asked of live calls: between the designer and the engine that has the calls.

The designer writes a request, and the engine takes it within a tenth of a second, does it, and notes what came of it
in the transaction that writes how the rooms are then. Nothing is lost if either dies, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec
import sqlalchemy as sa

from engine.adapters.party_news import RoomNews
from engine.store.ids import new_id
from engine.store.tenant import leg, live_request, room, session
from engine.store.times import SECOND
from engine.wire import Tagged

KEPT = 30 * 24 * 3600 * SECOND
"""How long a request is kept that was done."""


class RoomRequest(Tagged, frozen=True, kw_only=True):
    """Something to be done to a room, or to one in it."""

    room: str
    action: Literal["lock", "unlock", "end", "mute", "unmute", "kick"]
    member: str = ""


class SupervisorRequest(Tagged, frozen=True, kw_only=True):
    """Call a supervisor for a party, change what he does, or let him go (`mode` empty). `supervisor` names him."""

    leg: str
    supervisor: str
    to: str = ""
    mode: Literal["listen", "whisper", "barge", ""] = "listen"


LiveRequest = RoomRequest | SupervisorRequest


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is to be done."""

    id: bytes
    by: str
    asked_at: int
    request: LiveRequest


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A conference, and the engine that has it."""

    owner: str
    news: RoomNews


_encoder = msgspec.json.Encoder()
_news = msgspec.json.Decoder(RoomNews)
_request = msgspec.json.Decoder(LiveRequest)


def all_rooms(connection: sa.Connection, *, owner: str | None = None, name: str | None = None) -> list[Room]:
    """The conferences that are going on, by name."""
    statement = sa.select(room.c.owner, room.c.news).order_by(room.c.name, room.c.owner)
    if owner is not None:
        statement = statement.where(room.c.owner == owner)
    if name is not None:
        statement = statement.where(room.c.name == name)
    return [Room(owner=row.owner, news=_news.decode(row.news)) for row in connection.execute(statement)]


def put(connection: sa.Connection, owner: str, rooms: Iterable[RoomNews], *, at: int) -> None:
    """Write how rooms are now; one without members is over."""
    for news in rooms:
        connection.execute(room.delete().where(room.c.owner == owner, room.c.name == news.room))
        if news.members:
            row = {"owner": owner, "name": news.room, "news": _encoder.encode(news), "updated_at": at}
            connection.execute(room.insert(), row)


def clear(connection: sa.Connection, owner: str, *, but: Iterable[str]) -> None:
    """The rooms of an engine that are not among these are over."""
    connection.execute(room.delete().where(room.c.owner == owner, room.c.name.not_in(list(but))))


def ask(connection: sa.Connection, owner: str, request: LiveRequest, *, by: str, at: int) -> bytes:
    """Ask something of an engine; the request's id."""
    identity = new_id()
    row = {"id": identity, "owner": owner, "body": _encoder.encode(request), "asked_by": by[:200], "asked_at": at}
    connection.execute(live_request.insert(), row)
    return identity


def due(connection: sa.Connection, owner: str) -> list[Asked]:
    """What is asked of an engine, in its order."""
    statement = (
        sa.select(live_request)
        .where(live_request.c.owner == owner, live_request.c.done_at.is_(None))
        .order_by(live_request.c.id)
    )
    return [
        Asked(id=row.id, by=row.asked_by, asked_at=row.asked_at, request=_request.decode(row.body))
        for row in connection.execute(statement)
    ]


def done(connection: sa.Connection, identity: bytes, refusal: str | None, *, at: int) -> None:
    """Note what came of a request."""
    ours = live_request.c.id == identity
    connection.execute(live_request.update().where(ours).values(done_at=at, refusal=refusal))
    connection.execute(live_request.delete().where(live_request.c.done_at < at - KEPT))


def answer(connection: sa.Connection, identity: bytes) -> tuple[bool, str | None]:
    """Whether a request is done, and why it was refused."""
    statement = sa.select(live_request.c.done_at, live_request.c.refusal).where(live_request.c.id == identity)
    row = connection.execute(statement).one()
    return row.done_at is not None, row.refusal


def owner_of_leg(connection: sa.Connection, name: str) -> str | None:
    """The engine that has a live party; None if there is no such one."""
    statement = (
        sa.select(session.c.owner)
        .join(leg, leg.c.session_id == session.c.id)
        .where(leg.c.leg == name, leg.c.ended_at.is_(None))
    )
    return connection.execute(statement).scalar_one_or_none()
