"""E-mail by a mail server: `SendMail` out, bounces and replies in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime

from engine.adapters.gateway import Carried, Refused, Surroundings
from engine.adapters.mail.compose import Mail, compose
from engine.adapters.mail.config import SmtpConfig
from engine.adapters.mail.server import MailServer
from engine.commands import Command, SendMail
from engine.events import MailSent


class SmtpGateway:
    """Carries out `SendMail`."""

    def __init__(self, config: SmtpConfig, surroundings: Surroundings) -> None:
        self._config = config
        self._surroundings = surroundings
        self._server = MailServer(config, surroundings.allowed, surroundings.may_act)
        self._listening: list[asyncio.Task[None]] = []

    async def listen(self) -> None:
        """Take in what comes by LMTP, or lies in the mailbox."""
        self._listening += [asyncio.create_task(way) for way in self._ways_in()]

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Hand one mail to the mail server."""
        if not isinstance(command, SendMail):
            raise Refused(f"this gateway sends no {command.type}")
        mail = await asyncio.to_thread(self._composed, command, key)
        if len(mail.content) > self._config.largest:
            raise Refused(f"the mail is too large: {len(mail.content)} bytes, {self._config.largest} at most")
        await self._server.deliver(mail)
        return Carried(event=MailSent(command_id=command.id, message_id=mail.message_id), reference=key)

    async def close(self) -> None:
        """Close the connections."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)
        await self._server.close()

    def _ways_in(self) -> Iterator[Coroutine[None, None, None]]:
        if self._config.lmtp:
            from engine.adapters.mail.lmtp import LmtpServer  # and aiosmtpd: with the first that listens

            yield LmtpServer(self._config, self._surroundings).run()
        if self._config.imap is not None:
            from engine.adapters.mail.imap import Mailbox

            yield Mailbox(self._config, self._config.imap, self._surroundings).run()

    def _composed(self, command: SendMail, key: str) -> Mail:
        files = self._surroundings.files(command.attachments, self._config.largest)
        keys = self._surroundings.sign_keys
        return compose(self._config, command, key, files=files, keys=keys, at=datetime.now(UTC))
