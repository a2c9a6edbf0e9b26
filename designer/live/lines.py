"""The lines of connectors: each is a WebSocket that the connector opened, on which it is asked and answers.

What is asked stands in the tenant's database (`store/source_requests.py`); a hint by Redis says that there is something
new, and without Redis it is seen 250 ms later. So it does not matter which web process holds a line, or that one dies:
the connector calls again, and what was sent and not answered is sent anew, by its key.
"""

from __future__ import annotations

import threading
from typing import Protocol

import msgspec
import simple_websocket  # type: ignore[import-untyped]
import sqlalchemy as sa
import structlog

from designer.live.hub import Hub
from engine.secret import revealed
from engine.sources import wire
from engine.store import Store, connectors, id_bytes, id_text, keys, new_id, now_micros, source_requests, sources
from engine.store.sealing import CannotOpen

log = structlog.get_logger()

LOOK_SECONDS = 0.25
HELLO_SECONDS = 10.0
SILENT_SECONDS = connectors.GONE_AFTER / 1_000_000
ANOTHER, REPLACED, GARBLED, REVOKED, BROKEN = 4001, 4002, 4003, 4004, 4005
"""Why we close a line: another copy of this connector is there; a newer line; nonsense; its key is gone; we fail."""


class Socket(Protocol):
    """What a line needs of a WebSocket."""

    def send(self, data: str) -> None:
        """Send text; ConnectionClosed."""

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        """The next message, None after so many seconds; ConnectionClosed."""

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        """Close it; ConnectionClosed if it is."""


