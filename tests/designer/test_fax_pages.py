"""The pages of a fax as pictures: of one that has come in as they came, of one that was sent by its document."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from PIL import Image

from engine.adapters.fax.pages import to_tiff
from engine.store import assets, faxes, id_text, new_id
from engine.store.assets import NewFile
from engine.store.faxes import FaxRow
from engine.store.files import Files

Caller = Callable[..., Any]


def test_pages_as_pictures(app: Flask, call: Caller, other: Caller) -> None:
    known = app.extensions["callweave"]
    files = Files(known.settings.folder_assets, "main")
    tiff = to_tiff(("A letter\f" + "second page").encode()).tiff
    letter, came = new_id(), new_id()
    sent, received, filled = new_id(), new_id(), new_id()
    with known.stores.tenant("main").begin() as connection:
        for identity, name, content, kind in (
            (letter, "letter", b"Dear Sir", "text/plain"), (came, None, tiff, "image/tiff"),
        ):  # fmt: skip
            file = NewFile(sha256=files.put(content), media_type=kind, size=len(content), source="upload")
            assets.add(connection, identity=identity, kind="document", name=name, language="", file=file, at=1)
        for row in (
            FaxRow(id=sent, session_id=new_id(), direction="out", leg="a", started_at=1, document="letter"),
            FaxRow(id=received, session_id=new_id(), direction="in", leg="b", started_at=1, asset_id=came),
            FaxRow(id=filled, session_id=new_id(), direction="out", leg="c", started_at=1, document="Dear {{ name }}"),
        ):
            faxes.add(connection, row)

    first = call("GET", f"/faxes/{id_text(received)}/pages/1")
    assert (first.status_code, first.content_type) == (200, "image/png"), first.data[:200]
    pages = int(first.headers["X-Pages"])
    with Image.open(io.BytesIO(first.data)) as picture:
        assert picture.width == 1728 and picture.height > 2000
    assert call("GET", f"/faxes/{id_text(received)}/pages/{pages + 1}").status_code == 404
    assert call("GET", f"/faxes/{id_text(sent)}/pages/1").content_type == "image/png"
    assert call("GET", f"/faxes/{id_text(filled)}/pages/1").status_code == 404
    assert call("GET", f"/faxes/{id_text(received)}/pages/0").status_code == 422
    assert other("GET", f"/faxes/{id_text(received)}/pages/1").status_code == 404
