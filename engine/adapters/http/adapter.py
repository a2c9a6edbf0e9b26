"""The gateway of HTTP requests: each goes to the server that its node names.

How often it is tried is the node's business, so a request that could not be made is answered at once. What is tried
again here is only what was not begun, and, where its node says so, what nobody knows of.
"""

from __future__ import annotations

from engine.adapters.gateway import Carried, LeaseOver, NotNow, Refused, Surroundings, Unsure
from engine.adapters.http import translate
from engine.adapters.http.config import HttpConfig
from engine.commands import Command, HttpRequest
from engine.events import CommandFailed


class HttpGateway:
    """Carries out `HttpRequest`."""

    def __init__(self, config: HttpConfig, surroundings: Surroundings) -> None:
        from engine.adapters.http.client import Client  # and aiohttp: with the first gateway that is opened

        self._client = Client(surroundings.allowed, surroundings.may_act, at_once=config.at_once)

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Make the request."""
        if not isinstance(command, HttpRequest):
            raise Refused(f"this gateway makes no {command.type}")
        try:
            received = await self._client.ask(
                command.method, command.url, headers=translate.headers_of(command, key),
                body=translate.body_of(command), timeout=command.timeout,
            )  # fmt: skip
        except LeaseOver:
            raise
        except (NotNow, Unsure, Refused) as error:
            if command.method == "GET":  # it only reads: nothing is open, and nobody has to look at it
                return Carried(event=CommandFailed(command_id=command.id, reason=error.reason))
            if isinstance(error, NotNow):
                raise Refused(error.reason) from None
            raise
        return Carried(event=translate.answer(command, received))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
