"""Socket.IO: a page says which flow it looks at and hears what its sessions do, or how conferences and campaigns are.

Who connects is known by the cookie session, as on the API; a page of another site is refused by its origin. A room is
`tenant:flow`, its tenant taken from the session and its flow, or campaign, looked up in that tenant's database, so that
nobody can name a room of somebody else's. `looking.py` says who may, at the join and again every few seconds.
"""

from __future__ import annotations

from typing import Any

import socketio
import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, join_room, leave_room

from designer.access.identity import of_session
from designer.live import together
from designer.live.looking import Look, Lookers, granted
from designer.live.watched import Watched
from designer.parts import Parts, parts
from engine.host.publish import CHANNEL, CONFERENCES, conferences, room
from engine.host.settings import Settings

log = structlog.get_logger()

LONGEST_MESSAGE = 4_096


def install(app: Flask, settings: Settings, *, queue: bool = True) -> SocketIO:
    """Serve /socket.io in this application; without `queue` it hears this process alone."""
    own: Parts = app.extensions["callweave"]
    watched = Watched(own.redis)
    live = SocketIO(
        app,
        async_mode="threading",
        transports=["websocket"],
        allow_upgrades=False,
        # made here, for Flask-SocketIO takes the URL of a unix socket for another kind of queue
        client_manager=socketio.RedisManager(settings.redis_address, channel=CHANNEL) if queue else None,
        manage_session=False,
        max_http_buffer_size=LONGEST_MESSAGE,
        ping_interval=25,
        ping_timeout=20,
        logger=False,
        engineio_logger=False,
    )

    @live.on("connect")
    def connect(_auth: Any = None) -> None:
        asking = of_session()
        if asking is None or parts().stores.suspended(asking.tenant):
            raise Refused("sign in first")

    def still(connection: str, look: Look, message: Any, environ: Any) -> bool:
        """Whether a page may look on; if not, it hears no more."""
        with app.request_context(environ):
            if granted(of_session(), message) == look:
                return True
        live.server.leave_room(connection, look.room, namespace="/")
        watched.remove(connection, look.tenant, look.name)
        live.emit("unwatched", {"watching": False}, to=connection)
        return False

    lookers = Lookers(still)

    @live.on("watch")
    def watch(message: Any = None) -> dict[str, Any]:
        look = granted(of_session(), message)
        if look is None:
            return {"watching": False}
        join_room(look.room)
        watched.add(_connection(), look.tenant, look.name)
        lookers.add(_connection(), look, message, request.environ)
        return {"watching": True}

    @live.on("unwatch")
    def unwatch(message: Any = None) -> dict[str, Any]:
        asking = of_session()
        flow = message.get("flow", message.get("campaign")) if isinstance(message, dict) else None
        if asking is not None and isinstance(message, dict) and message.get("conferences") is True:
            leave_room(conferences(asking.tenant))
            lookers.remove(_connection(), conferences(asking.tenant))
            watched.remove(_connection(), asking.tenant, CONFERENCES)
        elif asking is not None and isinstance(flow, str):
            leave_room(room(asking.tenant, flow))
            lookers.remove(_connection(), room(asking.tenant, flow))
            watched.remove(_connection(), asking.tenant, flow)
        return {"watching": False}

    @live.on("disconnect")
    def disconnect(_reason: Any = None) -> None:
        watched.forget(_connection())
        lookers.forget(_connection())
        together.has_gone(live, app, _connection())

    @live.on_error_default
    def failed(error: Exception) -> None:
        log.error("live message failed", exc_info=error)

    together.install(live, app, lookers)
    app.extensions["callweave.watched"] = watched
    app.extensions["callweave.lookers"] = lookers
    return live


def _connection() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
