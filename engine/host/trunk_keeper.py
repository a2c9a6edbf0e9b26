"""Keeps Asterisk's trunks as they are declared in the control database, and notes there how each of them is.

The engine runs beside its Asterisk (DECISIONS 26), so it writes the file that pjsip.conf includes, and has it read. An
Asterisk of one's own has its trunks itself: only their state is noted then.
"""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
import structlog

from engine.adapters.ari.errors import AriError
from engine.adapters.asterisk_console import NoConsole, ask, registrations
from engine.adapters.telephony import Telephony
from engine.host.calls_in import CallsIn
from engine.host.private_files import write_private
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, now_micros, trunks
from engine.store.sealing import CannotOpen, seal_of
from engine.store.trunks import TrunkRow
from engine.trunks import pjsip

log = structlog.get_logger()

LOOK_SECONDS = 1.0
STATE_EVERY = 5
"""How many looks lie between two at the trunks' state."""


class TrunkKeeper:
    """One engine's keeper of its Asterisk's trunks."""

    def __init__(self, settings: Settings, stores: Stores, telephony: Telephony, calls_in: CallsIn) -> None:
        self._settings = settings
        self._stores = stores
        self._telephony = telephony
        self._calls_in = calls_in
        self._read = False
        self._known: dict[bytes, tuple[str | None, str | None]] = {}

    async def run(self) -> None:
        """Look and do, until cancelled."""
        look = 0
        while True:
            if self._telephony.ready:
                try:
                    rows = await asyncio.to_thread(self._rows)
                    self._calls_in.know(row.trunk for row in rows)
                    changed = self._settings.asterisk_local and await asyncio.to_thread(self._write, rows)
                    if changed or (rows and not self._read):  # whoever wrote it may have died before it was read
                        await self._telephony.trunks_changed()
                        self._read = True
                        log.info("Asterisk reads its trunks", count=len(rows))
                    if rows and look % STATE_EVERY == 0:
                        await self._note(rows)
                except (AriError, sa.exc.SQLAlchemyError, OSError) as error:
                    log.warning("trunks cannot be kept", reason=str(error))
                look += 1
            await asyncio.sleep(LOOK_SECONDS)

    def _rows(self) -> list[TrunkRow]:
        with self._stores.control.read() as connection:
            return trunks.every(connection)

    def _write(self, rows: list[TrunkRow]) -> bool:
        """In a thread: write the file if it has to change; whether it had."""
        path = self._settings.folder_asterisk / "etc" / "pjsip_trunks.conf"
        settings = self._settings
        text = pjsip.written(
            [row.trunk for row in rows], self._passwords(rows), port=settings.sip_trunk_port,
            ca=str(settings.sip_ca) if settings.sip_ca else None,
        )
        before = path.read_text(encoding="utf-8") if path.exists() else pjsip.HEAD
        if text == before:
            return False
        write_private(path, text)
        return True

    def _passwords(self, rows: list[TrunkRow]) -> dict[bytes, str]:
        found = {}
        for row in rows:
            if row.secret is None:
                continue
            try:
                with self._stores.tenant(row.trunk.tenant).read() as connection:
                    found[row.trunk.id] = seal_of(connection).open(row.secret).decode()
            except (CannotOpen, TenantUnknown) as error:
                log.error("a trunk's password cannot be read", trunk=row.trunk.endpoint, reason=str(error))
        return found

    async def _note(self, rows: list[TrunkRow]) -> None:
        reachable = await self._telephony.reachable()
        registered: dict[str, str] = {}
        if self._settings.asterisk_local and any(row.trunk.config.register_ for row in rows):
            try:
                socket = self._settings.folder_asterisk / "run" / "asterisk.ctl"
                registered = registrations(await ask(socket, "pjsip show registrations"))
            except NoConsole as error:
                log.warning("registrations are not known", reason=str(error))
        news: dict[bytes, tuple[str | None, str | None]] = {}
        for row in rows:
            name = row.trunk.endpoint
            answers = reachable.get(name)
            seen = (
                registered.get(name, "unknown").lower() if row.trunk.config.register_ else None,
                None if answers is None else "yes" if answers else "no",
            )
            if self._known.get(row.trunk.id) != seen or row.seen_at is None:
                news[row.trunk.id] = seen
        if news:
            await asyncio.to_thread(self._save, news)
            self._known |= news

    def _save(self, news: dict[bytes, tuple[str | None, str | None]]) -> None:
        at = now_micros()
        with self._stores.control.begin() as connection:
            for identity, (registered, reachable) in news.items():
                trunks.seen(connection, identity, registered=registered, reachable=reachable, at=at)
