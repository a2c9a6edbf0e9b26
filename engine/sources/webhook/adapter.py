"""Takes requests on a port of its own, where that is set up; in the platform `designer/api/source_in.py` does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from engine.adapters.gateway import NotNow
from engine.adapters.sms_http.asked import Asked
from engine.sources.port import Batches, Ends, Port
from engine.sources.source import Asker, Keep, Listener, Reader, Surroundings
from engine.sources.webhook.config import Listen, WebhookConfig
from engine.sources.webhook.receiving import Refusal, Reply, received, refusal, reply

if TYPE_CHECKING:
    from aiohttp import web

log = structlog.get_logger()
FEED = "requests"
_AGAIN_SECONDS = "5"
_PATIENCE = 10.0


class WebhookListener:
    """A port that takes requests; none in the platform, whose API has one already."""

    def __init__(self, config: WebhookConfig, around: Surroundings) -> None:
        self._config = config
        self._port = None if config.listen is None else Port(config.listen, around)
        self._batches: Batches | None = None
        self._inside: asyncio.Semaphore | None = None

    @property
    def port(self) -> int:
        """The port that is listened on; 0 for none."""
        return 0 if self._port is None else self._port.number

    def start(self, keep: Keep) -> None:
        """Listen; raises Refused or NotNow."""
        self._batches = Batches(keep)
        if self._port is not None:
            self._port.open(self._serve)

    def stop(self) -> None:
        """Take nothing more; what is being kept is kept and answered."""
        if self._port is not None:
            self._port.close()

    async def _serve(self, context: ssl.SSLContext | None) -> tuple[int, Ends]:
        from aiohttp import web  # it is large, and only who listens needs it

        listen = self._listen
        self._inside = asyncio.Semaphore(listen.connections)
        application = web.Application(client_max_size=self._config.most_bytes)
        application.router.add_post(listen.path, self._told)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=_PATIENCE)
        await runner.setup()
        site = web.TCPSite(runner, listen.host, listen.port, ssl_context=context)
        await site.start()
        number: int = runner.addresses[0][1]
        return number, runner.cleanup

    async def _told(self, request: web.Request) -> web.Response:
        from aiohttp import web

        assert self._batches is not None and self._inside is not None
        address = request.remote or ""
        if not self._listen.welcomes(address):
            log.warning("a webhook's sender comes from elsewhere", address=address)
            return web.Response(status=403)
        if self._inside.locked():
            return web.Response(status=503, headers={"Retry-After": _AGAIN_SECONDS})
        async with self._inside:
            try:
                body = await asyncio.wait_for(request.read(), _PATIENCE)
            except TimeoutError:
                return web.Response(status=408)
            asked = Asked(
                method=request.method, base=self._config.public_url or f"{request.scheme}://{request.host}",
                target=request.raw_path, headers=dict(request.headers), body=body, address=address,
            )  # fmt: skip
            found = received(self._config, asked, datetime.now(UTC))
            if isinstance(found, Refusal):
                log.warning("a webhook was refused", address=address, why=found.doubt or found.errors[0].sentence)
                return _response(refusal(found))
            try:
                faults = await self._batches.keep(found)
            except NotNow as error:
                log.error("a webhook was not kept", address=address, reason=error.reason)
                return web.Response(status=503, headers={"Retry-After": _AGAIN_SECONDS})
        return _response(reply(self._config, faults))

    @property
    def _listen(self) -> Listen:
        assert self._config.listen is not None
        return self._config.listen


def _response(said: Reply) -> web.Response:
    from aiohttp import web

    return web.Response(status=said.status, body=said.body, headers={"Content-Type": said.content_type})


class WebhookSource:
    """A system that sends records by HTTP."""

    def __init__(self, config: WebhookConfig, around: Surroundings) -> None:
        self._listener = WebhookListener(config, around)
        self.readers: Mapping[str, Reader] = {}
        self.listeners: Mapping[str, Listener] = {FEED: self._listener}
        self.asker: Asker | None = None

    def close(self) -> None:
        """Stop listening."""
        self._listener.stop()
