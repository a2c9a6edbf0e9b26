"""Texts by a provider's HTTP interface, or by a Kannel of one's own.

Nothing here is sent twice: a request that may have arrived is `Unsure`, and a redirect is not followed, for the server
that gives it may have taken the text.
"""

from __future__ import annotations

from datetime import UTC, datetime

from engine.adapters.gateway import Carried, Refused, Surroundings
from engine.adapters.sms_http import translate
from engine.adapters.sms_http.config import SmsHttpConfig
from engine.commands import Command, SendSms


class SmsHttpGateway:
    """Carries out `SendSms`."""

    def __init__(self, config: SmsHttpConfig, surroundings: Surroundings) -> None:
        self._config = config
        from engine.adapters.http.client import Client  # and aiohttp: with the first gateway that is opened

        self._client = Client(surroundings.allowed, surroundings.may_act, at_once=config.at_once)

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Hand one text to the provider."""
        if not isinstance(command, SendSms):
            raise Refused(f"this gateway sends no {command.type}")
        if command.until == "delivered" and not self._config.receipts:
            raise Refused("this gateway gives no receipts: let the node go on when the text is sent")
        asked = translate.request(self._config, command, key, at=datetime.now(UTC))
        received = await self._client.ask(
            asked.method, asked.url, headers=asked.headers, body=asked.body, timeout=self._config.timeout,
            follow=False,
        )  # fmt: skip
        return translate.outcome(self._config, command, received, key)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
