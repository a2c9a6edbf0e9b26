"""What comes in, by whatever way: taken apart in a thread, and reported."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from engine.adapters.gateway import Surroundings
from engine.adapters.mail.arrivals import Envelope, news_of
from engine.adapters.mail.config import SmtpConfig

log = structlog.get_logger()


class Incoming:
    """Takes mails in."""

    def __init__(self, config: SmtpConfig, surroundings: Surroundings) -> None:
        self._config = config
        self._surroundings = surroundings

    async def take(self, raw: bytes, envelope: Envelope) -> None:
        """Returns when the mail is safely kept, or is nothing to keep. Raises NotReadable, or what `report` raises."""
        news = await asyncio.to_thread(
            news_of, raw, envelope, config=self._config, keys=self._surroundings.sign_keys, at=datetime.now(UTC)
        )
        if news is None:
            log.info("a mail that says nothing to us", sender=envelope.sender, receiver=envelope.receiver)
            return
        await self._surroundings.report(news)
