"""The files that go with a mail: assets by name or id, recordings and faxes by id, as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.adapters.gateway import NotNow, Refused
from engine.adapters.message_news import Attached
from engine.commands import Attachment
from engine.media_types import EXTENSIONS
from engine.store import Store, assets, faxes, id_bytes, id_text
from engine.store.assets import AssetFile
from engine.store.files import Files


class Attachments:
    """Reads one organisation's files."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._files = Files(folder, store.name)

    def read(self, wanted: Sequence[Attachment], largest: int) -> list[Attached]:
        """In a thread: the files with their contents, of so many bytes together at most; raises Refused or NotNow."""
        found = [(each, *self._found(each)) for each in wanted]
        size = sum(file.size for _, _, file in found)
        if size > largest:
            raise Refused(f"the attachments are too large: {size} bytes, {largest} at most")
        return [
            Attached(
                name=_with_extension(each.name or file.file_name or name or "file", file.media_type),
                media_type=file.media_type, content=self._content(each, file),
            )
            for each, name, file in found
        ]  # fmt: skip

    def _found(self, wanted: Attachment) -> tuple[str | None, AssetFile]:
        with self._store.read() as connection:
            found = assets.find(connection, wanted.asset)
            identity = id_bytes(wanted.asset)
            if found is None and identity is not None:
                fax = faxes.get(connection, identity)
                reference = None if fax is None else id_text(fax.asset_id) if fax.asset_id else fax.document
                found = assets.find(connection, reference) if reference else None
        file = None if found is None else found.current()
        if found is None or file is None:
            raise Refused(f"there is no file {wanted.asset!r}")
        return found.name, file

    def _content(self, wanted: Attachment, file: AssetFile) -> bytes:
        try:
            return self._files.path(file.sha256).read_bytes()
        except FileNotFoundError:
            raise NotNow(f"the file {wanted.asset!r} is not on this machine") from None


def _with_extension(name: str, media_type: str) -> str:
    """The name as a computer needs it to know what to open the file with."""
    return name if "." in name[1:] else name + EXTENSIONS.get(media_type, "")
