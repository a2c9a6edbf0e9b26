"""Faxes over HTTP: listed by session, direction and fate, and swept when they are old."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.host.retention import DAY, sweep_faxes
from engine.store import assets, faxes, id_text, new_id, now_micros
from engine.store.assets import NewFile
from engine.store.faxes import FaxRow
from engine.store.files import Files
from engine.store.ids import first_id

Caller = Callable[..., Any]
SESSION = new_id()


@pytest.fixture
def known(app: Flask) -> list[str]:
    """One that was sent, one that has come in, one on its way; the oldest first."""
    rows = [
        FaxRow(
            id=new_id(), session_id=SESSION, direction="out", leg="a", started_at=1, called="8001", document="letter",
            pages=2, fate="sent", station="FAR", medium="t38", rate=14400, ended_at=2,
        ),
        FaxRow(id=new_id(), session_id=new_id(), direction="in", leg="b", started_at=1, asset_id=SESSION, fate="received"),
        FaxRow(id=new_id(), session_id=SESSION, direction="out", leg="c", started_at=1),
    ]  # fmt: skip
    with app.extensions["callweave"].stores.tenant("main").begin() as connection:
        for row in rows:
            faxes.add(connection, row)
    return [id_text(row.id) for row in rows]


def test_they_are_listed(call: Caller, known: list[str]) -> None:
    def listed(query: str = "") -> list[str]:
        return [row["id"] for row in call("GET", f"/faxes{query}").json["items"]]

    assert listed() == known[::-1]
    assert listed(f"?session={id_text(SESSION)}") == [known[2], known[0]]
    assert listed("?direction=in") == [known[1]]
    assert listed("?fate=sent&direction=out") == [known[0]]
    first = call("GET", "/faxes?limit=2").json
    assert [row["id"] for row in call("GET", f"/faxes?limit=2&cursor={first['next']}").json["items"]] == [known[0]]
    row = call("GET", f"/faxes/{known[0]}").json
    assert (row["pages"], row["fate"], row["station"], row["medium"], row["document"]) == (2, "sent", "FAR", "t38", "letter")
    assert call("GET", f"/faxes/{known[1]}").json["asset"] == id_text(SESSION)
    assert call("GET", f"/faxes/{known[2]}").json["fate"] is None
    assert call("GET", "/faxes/none").status_code == 404
    assert call("GET", "/faxes?fate=lost").status_code == 422


def test_old_ones_are_swept_with_what_came_in(app: Flask, call: Caller) -> None:
    parts = app.extensions["callweave"]
    files, now = Files(parts.settings.folder_assets, "main"), now_micros()
    ages = {"old": 40 * DAY, "long": 40 * DAY, "young": 20 * DAY, "open": 40 * DAY}
    ids = {name: first_id(now - age)[:6] + new_id()[6:] for name, age in ages.items()}
    ended = {"old": now - 40 * DAY, "long": now - 20 * DAY, "young": now - 20 * DAY}
    with parts.stores.tenant("main").begin() as connection:
        for name, identity in ids.items():
            content = f"%PDF {name}".encode()
            file = NewFile(sha256=files.put(content), media_type="application/pdf", size=len(content), source="fax")
            assets.add(connection, identity=identity, kind="fax", name=None, language="", file=file, at=now)
            row = FaxRow(
                id=identity, session_id=SESSION, direction="in", leg=name, asset_id=identity, started_at=now - ages[name],
                ended_at=ended.get(name),
            )  # fmt: skip
            faxes.add(connection, row)
    assert sweep_faxes(parts.stores.tenant("main"), now - 30 * DAY, files, time.monotonic() + 9) == 1
    kept = {row["leg"]: row["asset"] for row in call("GET", "/faxes").json["items"]}
    assert kept.keys() == {"long", "young", "open"}, "by its end, and only what has ended"
    assert call("GET", f"/assets/{id_text(ids['old'])}").status_code == 404
    assert call("GET", f"/assets/{kept['long']}/content").data == b"%PDF long"
    assert len([path for path in parts.settings.folder_assets.rglob("*") if path.is_file()]) == 3
