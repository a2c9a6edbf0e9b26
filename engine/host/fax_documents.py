"""What a flow wants to fax, found in its organisation's stored files and made ready for Asterisk.

A fax that came in is sent on as it came, dot by dot. A text with Liquid in it is a template: it is filled in with what
the session knows.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import sqlalchemy as sa

from engine.expressions import ExpressionError, Template
from engine.flow import FlowErrors
from engine.host.fax_drawing import Drawing, NotDrawn
from engine.host.programs import Programs, VersionUnknown
from engine.host.turn import Held
from engine.session import SessionParked
from engine.store import Stores, assets, sessions
from engine.store.assets import Asset, AssetFile
from engine.store.files import Files

NO_FOLDER = "faxes need a folder that this engine and Asterisk share (CALLWEAVE_ASTERISK_RECORDINGS)"
FAXED = "image/tiff"
_SIGNS = (b"{{", b"{%")


class FaxDocuments:
    """The documents of faxes that go out."""

    def __init__(self, stores: Stores, programs: Programs, folder: Path, drawing: Drawing) -> None:
        self._stores = stores
        self._programs = programs
        self._folder = folder
        self._drawing = drawing

    async def prepare(self, tenant: str, session_id: bytes, reference: str, target: Path) -> int:
        """Draw a document into a file; how many pages it has. Raises NotDrawn, or what the database raises."""
        if not target.parent.is_dir():
            raise NotDrawn(NO_FOLDER)
        content = await asyncio.to_thread(self._content, tenant, session_id, reference)
        with tempfile.NamedTemporaryFile(prefix="callweave-fax-") as source:
            source.write(content)
            source.flush()
            try:
                return await self._drawing.draw("tiff", Path(source.name), target)
            except NotDrawn as error:
                raise NotDrawn(f"the document {reference!r} {error}") from None

    def _content(self, tenant: str, session_id: bytes, reference: str) -> bytes:
        with self._stores.tenant(tenant).read() as connection:
            found = assets.find(connection, reference)
        file = None if found is None else _file_of(found)
        if file is None:
            raise NotDrawn(f"there is no document {reference!r}")
        try:
            content = Files(self._folder, tenant).path(file.sha256).read_bytes()
        except FileNotFoundError:
            raise NotDrawn(f"the file of the document {reference!r} is not on this machine") from None
        if file.media_type == "text/plain" and any(sign in content for sign in _SIGNS):
            return self._filled_in(tenant, session_id, reference, content.decode()).encode()
        return content

    def _filled_in(self, tenant: str, session_id: bytes, reference: str, text: str) -> str:
        store = self._stores.tenant(tenant)
        with store.begin() as connection:
            loaded = sessions.load(connection, [session_id]).get(session_id)
        try:
            template = Template(text)
            if loaded is None:
                raise NotDrawn("the session is not there any more")
            held = Held.loaded(tenant, loaded, self._programs.get(store, loaded.row.flow_id, loaded.row.version))
        except (ExpressionError, VersionUnknown, FlowErrors, SessionParked, sa.exc.NoResultFound) as error:
            raise NotDrawn(f"the template {reference!r} cannot be filled in: {error}") from None
        assert held.session is not None
        return template.render(held.session.scope)


def _file_of(asset: Asset) -> AssetFile | None:
    """The file to send: of a fax that came in the pages as they came, else the one in use."""
    if asset.kind == "fax":
        return next((file for file in asset.files if file.media_type == FAXED), None)
    return asset.current() if asset.kind == "document" else None
