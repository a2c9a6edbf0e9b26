"""A connection to a mail server by which mails may leave: encrypted as it is set up, logged in."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Any

import msgspec

from engine.adapters.gateway import NotNow
from engine.adapters.guard import Allowed
from engine.adapters.mail.config import PORTS, SmtpConfig
from engine.adapters.mail.reaching import reach

if TYPE_CHECKING:
    from aiosmtplib import SMTP

SHOWN = 300


class Closed(NotNow):
    """The connection is of no use any more."""


class Connection(msgspec.Struct, frozen=True):
    """A client, and by what its data leaves; `used_at` is of the monotonic clock."""

    client: SMTP
    writer: asyncio.StreamWriter
    """Kept, for it closes the connection when it goes."""
    used_at: float


async def connect(config: SmtpConfig, allowed: Allowed | None, context: ssl.SSLContext) -> Connection:
    """A new connection; raises NotNow, or Refused where the server is not allowed."""
    from aiosmtplib import SMTP, SMTPException  # with the first mail that leaves

    host, port = config.host, config.port or PORTS[config.security]
    connection = await asyncio.to_thread(reach, allowed, host, port, config.timeout)
    connection.setblocking(False)
    start_tls = {"starttls": True, "optional": None}.get(config.security, False)
    client = SMTP(
        hostname=host, port=None, sock=connection, timeout=config.timeout, tls_context=context,
        use_tls=config.security == "tls", start_tls=start_tls, local_hostname=config.hello or None,
    )  # fmt: skip
    try:
        await client.connect()
        if config.user:
            if config.security == "optional" and client.get_transport_info("sslcontext") is None:
                raise NotNow("the server has no TLS, and the password is not sent for all to read")
            await client.login(config.user, config.secrets["password"])
    except (SMTPException, OSError, ValueError) as error:
        connection.close()
        raise NotNow(words_of(error)) from None
    except NotNow:
        client.close()
        raise
    transport: Any = client.transport
    assert transport is not None and client.protocol is not None
    transport.set_write_buffer_limits(0)  # so that what is drained has left
    writer = asyncio.StreamWriter(transport, client.protocol, None, asyncio.get_running_loop())
    return Connection(client, writer, 0.0)


def words_of(error: Exception) -> str:
    """The error for people."""
    from aiosmtplib import SMTPResponseException, SMTPTimeoutError

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the server's certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"no TLS with the server: {cause.reason or type(cause).__name__}"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(error.message.split())}"[:SHOWN]
    if isinstance(error, SMTPTimeoutError):
        return "the server does not answer in time"
    return (str(error) or type(error).__name__)[:SHOWN]
