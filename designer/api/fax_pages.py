"""`/faxes/{id}/pages/{number}`: a page of a fax as a picture, drawn when somebody looks."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Response
from pydantic import BaseModel, Field

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.paging import identity
from designer.api.replies import resource
from designer.hands import Hands
from designer.parts import parts
from designer.problems import Problem
from engine.host.fax_drawing import AT_ONCE, NotDrawn, draw
from engine.store import assets, faxes, id_text
from engine.store.assets import AssetFile
from engine.store.faxes import FaxRow
from engine.store.files import Files

api = resource("fax_pages", 404)
_hands = Hands(AT_ONCE)
PICTURE = {"description": "The page", "content": {"image/png": {"schema": {"type": "string"}}}}
MESSAGES = {"The pages of this fax are not kept.", "There is no such page."}
"""Sentences of this module; each has its translation."""


class PagePath(BaseModel):
    fax: str = Field(max_length=64)
    number: int = Field(ge=1, le=1_000, description="From 1.")


@api.get("/faxes/<fax>/pages/<number>", responses={200: PICTURE})
@needs("messages.read")
def get_fax_page(path: PagePath) -> Response:
    """One page. Of one that went out by a template nothing is kept, of others it is the document as it is now."""
    content = _content(path.fax)
    with _hands.one(), tempfile.TemporaryDirectory(prefix="callweave-fax-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "page.png"
        source.write_bytes(content)
        try:
            count = draw("png", source, target, path.number - 1)
        except NotDrawn as error:
            raise Problem(404, "The pages of this fax are not kept.") from error
        if path.number > count:
            raise Problem(404, "There is no such page.")
        return Response(target.read_bytes(), content_type="image/png", headers={"X-Pages": str(count)})


def _content(written: str) -> bytes:
    wanted = identity(written, "There is no such fax.")
    with store().read() as connection:
        row = faxes.get(connection, wanted)
        if row is None:
            raise Problem(404, "There is no such fax.")
        named = _named(row)
        there = None if named is None else assets.find(connection, named)
    file = None if there is None else _file(there.files, received=row.asset_id is not None)
    lies = None if file is None else Files(parts().settings.folder_assets, who().tenant).path(file.sha256)
    if lies is None or not lies.is_file():
        raise Problem(404, "The pages of this fax are not kept.")
    return lies.read_bytes()


def _named(row: FaxRow) -> str | None:
    return row.document if row.asset_id is None else id_text(row.asset_id)


def _file(files: list[AssetFile], *, received: bool) -> AssetFile | None:
    """The pages as they came, or the document in use."""
    if received:
        return min(files, key=lambda file: file.number, default=None)
    return next((file for file in files if file.in_use), None)
