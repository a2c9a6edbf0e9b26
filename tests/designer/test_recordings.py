"""Recordings over HTTP: listed by session, heard, deleted; swept when they are old."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.host.retention import sweep_recordings
from engine.store import Store, id_text, new_id, now_micros, recordings
from engine.store.assets import NewFile
from engine.store.files import Files

Caller = Callable[..., Any]
SESSION, OTHER = new_id(), new_id()
on_both = pytest.mark.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture
def kept(app: Flask) -> list[str]:
    """Two recordings of one session, one of another; the oldest first."""
    parts = app.extensions["callweave"]
    files = Files(parts.settings.folder_assets, "main")
    ids = []
    for number, session_id in enumerate((SESSION, SESSION, OTHER)):
        content = b"RIFF" + bytes([number]) * 100
        file = NewFile(sha256=files.put(content), media_type="audio/wav", size=len(content), source="call", seconds=1.5)
        with parts.stores.tenant("main").begin() as connection:
            made = recordings.add(
                connection,
                session_id=session_id,
                leg=f"leg-{number}",
                kind="call",
                channels=2,
                file=file,
                at=now_micros(),
            )
        ids.append(id_text(made))
    return ids


def test_they_are_listed_heard_and_deleted(call: Caller, kept: list[str]) -> None:
    assert [row["id"] for row in call("GET", "/recordings").json["items"]] == kept[::-1]
    mine = call("GET", f"/recordings?session={id_text(SESSION)}&limit=1").json
    assert ([row["leg"] for row in mine["items"]], mine["next"] is not None) == (["leg-1"], True)
    row = call("GET", f"/recordings/{kept[0]}").json
    assert (row["kind"], row["channels"], row["seconds"], row["size"]) == ("call", 2, 1.5, 104)
    heard = call("GET", f"/recordings/{kept[0]}/content")
    assert (heard.data, heard.mimetype) == (b"RIFF" + b"\0" * 100, "audio/wav")
    assert call("GET", f"/recordings/{kept[0]}/content", Range="bytes=0-3").data == b"RIFF"
    assert call("DELETE", f"/recordings/{kept[0]}").status_code == 204
    for path in (f"/recordings/{kept[0]}", f"/recordings/{kept[0]}/content", "/recordings/none"):
        assert call("GET", path).status_code == 404


def test_one_is_removed_among_the_assets_too(call: Caller, kept: list[str]) -> None:
    assert call("DELETE", f"/assets/{kept[0]}").status_code == 204
    assert [row["id"] for row in call("GET", "/recordings").json["items"]] == kept[:0:-1]
    for path in (f"/recordings/{kept[0]}", f"/assets/{kept[0]}"):
        assert call("GET", path).status_code == 404


def test_another_tenant_hears_nothing(other: Caller, kept: list[str]) -> None:
    assert other("GET", "/recordings").json["items"] == []
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        assert other(method, f"/recordings/{kept[0]}{path}").status_code == 404


@on_both
def test_old_ones_are_swept_with_their_files(app: Flask, call: Caller, kept: list[str]) -> None:
    parts = app.extensions["callweave"]
    store: Store = parts.stores.tenant("main")
    files = Files(parts.settings.folder_assets, "main")
    assert sweep_recordings(store, now_micros() - 60_000_000, files, time.monotonic() + 9) == 0
    assert sweep_recordings(store, now_micros() + 1, files, time.monotonic() + 9) == 3
    assert call("GET", "/recordings").json["items"] == []
    assert not [path for path in parts.settings.folder_assets.rglob("*") if path.is_file()]