class Line:
    """One connector's line, from its first word to its end."""

    def __init__(self, socket: Socket, *, store: Store, control: Store, hub: Hub, connector: bytes, name: str) -> None:
        self._socket = socket
        self._store = store
        self._control = control
        self._hub = hub
        self._connector = connector
        self._name = name
        self._id = new_id()
        self._stream = b""
        self._mine: set[str] = set()
        self._sending = threading.Lock()
        self._woken = threading.Event()
        self._over = threading.Event()
        self._log = log.bind(tenant=store.name, connector=name)

    def serve(self) -> None:
        """Until either side closes it."""
        try:
            if not self._greet():
                return
            self._hub.add(self._connector, self._woken)
            threading.Thread(target=self._ask_for_ever, name="line", daemon=True).start()
            self._log.info("connector has called")
            while not self._over.is_set():
                heard = self._socket.receive(SILENT_SECONDS)
                if heard is None:
                    self._close(GARBLED, "nothing was heard")
                else:
                    self._heard(wire.decode_to_platform(heard))
        except simple_websocket.ConnectionClosed:
            self._log.info("connector has hung up")
        except msgspec.MsgspecError as error:
            self._close(GARBLED, f"not understood: {error}"[:100])
        except (sa.exc.SQLAlchemyError, CannotOpen) as error:
            self._log.error("line ends", reason=str(error))
            self._close(BROKEN, "the platform cannot write now")
        finally:
            self._over.set()
            self._woken.set()
            self._hub.remove(self._connector, self._woken)
            self._disconnect()

    def _disconnect(self) -> None:
        try:
            with self._store.begin() as connection:
                connectors.disconnect(connection, self._connector, self._id, at=now_micros())
        except sa.exc.SQLAlchemyError as error:  # it counts as gone after 45 seconds of silence
            self._log.error("the end of a line was not written", reason=str(error))

    def _greet(self) -> bool:
        heard = self._socket.receive(HELLO_SECONDS)
        hello = wire.decode_to_platform(heard) if heard is not None else None
        stream = id_bytes(hello.stream) if isinstance(hello, wire.Hello) else None
        if not isinstance(hello, wire.Hello) or stream is None:
            self._close(GARBLED, "no hello")
            return False
        at, refused = now_micros(), {}
        with self._store.begin() as connection:
            connectors.ensure(connection, self._connector, self._name, at=at)
            through = connectors.connect(
                connection, self._connector, line=self._id, stream=stream, software=hello.software, at=at
            )
            if through is not None:
                for declared in hello.sources:
                    document = msgspec.to_builtins(declared)
                    if not sources.declare(
                        connection, declared.name, kind=declared.kind, document=document, at=at,
                        connector_id=self._connector,
                    ):  # fmt: skip
                        refused[declared.name] = "there is another source of this name"
                names = {declared.name for declared in hello.sources}
                for gone in set(sources.of_connector(connection, self._connector)) - names:
                    sources.remove(connection, gone)
        if through is None:
            self._close(ANOTHER, "another copy of this connector is connected")
            return False
        self._stream, self._mine = stream, names - set(refused)
        self._send(wire.Welcome(name=self._name, through=through, refused=refused))
        return True

    # --- what the connector says

    def _heard(self, message: wire.ToPlatform) -> None:
        match message:
            case wire.Doing():
                self._doing(message)
            case wire.Rows():
                self._ended(message.id, "done", answer=msgspec.msgpack.encode(message.rows))
            case wire.Ended():
                reference = msgspec.msgpack.encode({"reference": message.reference})
                self._ended(message.id, message.fate, answer=reference, reason=message.reason)
            case wire.NotDone():
                self._ended(message.id, "withdrawn" if message.again else "failed", reason=message.reason)
            case wire.Hello():
                self._close(GARBLED, "a second hello")

    def _doing(self, message: wire.Doing) -> None:
        at = now_micros()
        with self._control.read() as connection:
            valid = keys.by_id(connection, self._connector, at=at) is not None
        if not valid:
            self._close(REVOKED, "the key is not valid any more")
            return
        with self._store.begin() as connection:
            ours = connectors.seen(connection, self._connector, self._id, at=at, error=message.error)
            if ours:
                for name, status in message.sources.items():
                    if name in self._mine:
                        sources.set_status(connection, name, msgspec.to_builtins(status), at=at)
        if not ours:
            self._close(REPLACED, "a newer line of this connector stands")

    def _ended(
        self, written: str, state: source_requests.State, *, answer: bytes | None = None, reason: str | None = None
    ) -> None:
        identity = id_bytes(written)
        if identity is None:
            return
        at = now_micros()
        with self._store.begin() as connection:
            if source_requests.end(
                connection, self._connector, identity, state, at=at, answer=answer, reason=reason
            ) and (key := source_requests.key_of(connection, identity)):
                source_requests.settle(connection, key, state, at=at)

    # --- what the connector is asked

    def _ask_for_ever(self) -> None:
        while not self._over.is_set():
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()
            try:
                self._ask()
            except simple_websocket.ConnectionClosed:
                self._over.set()
            except sa.exc.SQLAlchemyError as error:
                self._log.error("requests cannot be read", reason=str(error))

    def _ask(self) -> None:
        at = now_micros()
        with self._store.read() as connection:
            if not source_requests.anything_for(connection, self._connector, line=self._id, at=at):
                return
        with self._store.begin() as connection:
            found = source_requests.take(connection, self._connector, line=self._id, stream=self._stream, at=at)
        for request in found:
            identity, parameters = id_text(request.id), revealed(request.parameters)
            if request.kind == "ask":
                self._send(
                    wire.Ask(id=identity, source=request.source, query=request.name, parameters=parameters)
                )  # fmt: skip
            else:
                self._send(
                    wire.Write(
                        id=identity, source=request.source, statement=request.name, parameters=parameters,
                        key=request.key or identity,
                    )
                )  # fmt: skip

    def _send(self, message: wire.ToConnector) -> None:
        with self._sending:
            self._socket.send(wire.encode(message).decode())

    def _close(self, code: int, reason: str) -> None:
        self._over.set()
        self._log.info("line is closed", reason=reason)
        try:
            with self._sending:
                self._socket.close(code, reason)
        except simple_websocket.ConnectionClosed:
            return
