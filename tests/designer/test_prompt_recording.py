"""A prompt that somebody speaks by telephone becomes the asset's next version, once, and only if it was kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask import Flask

from engine.host import prompt_taking
from engine.store import id_bytes, id_text, new_id, recordings, spoken_prompts
from engine.store.assets import NewFile
from engine.store.files import Files
from engine.store.tenant import session as session_table
from tests.designer.test_assets import Caller, clip, heard, send

__all__ = ["send"]


@pytest.fixture
def recorded(app: Flask) -> Callable[..., str]:
    """The call has taken place: its session has ended so, with this recording."""
    known = app.extensions["callweave"]

    def end(session: str, asset: dict[str, Any], language: str, hertz: float, outcome: str = "keep {}") -> str:
        identity = id_bytes(session)
        assert identity is not None
        content = clip(hertz)
        sha256 = Files(known.settings.folder_assets, "main").put(content)
        file = NewFile(sha256=sha256, media_type="audio/wav", size=len(content), source="call", seconds=2.7)
        record = msgspec.msgpack.encode({"asset": asset["name"], "language": language, "asset_id": asset["id"]})
        row = {
            "id": identity, "flow_id": new_id(), "version": 1, "status": "completed", "rev": 1, "state": b"", "record": record,
            "started_at": 1, "updated_at": 1, "ended_at": 2,
        }  # fmt: skip
        with known.stores.tenant("main").begin() as connection:
            connection.execute(session_table.insert().values(row))
            spoken = recordings.add(connection, session_id=identity, leg="x", kind="speech", channels=1, file=file, at=2)
            ended = outcome.format(id_text(spoken))
            connection.execute(session_table.update().where(session_table.c.id == identity).values(outcome=ended))
        return ended

    return end


def test_what_was_spoken_and_kept_is_the_next_version(
    app: Flask, call: Caller, send: Caller, recorded: Callable[..., str]
) -> None:
    asset = send("/assets", clip(440), {"name": "欢迎词", "language": "zh-CN"}).json
    begun = call("POST", "/assets/欢迎词/record", {"phone": "13800138000", "language": "zh-CN"})
    assert begun.status_code == 202, begun.json
    session = begun.json["session"]
    again = call("POST", "/assets/欢迎词/record", {"phone": "13800138000"})
    assert again.status_code == 202
    flows = [flow for flow in call("GET", "/flows").json["items"] if flow["name"] == "Record a prompt by phone"]
    assert len(flows) == 1, "one flow, made once"
    place = f"/assets/欢迎词/record/{session}"
    assert call("GET", place).status_code == 404, "the session has not begun"
    recorded(session, asset, "zh-CN", 880)
    assert call("GET", place).json == {"session": session, "state": "recorded", "language": "zh-CN"}
    assert heard(app, "欢迎词", "zh-CN") == 160
    taken = call("POST", place)
    assert taken.status_code == 201, taken.json
    files = [(file["version"], file["in_use"], file["source"]) for file in taken.json["files"]]
    assert files == [(2, True, "phone"), (1, False, "upload")]
    assert heard(app, "欢迎词", "zh-CN") == 320
    assert call("GET", place).json["state"] == "kept"
    assert call("POST", place).status_code == 200, "asked twice, taken once"
    assert len(call("GET", "/assets/欢迎词").json["files"]) == 2


def test_what_was_discarded_or_is_anothers_is_not_taken(
    call: Caller, send: Caller, recorded: Callable[..., str]
) -> None:
    asset = send("/assets", clip(440), {"name": "hello", "language": "en"}).json
    other = send("/assets", clip(440), {"name": "other", "language": "en"}).json
    session = call("POST", "/assets/hello/record", {"phone": "13800138000", "language": "en"}).json["session"]
    recorded(session, asset, "en", 880, "discard")
    assert call("GET", f"/assets/hello/record/{session}").json["state"] == "discarded"
    assert call("POST", f"/assets/hello/record/{session}").status_code == 409
    assert call("POST", f"/assets/{other['id']}/record/{session}").status_code == 404
    assert call("POST", "/assets/none/record", {"phone": "13800138000"}).status_code == 404
    for wrong in ({"phone": "hello"}, {"phone": "1", "language": "no tag"}, {}):
        assert call("POST", "/assets/hello/record", wrong).status_code == 422, wrong


def test_what_was_kept_by_a_key_is_in_use_by_itself(
    app: Flask, call: Caller, send: Caller, recorded: Callable[..., str]
) -> None:
    known = app.extensions["callweave"]
    store, files = known.stores.tenant("main"), Files(known.settings.folder_assets, "main")
    asset = send("/assets", clip(440), {"name": "greeting", "language": "en"}).json
    places = []
    for outcome in ("keep {}", "discard", "keep {}"):
        body = {"phone": "13800138000", "language": "en"}
        session = call("POST", "/assets/greeting/record", body).json["session"]
        places.append((session, f"/assets/greeting/record/{session}", outcome))
    assert prompt_taking.serve(store, files) == 0, "no call is over"
    for (session, place, outcome), taken in zip(places[:2], (1, 0), strict=True):
        recorded(session, asset, "en", 880, outcome)
        assert prompt_taking.serve(store, files) == taken
        assert call("GET", place).json["state"] == ("kept" if taken else "discarded")
        assert prompt_taking.serve(store, files) == 0, "once"
    assert heard(app, "greeting", "en") == 320
    session, place, _ = places[2]
    recorded(session, asset, "en", 880)
    assert call("POST", place).status_code == 201
    call("POST", f"/assets/{asset['id']}/use", {"language": "en", "version": 1})
    before = heard(app, "greeting", "en")
    assert prompt_taking.serve(store, files) == 1, "it was taken by hand: that is noted"
    assert (heard(app, "greeting", "en"), len(call("GET", "/assets/greeting").json["files"])) == (before, 3)


def test_a_file_that_is_elsewhere_is_waited_for(
    app: Flask, call: Caller, send: Caller, recorded: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = app.extensions["callweave"]
    store, files = known.stores.tenant("main"), Files(known.settings.folder_assets, "main")
    asset = send("/assets", clip(440), {"name": "away", "language": "en"}).json
    session = call("POST", "/assets/away/record", {"phone": "13800138000", "language": "en"}).json["session"]
    recorded(session, asset, "en", 880)
    with store.read() as connection:
        [spoken] = spoken_prompts.over(connection, limit=9)
    monkeypatch.setattr(prompt_taking, "now_micros", lambda: spoken.ended_at + prompt_taking.WAITS - 1)
    elsewhere = Files(known.settings.data / "elsewhere", "main")
    assert prompt_taking.serve(store, elsewhere) == 0
    assert prompt_taking.serve(store, files) == 1, "here it is"
    assert call("GET", f"/assets/away/record/{session}").json["state"] == "kept"
