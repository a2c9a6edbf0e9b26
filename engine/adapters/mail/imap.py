"""A mailbox that is looked into (IMAP, RFC 3501): what is unseen is reported, and marked as seen once it is kept.

It goes on in a thread by the standard library's client. Nothing is deleted: that is its owner's business.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
import structlog

from engine.adapters.gateway import NotNow, Refused, Surroundings
from engine.adapters.mail.arrivals import Envelope
from engine.adapters.mail.config import IMAP_PORTS, ImapConfig, SmtpConfig
from engine.adapters.mail.hostile import NotReadable
from engine.adapters.mail.incoming import Incoming
from engine.adapters.mail.reaching import reach, trusted
from engine.adapters.message_news import NotKept

log = structlog.get_logger()

AT_ONCE = 50
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class _Client(imaplib.IMAP4):
    """Speaks over a connection that is there."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._connection = connection
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._connection


class Mailbox:
    """Looks into a mailbox again and again until it is closed."""

    def __init__(self, config: SmtpConfig, imap: ImapConfig, surroundings: Surroundings) -> None:
        self._config = config
        self._imap = imap
        self._surroundings = surroundings
        self._incoming = Incoming(config, surroundings)
        self._connection: socket.socket | None = None
        self._taking: Future[None] | None = None

    async def run(self) -> None:
        """Look; ends when it is cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                if self._surroundings.may_act():
                    await self._tried(loop)
                await asyncio.sleep(self._imap.every)
        finally:
            self._let_go()

    async def _tried(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            await asyncio.to_thread(self._look, loop)
        except (NotNow, Refused) as error:
            log.error("the mailbox is not reached", server=self._imap.host, reason=error.reason)
        except (imaplib.IMAP4.error, OSError, NotKept, CancelledError, sa.exc.SQLAlchemyError) as error:
            log.error("the mailbox is looked into again", server=self._imap.host, reason=str(error))

    def _let_go(self) -> None:
        """So that the thread does not wait for anything any more."""
        if self._taking is not None:
            self._taking.cancel()
        if self._connection is not None:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread: report what is unseen."""
        with self._opened() as client:
            found = _data(client.uid("SEARCH", "UNSEEN"))
            for uid in (found[0] or b"").split()[:AT_ONCE]:
                self._one(client, uid.decode("ascii"), loop)

    def _one(self, client: imaplib.IMAP4, uid: str, loop: asyncio.AbstractEventLoop) -> None:
        size = next((_SIZE.search(entry) for entry in _data(client.uid("FETCH", uid, "(RFC822.SIZE)")) if entry), None)
        if size is None or int(size[1]) > self._config.largest:
            log.warning("a mail is left in the mailbox: too large", uid=uid)
        else:
            answer: list[Any] = client.uid("FETCH", uid, "(BODY.PEEK[])")[1]
            raw = next((entry[1] for entry in answer if isinstance(entry, tuple)), b"")
            self._taking = asyncio.run_coroutine_threadsafe(self._incoming.take(raw, Envelope()), loop)
            try:
                self._taking.result()
            except NotReadable as error:
                log.warning("a mail is left in the mailbox", uid=uid, reason=str(error))
        client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        imap, config = self._imap, self._config
        port = imap.port or IMAP_PORTS[imap.security]
        connection = reach(self._surroundings.allowed, imap.host, port, config.timeout)
        try:
            context = trusted(config.ca)
            if imap.security == "tls":
                connection = context.wrap_socket(connection, server_hostname=imap.host)
            self._connection = connection
            client = _Client(connection, imap.host)
            try:
                if imap.security == "starttls":
                    client.starttls(context)
                client.login(imap.user, config.secrets["imap_password"])
                _data(client.select(f'"{imap.folder}"'))
                yield client
            finally:
                with suppress(imaplib.IMAP4.error, OSError):
                    client.logout()
        except ssl.SSLError as error:
            raise NotNow(f"no TLS with the server: {error}") from None
        finally:
            connection.close()


def _data(answer: tuple[str, list[Any]]) -> list[bytes]:
    """What the server said; raises where it did not say OK."""
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{kind} {data!r}"[:300])
    return data
