"""Our end of LMTP (RFC 2033): our own mail server hands over what comes in, and keeps it until we have it.

There is no password in LMTP, so it listens only where the operator allows it (CALLWEAVE_ALLOW_HOSTS).
One receiver a transaction: each needs an answer of its own, and the mail server brings the mail again for the others.
"""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from engine.adapters.gateway import Surroundings
from engine.adapters.guard import Allowed
from engine.adapters.mail.arrivals import Envelope as Known
from engine.adapters.mail.config import SmtpConfig
from engine.adapters.mail.hostile import NotReadable
from engine.adapters.mail.incoming import Incoming
from engine.adapters.message_news import NotKept

log = structlog.get_logger()

AT_ONCE = 50
AGAIN_SECONDS = 1.0
PATIENCE = 120.0
LATER = "451 4.3.0 cannot be kept now"


class _Ours(LMTP):
    line_length_limit = 64 * 1024


class LmtpServer:
    """Listens until it is closed; what cannot be listened at now is tried again."""

    def __init__(self, config: SmtpConfig, surroundings: Surroundings) -> None:
        self._config = config
        self._allowed: Allowed = surroundings.allowed
        self._incoming = Incoming(config, surroundings)
        self._open = 0

    async def run(self) -> None:
        """Listen; ends when it is cancelled."""
        host, _, port = self._config.lmtp.rpartition(":")
        if not self._allowed.permits(host, host, int(port)):
            log.error(
                "mail is not listened for: the address is not allowed (CALLWEAVE_ALLOW_HOSTS)", at=host, port=port
            )
            return
        loop = asyncio.get_running_loop()
        while True:
            try:
                server = await loop.create_server(self._protocol, host, int(port))
                break
            except OSError as error:
                log.error("mail is not listened for", at=host, port=port, reason=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
        async with server:
            await server.serve_forever()

    def _protocol(self) -> LMTP:
        return _Ours(
            self, data_size_limit=self._config.largest, enable_SMTPUTF8=True,
            hostname=self._config.hello or "callweave", ident="LMTP", timeout=PATIENCE, loop=asyncio.get_running_loop(),
        )  # fmt: skip

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """One receiver at a time."""
        if envelope.rcpt_tos:
            return "452 4.5.3 one receiver at a time"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer when the mail is kept."""
        raw = envelope.original_content or b""
        if self._open >= AT_ONCE:
            return LATER
        self._open += 1
        try:
            await self._incoming.take(raw, Known(sender=envelope.mail_from or "", receiver=envelope.rcpt_tos[0]))
        except NotReadable as error:
            return f"554 5.6.0 {error}"[:200]
        except (NotKept, sa.exc.SQLAlchemyError, OSError) as error:
            log.error("a mail cannot be kept now", reason=str(error))
            return LATER
        finally:
            self._open -= 1
        return "250 2.0.0 kept"

    async def handle_exception(self, error: Exception) -> str:
        """Our own fault: the mail server keeps the mail."""
        log.error("lmtp failed", exc_info=error)
        return LATER
