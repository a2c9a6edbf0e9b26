"""A mail server by SMTP, and exactness about what became of a mail.

A server that has not got the dot at the end must not deliver (RFC 5321, 4.1.1.4 and 6.1): whatever fails before leaves
the mail unsent. Once the dot has left, only an answer tells. So the dot leaves by itself, when all before it has left.
What is wrong with the server (its certificate, our password, "not now") waits to be mended; what is wrong with the mail
is refused.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import msgspec

from engine.adapters.gateway import LeaseOver, NotNow, Refused, Unsure
from engine.adapters.guard import Allowed
from engine.adapters.mail.compose import Mail
from engine.adapters.mail.config import SmtpConfig
from engine.adapters.mail.connecting import SHOWN, Closed, Connection, connect, words_of
from engine.adapters.mail.reaching import trusted

if TYPE_CHECKING:
    from aiosmtplib import SMTP

PIECE = 64 * 1024
IDLE_SECONDS = 20.0
"""A connection that was not used for so long is not used again: servers close them."""
_DOTS = re.compile(rb"^\.", re.MULTILINE)


class MailServer:
    """Hands mails over; connections are used again. `allowed` is None for the operator's own server."""

    def __init__(self, config: SmtpConfig, allowed: Allowed | None, may_act: Callable[[], bool]) -> None:
        self._config = config
        self._allowed = allowed
        self._may_act = may_act
        self._idle: list[Connection] = []
        self._context = trusted(config.ca)

    async def deliver(self, mail: Mail) -> str:
        """Hand a mail over; the server's answer. Raises NotNow, Refused or Unsure."""
        used = True
        while used:
            used, connection = await self._connected()
            try:
                await self._envelope(connection.client, mail)
                break
            except Closed:
                connection.client.close()
                if not used:  # else the server may have closed it meanwhile
                    raise
            except (NotNow, Refused):
                await self._reset(connection)
                raise
            except BaseException:
                connection.client.close()
                raise
        try:
            answer = await self._content(connection, mail)
        except BaseException:
            connection.client.close()
            raise
        self._keep(connection)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        for connection in self._idle:
            connection.client.close()
        self._idle.clear()

    def _keep(self, connection: Connection) -> None:
        self._idle.append(msgspec.structs.replace(connection, used_at=time.monotonic()))

    async def _reset(self, connection: Connection) -> None:
        """The next mail may leave by it, although this one may not."""
        from aiosmtplib import SMTPException

        try:
            await connection.client.rset()
        except (SMTPException, OSError):
            connection.client.close()
        else:
            self._keep(connection)

    async def _connected(self) -> tuple[bool, Connection]:
        """A connection, and whether it was used before."""
        while self._idle:
            connection = self._idle.pop()
            if connection.client.is_connected and time.monotonic() - connection.used_at < IDLE_SECONDS:
                return True, connection
            connection.client.close()
        return False, await connect(self._config, self._allowed, self._context)

    async def _envelope(self, client: SMTP, mail: Mail) -> None:
        from aiosmtplib import SMTPException, SMTPResponseException

        if not self._may_act():
            raise LeaseOver("the lease is over")
        options = []
        encoding = "ascii"
        try:
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
            if mail.utf8:
                if not client.supports_extension("smtputf8"):
                    raise Refused("the mail server takes no addresses with letters outside ASCII")
                options, encoding = ["SMTPUTF8", "BODY=8BITMIME"], "utf-8"
            if client.supports_extension("size"):
                options.append(f"SIZE={len(mail.content)}")
            await client.mail(mail.sender, options=options, encoding=encoding)
            await client.rcpt(mail.to, encoding=encoding)
            response = await client.execute_command(b"DATA")
        except SMTPResponseException as error:
            _answered(error.code, error.message)
        except (SMTPException, OSError, ValueError) as error:
            raise Closed(words_of(error)) from None
        if response.code != 354:
            _answered(response.code, response.message)

    async def _content(self, connection: Connection, mail: Mail) -> str:
        from aiosmtplib import SMTPException

        writer, protocol = connection.writer, connection.client.protocol
        if protocol is None:
            raise NotNow("the server closed the connection")
        content = _DOTS.sub(b"..", mail.content)
        content += b"" if content.endswith(b"\r\n") else b"\r\n"
        timeout = self._config.timeout
        try:
            for start in range(0, len(content), PIECE):
                writer.write(content[start : start + PIECE])
                await asyncio.wait_for(writer.drain(), timeout)
        except TimeoutError:
            raise NotNow(f"the server has not taken the mail within {timeout:g} s") from None
        except OSError as error:
            raise NotNow(words_of(error)) from None
        if not self._may_act():
            raise LeaseOver("the lease is over")
        try:
            protocol.write(b".\r\n")
            response = await protocol.read_response(timeout)
        except (SMTPException, OSError) as error:
            raise Unsure(words_of(error)) from None
        if response.code != 250:
            _answered(response.code, response.message)
        return response.message[:SHOWN]


def _answered(code: int, message: str) -> NoReturn:
    words = f"{code} {' '.join(message.split())}"[:SHOWN]
    if 500 <= code < 600:
        raise Refused(words)
    raise Closed(words) if code == 421 else NotNow(words)
