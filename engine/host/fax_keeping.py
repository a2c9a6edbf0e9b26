"""Keeping faxes that come in: an asset with the pages as they came (TIFF), and as people read them (PDF).

The PDF is the version in use, the TIFF the one before it, which is sent on dot by dot. Files and rows are written
before Asterisk's own file is removed, so a crash in between keeps a fax twice, never not at all. What broke off is kept
as far as it has come.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
import structlog

from engine.adapters.ari import faxes as names
from engine.adapters.faxes import Arrived, FaxNotKept
from engine.host.fax_documents import FAXED
from engine.host.fax_drawing import NotDrawn, draw
from engine.store import Stores, assets, faxes, id_text, new_id, now_micros
from engine.store.assets import NewFile
from engine.store.faxes import FaxRow
from engine.store.files import Files

log = structlog.get_logger()
LEFT = Arrived(whole=False, fault="unknown")
"""What is known of a fax that ended while no engine was there."""


class Party(Protocol):
    """Whose a leg is."""

    tenant: str


class FaxKeeping:
    """Implements `FaxKeeper`. `party_of` knows the sessions that are live; others are in the database."""

    def __init__(self, stores: Stores, folder: Path, party_of: Callable[[str], Party | None]) -> None:
        self._stores = stores
        self._folder = folder
        self._party_of = party_of

    async def keep_fax(self, leg: str, file: Path, arrived: Arrived) -> str:
        """Keep the pages in this file, and remove it; the asset's id. Raises FaxNotKept."""
        held = self._party_of(leg)
        try:
            asset = await asyncio.to_thread(self._keep, leg, file, arrived, None if held is None else held.tenant)
        except (OSError, sa.exc.SQLAlchemyError) as error:
            raise FaxNotKept(f"the fax could not be kept: {error}"[:500]) from error
        if arrived.whole and asset:
            return asset
        what = f"what has come of it is kept as {asset}" if asset else "nothing has come"
        raise FaxNotKept(f"the fax has broken off ({arrived.fault or 'no pages'}): {what}")

    def adopt_faxes(self, folder: Path, busy: set[str]) -> int:
        """In a thread: keep what an engine before this one left, but for these legs; how many it was."""
        kept = 0
        for file in sorted(folder.glob(names.in_name("*"))):
            leg = names.leg_of_file(file.name)
            if leg is None or leg in busy:
                continue
            try:
                kept += bool(self._keep(leg, file, LEFT, None))
            except FaxNotKept as error:
                log.warning("a fax that was left is nobody's", leg=leg, reason=str(error))
            except (OSError, sa.exc.SQLAlchemyError) as error:
                log.error("a fax that was left cannot be kept", leg=leg, reason=str(error))
        return kept

    def _keep(self, leg: str, file: Path, arrived: Arrived, tenant: str | None) -> str:
        tenants = [tenant] if tenant is not None else self._stores.tenant_names()
        found = next(((name, caller) for name in tenants if (caller := self._caller(name, leg)) is not None), None)
        if found is None:
            raise FaxNotKept("no session knows this leg")
        tenant, caller = found
        files, pages = self._stored(tenant, file) if file.is_file() and file.stat().st_size else ([], 0)
        at = now_micros()
        identity = new_id() if files else None
        fax = FaxRow(
            id=identity or new_id(), session_id=caller.session_id, direction="in", leg=leg, asset_id=identity,
            started_at=caller.answered_at or at, answered_at=caller.answered_at, ended_at=at, caller=caller.caller,
            called=caller.called, pages=arrived.pages or pages, station=arrived.station[:80] or None,
            medium=arrived.medium or None, rate=arrived.rate or None,
            fate="received" if arrived.whole else "unknown" if arrived is LEFT else "failed",
            cause=arrived.fault[:80] or None,
        )  # fmt: skip
        with self._stores.tenant(tenant).begin() as connection:
            for number, each in enumerate(files):
                if identity is not None and number == 0:
                    assets.add(connection, identity=identity, kind="fax", name=None, language="", file=each, at=at)
                elif identity is not None:
                    assets.add_version(connection, identity, language="", file=each, at=at)
            faxes.add(connection, fax)
        file.unlink(missing_ok=True)
        return id_text(identity) if identity is not None else ""

    def _stored(self, tenant: str, file: Path) -> tuple[list[NewFile], int]:
        """The pages as they came, and as PDF if they can be read, stored; how many there are."""
        store = Files(self._folder, tenant)
        content = file.read_bytes()
        came = NewFile(
            sha256=store.put(content), media_type=FAXED, size=len(content), file_name="fax.tif", source="fax"
        )  # fmt: skip
        with tempfile.NamedTemporaryFile(prefix="callweave-fax-", suffix=".pdf") as target:
            try:
                pages = draw("pdf", file, Path(target.name))
            except NotDrawn as error:
                log.error("a fax cannot be made a PDF", reason=str(error))
                return [came], 0
            drawn = Path(target.name).read_bytes()
        pdf = NewFile(
            sha256=store.put(drawn), media_type="application/pdf", size=len(drawn), file_name="fax.pdf", source="fax"
        )  # fmt: skip
        return [came, pdf], pages

    def _caller(self, tenant: str, leg: str) -> faxes.Caller | None:
        with self._stores.tenant(tenant).read() as connection:
            return faxes.caller_of(connection, leg)
