"""Clients that send a byte now and then: each would hold a thread for as long as it likes, a few hundred all of them.

A request's head has to be there within seconds, and a body has to come at a pace that any line has. Who is slower is
cut off. What takes its time after that, a long answer or a live socket, is nobody's fault and is left alone.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.http.body import EOFReader
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.exceptions import BadRequest, ClientDisconnected

HEAD_SECONDS = 20.0
BODY_SECONDS = 20.0
"""So long any body may take; a large one as much longer as it has SLOWEST bytes a second."""
SLOWEST = 16 * 1024
LOOK_SECONDS = 0.5


class Patience:
    """Which connections are being read from, and until when."""

    def __init__(self) -> None:
        self._until: dict[Any, float] = {}
        self._lock = threading.Lock()

    def begin(self, connection: Any, until: float) -> None:
        """This connection is read from; at `until` it is cut off."""
        with self._lock:
            self._until[connection] = until

    def end(self, connection: Any) -> None:
        """It is not read from any more."""
        with self._lock:
            self._until.pop(connection, None)

    def run(self) -> None:
        """In a thread of its own, for ever."""
        while True:
            time.sleep(LOOK_SECONDS)
            now = time.monotonic()
            with self._lock:
                for connection in [one for one, until in self._until.items() if until < now]:
                    del self._until[connection]
                    with suppress(OSError):
                        connection.sock.shutdown(socket.SHUT_RDWR)


class Timed:
    """The body of a request, whose reading has an end; the time that the application takes does not count."""

    def __init__(self, reader: Any, connection: Any, patience: Patience, length: int) -> None:
        self._reader = reader
        self._connection = connection
        self._patience = patience
        self._left = BODY_SECONDS + length / SLOWEST

    def read(self, size: int) -> Any:
        """As the body's reader does; what is no chunk, and a body that breaks off, are the client's fault: 400."""
        began = time.monotonic()
        self._patience.begin(self._connection, began + self._left)
        try:
            return self._reader.read(size)
        except ParseException as error:
            raise BadRequest(str(error)) from error
        except NoMoreData as error:
            raise ClientDisconnected from error
        finally:
            self._patience.end(self._connection)
            self._left -= time.monotonic() - began


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads, with such ends."""

    def init_process(self) -> None:
        """Begin."""
        self.patience = Patience()
        threading.Thread(target=self.patience.run, name="patience", daemon=True).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """One request: its head, within HEAD_SECONDS."""
        self.patience.begin(conn, time.monotonic() + HEAD_SECONDS)
        try:
            return super().handle(conn)
        finally:
            self.patience.end(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The head is there."""
        self.patience.end(conn)
        if req.body is not None and not isinstance(req.body.reader, EOFReader):
            length = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "0")
            req.body.reader = Timed(req.body.reader, conn, self.patience, int(length) if length.isdecimal() else 0)
        return super().handle_request(req, conn)
