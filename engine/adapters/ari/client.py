"""A thin ARI client: requests and events over one WebSocket.

Asterisk carries its REST interface over the WebSocket of the events too. One connection then costs half of what HTTP
costs, and, since Asterisk works on its messages in order, a request may be sent without waiting for the answer to the
one before. The client knows no calls: it numbers requests, hands each answer to whoever asked, and the rest to one
function.
"""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import Callable

import msgspec
import structlog

from engine.adapters.ari import messages
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.errors import AriError, AriForbidden, AriTimedOut, AriUnreachable, error_for
from engine.adapters.ari.messages import AriEvent, RestRequest, RestResponse
from engine.adapters.ari.socket import NotAccepted, Socket, connect
from engine.adapters.ari.translate import Request

Then = Callable[[AriError | None, str], None]
"""Takes what came of a request: an error or None, and the answer's body."""

_log = structlog.get_logger()
_HEARTBEAT = 15.0
_REFUSED = f"[Errno {errno.ECONNREFUSED}]"
"""Stands in the text of an error about several addresses of one name."""


class AriClient:
    """One connection; use `connect`, then `listen` until it ends. A client that has ended is not used again."""

    def __init__(self, config: AriConfig, on_event: Callable[[AriEvent], None]) -> None:
        self._config = config
        self._on_event = on_event
        self._socket: Socket | None = None
        self._asked: dict[str, tuple[float, Then | None]] = {}
        self._number = 0
        self._watching: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Open the WebSocket; raises AriUnreachable or AriForbidden."""
        config = self._config
        try:
            async with asyncio.timeout(config.time_limit):
                self._socket = await connect(config.url, config.authorization, self._on_text, heartbeat=_HEARTBEAT)
        except (TimeoutError, NotAccepted, OSError) as error:
            raise self._connection_error(error) from None
        self._watching = asyncio.create_task(self._watch())

    async def listen(self) -> None:
        """Wait for the connection's end; what comes until then is handed out."""
        assert self._socket is not None
        await self._socket.ended()

    def send(self, request: Request, then: Then | None = None) -> None:
        """Send a request; `then` is called exactly once with what came of it."""
        if self._socket is None or self._socket.closed:
            if then is not None:
                asyncio.get_running_loop().call_soon(then, AriUnreachable("not connected"), "")
            return
        self._number += 1
        number = str(self._number)
        self._asked[number] = (time.monotonic() + self._config.time_limit, then)
        content_type = "application/json" if request.body else ""
        self._socket.send(
            messages.write(
                RestRequest(number, number, request.method, request.uri, request.query, content_type, request.body)
            )
        )

    async def ask(self, request: Request) -> str:
        """Send a request and wait for its answer's body; raises AriError."""
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def then(error: AriError | None, body: str) -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(body)

        self.send(request, then)
        return await future

    async def close(self) -> None:
        """Close the connection; whoever still waits for an answer is told that there is none."""
        if self._watching is not None:
            self._watching.cancel()
        if self._socket is not None:
            self._socket.close()
        asked, self._asked = self._asked, {}
        for _, then in asked.values():
            if then is not None:
                then(AriUnreachable("the connection was closed"), "")

    def _on_text(self, text: bytes) -> None:
        try:
            read = messages.read(text)
        except msgspec.ValidationError as error:
            _log.debug("a message from Asterisk that is not ours", reason=str(error))
            return
        except msgspec.DecodeError as error:
            _log.warning("a message from Asterisk that is no JSON", reason=str(error))
            return
        if isinstance(read, RestResponse):
            self._answered(read)
        else:
            self._on_event(read)

    def _answered(self, response: RestResponse) -> None:
        _, then = self._asked.pop(response.request_id, (0.0, None))
        if then is not None:
            then(error_for(response.status_code, response.reason_phrase), response.message_body)

    async def _watch(self) -> None:
        """Tell those whose answer does not come."""
        while True:
            await asyncio.sleep(self._config.time_limit / 5)
            now = time.monotonic()
            late = [number for number, (until, _) in self._asked.items() if until < now]
            for number in late:
                _, then = self._asked.pop(number)
                if then is not None:
                    then(AriTimedOut(f"Asterisk did not answer within {self._config.time_limit:g} s"), "")

    def _connection_error(self, error: BaseException) -> AriError:
        if isinstance(error, NotAccepted) and error.status in (401, 403):
            return AriForbidden(f"ARI does not accept user and password ({self._config.url})")
        if isinstance(error, ConnectionRefusedError) or _REFUSED in str(error):
            return AriUnreachable(f"no Asterisk at {self._config.url}", refused=True)
        if isinstance(error, TimeoutError):
            return AriUnreachable(f"no answer from {self._config.url} within {self._config.time_limit:g} s")
        return AriUnreachable(f"no connection to {self._config.url}: {error}")
