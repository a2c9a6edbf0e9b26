"""Keeps what gateways report, in one transaction, so that they may tell the other side that it was taken.

Whoever has the news calls it: the driver's process for what comes by a connection, the web process for what comes by
HTTP. It is quick in crowds: receipts that come together are matched together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa
import structlog

from engine.adapters.message_news import Bounced, MailReceived, News, NotKept, Receipt, TextReceived
from engine.host import metrics
from engine.host.programs import Programs
from engine.host.texting import entries, mails
from engine.host.texting.incoming import Incoming
from engine.media_types import media_type_of
from engine.store import Store, arrivals, inbox, now_micros, receipts
from engine.store.assets import NewFile
from engine.store.files import Files
from engine.texting.outgoing import clean

log = structlog.get_logger()

UNMATCHED_KEPT = 30 * 24 * 3600 * 1_000_000
"""So long a receipt is shown that nobody's text has claimed (microseconds)."""


class Keeping:
    """For all organisations of one process."""

    def __init__(self, programs: Programs, country: str, folder: Path) -> None:
        self._programs = programs
        self._country = country
        self._folder = folder

    def keep(self, store: Store, gateway: str, news: Sequence[News]) -> list[Exception | None]:
        """Keep what has come together; for each whether it could not be kept, and why. Blocks: not on an event loop.

        Raises what the database raises when it is away. News that we cannot deal with is no other news' trouble.
        """
        try:
            self._keep(store, gateway, news)
        except sa.exc.SQLAlchemyError as error:
            if len(news) == 1 or not isinstance(
                error, (sa.exc.DataError, sa.exc.IntegrityError, sa.exc.StatementError)
            ):
                raise
        except Exception as error:
            log.exception("news cannot be kept", tenant=store.name, gateway=gateway, count=len(news))
            if len(news) == 1:
                return [NotKept(type(error).__name__)]
        else:
            return [None] * len(news)
        return [self._alone(store, gateway, each) for each in news]

    def sweep(self, store: Store, gateways: Sequence[str]) -> int:
        """Show texts whose parts never came, and let go of what is known no longer; how many were shown."""
        at, shown = now_micros(), 0
        with store.begin() as connection:
            for gateway in gateways:
                incoming = Incoming(connection, store, gateway, self._programs, country=self._country, at=at)
                shown += incoming.sweep()
        with store.begin() as connection:
            receipts.forget_unmatched(connection, at - UNMATCHED_KEPT)
            arrivals.forget(connection, at=at)
        return shown

    def _alone(self, store: Store, gateway: str, news: News) -> Exception | None:
        try:
            return self.keep(store, gateway, [news])[0]
        except sa.exc.SQLAlchemyError as error:
            log.error("news cannot be kept", tenant=store.name, gateway=gateway, reason=str(error))
            return NotKept(type(error).__name__)

    def _keep(self, store: Store, gateway: str, given: Sequence[News]) -> None:
        at, news = now_micros(), [_storable(each) for each in given]
        files = {place: self._put(store, each) for place, each in enumerate(news) if isinstance(each, MailReceived)}
        reports = [each for each in news if isinstance(each, Receipt)]
        with store.begin() as connection:
            come, nobodys = receipts.report(connection, gateway, reports, at=at) if reports else ([], 0)
            if come:
                inbox.put_each(connection, entries.answers(come, at=at), at=at)
            incoming = Incoming(connection, store, gateway, self._programs, country=self._country, at=at)
            for place, each in enumerate(news):
                if isinstance(each, TextReceived):
                    incoming.text(each)
                elif isinstance(each, MailReceived):
                    incoming.mail(each, files[place])
                elif isinstance(each, Bounced):
                    mails.bounced(connection, gateway, each, at=at)
        if nobodys:
            metrics.RECEIPTS_UNMATCHED.labels(gateway).inc(nobodys)
        for each in news:
            metrics.NEWS_KEPT.labels(gateway, type(each).__name__).inc()

    def _put(self, store: Store, mail: MailReceived) -> list[NewFile]:
        """The files of a mail, on the disk before it is entered."""
        files = Files(self._folder, store.name)
        return [
            NewFile(
                sha256=files.put(each.content), media_type=media_type_of(each.content) or "application/octet-stream",
                size=len(each.content), file_name=clean(each.name)[:200], source="mail",
            )
            for each in mail.attachments
        ]  # fmt: skip


def _storable(news: News) -> News:
    """The news with names, ids and reasons that every database takes; a part may end in half a character."""
    changed = {
        name: clean(value)
        for name in news.__struct_fields__
        if isinstance(value := getattr(news, name), str) and not (name == "text" and isinstance(news, TextReceived))
    }
    return msgspec.structs.replace(news, **changed)
