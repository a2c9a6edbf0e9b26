"""Faxes over HTTP: listed by session, direction and fate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.store import faxes, id_text, new_id
from engine.store.faxes import FaxRow

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
