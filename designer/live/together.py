"""Who else is in a flow's drawing: a page joins, says where it stands, and hears the others; and who has saved.

Nobody keeps a list. A page that joins is greeted by the pages that are there, each says every few seconds that it is,
and one that is not heard any more has gone; so it does not matter how many web processes there are. Names are the
server's word, never the page's. A page is known to the others by an id of its own, not by its connection's.
"""

from __future__ import annotations

import math
import threading
import time
from typing import Any

import msgspec
from flask import Flask, current_app, request
from flask_socketio import SocketIO, join_room, leave_room

from designer.access.identity import Who, of_session
from designer.live.looking import Lookers, drawing, granted
from designer.parts import parts
from engine.store import flows, id_bytes, id_text, new_id

A_SECOND = 25
"""Messages of a page that are handed on; a page sends its cursor 20 times a second."""
SURE_FOR = 15.0
"""Seconds after which it is asked again whether somebody may still look."""
LONGEST = 200
FARTHEST = 1e7


class Seat(msgspec.Struct):
    """One page in one flow's drawing."""

    tenant: str
    flow: str
    page: str
    name: str
    sure_until: float
    allowance: float = A_SECOND
    filled_at: float = 0.0

    def may_speak(self, now: float) -> bool:
        """Whether one more message is handed on now."""
        self.allowance = min(float(A_SECOND), self.allowance + (now - self.filled_at) * A_SECOND)
        self.filled_at = now
        if self.allowance < 1:
            return False
        self.allowance -= 1
        return True


def tell_saved(tenant: str, flow_id: bytes, revision: int, name: str) -> None:
    """Say to all who draw this flow that there is a newer draft."""
    flow = id_text(flow_id)
    live: SocketIO = current_app.extensions["socketio"]
    live.emit("draft", {"flow": flow, "revision": revision, "name": name}, to=drawing(tenant, flow))


def tell_published(tenant: str, flow_id: bytes, version: int, name: str) -> None:
    """Say to all who draw this flow that there is a new version."""
    flow = id_text(flow_id)
    live: SocketIO = current_app.extensions["socketio"]
    live.emit("published", {"flow": flow, "version": version, "name": name}, to=drawing(tenant, flow))


class Seats:
    """The pages of this process, by connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seats: dict[str, Seat] = {}

    def take(self, connection: str, seat: Seat) -> Seat | None:
        """Sit down; the seat that this connection had before."""
        with self._lock:
            before = self._seats.get(connection)
            self._seats[connection] = seat
        return before

    def of(self, connection: str) -> Seat | None:
        """Where this connection sits."""
        with self._lock:
            return self._seats.get(connection)

    def leave(self, connection: str) -> Seat | None:
        """Stand up."""
        with self._lock:
            return self._seats.pop(connection, None)

    def speaks(self, connection: str, now: float) -> Seat | None:
        """Its seat, if one more message of it is handed on now."""
        with self._lock:
            seat = self._seats.get(connection)
            return seat if seat is not None and seat.may_speak(now) else None


def install(live: SocketIO, app: Flask, lookers: Lookers) -> None:
    """Serve those who draw together on this socket."""
    seats = Seats()
    app.extensions["callweave.seats"] = seats

    @live.on("join")
    def join(message: Any = None) -> dict[str, Any]:
        flow = message.get("flow") if isinstance(message, dict) else None
        asking = of_session()
        revision = None if asking is None or not isinstance(flow, str) else _revision(asking, flow)
        if asking is None or revision is None:
            return {"joined": False}
        stand_up(seats.leave(_connection()))
        seat = Seat(
            tenant=asking.tenant, flow=str(flow), page=id_text(new_id()), name=asking.name,
            sure_until=time.monotonic() + SURE_FOR, filled_at=time.monotonic(),
        )  # fmt: skip
        seats.take(_connection(), seat)
        join_room(drawing(seat.tenant, seat.flow))
        wanted = {"drawing": seat.flow}
        look = granted(asking, wanted)
        if look is not None:  # asked again every few seconds: who may no longer draw hears no more
            lookers.add(_connection(), look, wanted, request.environ)
        live.emit(
            "hello", {"flow": seat.flow, "page": seat.page, "name": seat.name},
            to=drawing(seat.tenant, seat.flow), skip_sid=_connection(),
        )  # fmt: skip
        return {"joined": True, "page": seat.page, "name": seat.name, "revision": revision}

    @live.on("here")
    def here(message: Any = None) -> None:
        now = time.monotonic()
        seat = seats.speaks(_connection(), now)
        if seat is None or not isinstance(message, dict):
            return
        if now > seat.sure_until:
            asking = of_session()
            if asking is None or asking.tenant != seat.tenant or _revision(asking, seat.flow) is None:
                stand_up(seats.leave(_connection()))
                return
            seat.sure_until = now + SURE_FOR
        told = {"flow": seat.flow, "page": seat.page, "name": seat.name, **_place(message)}
        live.emit("here", told, to=drawing(seat.tenant, seat.flow), skip_sid=_connection())

    @live.on("beat")
    def beat(_message: Any = None) -> dict[str, Any]:
        """The revision that is kept now: a page that missed a word learns it here."""
        seat, asking = seats.of(_connection()), of_session()
        if seat is None or asking is None or asking.tenant != seat.tenant:
            return {"joined": False}
        revision = _revision(asking, seat.flow)
        return {"joined": revision is not None, "revision": revision}

    @live.on("leave")
    def leave(_message: Any = None) -> None:
        stand_up(seats.leave(_connection()))

    def stand_up(seat: Seat | None) -> None:
        if seat is None:
            return
        leave_room(drawing(seat.tenant, seat.flow))
        lookers.remove(_connection(), drawing(seat.tenant, seat.flow))
        live.emit("gone", {"flow": seat.flow, "page": seat.page}, to=drawing(seat.tenant, seat.flow))


def has_gone(live: SocketIO, app: Flask, connection: str) -> None:
    """A connection has ended."""
    seats: Seats = app.extensions["callweave.seats"]
    seat = seats.leave(connection)
    if seat is not None:
        live.emit("gone", {"flow": seat.flow, "page": seat.page}, to=drawing(seat.tenant, seat.flow))


def _place(message: dict[str, Any]) -> dict[str, Any]:
    """Where a page says that it is, as far as that can be."""
    number, cursor = message.get("n"), message.get("cursor")
    return {
        "n": number if isinstance(number, int) and not isinstance(number, bool) else 0,
        "cursor": cursor if _is_point(cursor) else None,
        "node": _text(message.get("node")),
        "field": _text(message.get("field")),
    }


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 2
        and all(
            isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) and abs(one) < FARTHEST
            for one in value
        )
    )  # fmt: skip


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST else None


def _revision(asking: Who, flow: str) -> int | None:
    """The revision of the draft, None if there is no such flow that this one may draw."""
    identity = id_bytes(flow)
    if identity is None or granted(asking, {"drawing": flow}) is None:
        return None
    with parts().stores.tenant(asking.tenant).read() as connection:
        return flows.get(connection, identity).revision


def _connection() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
