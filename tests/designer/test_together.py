"""Several people in one drawing over the socket; publishing by node; drafts that are kept; a flow as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_socketio import SocketIO
from flask_socketio.test_client import SocketIOTestClient

from designer.live import together
from designer.parts import Parts
from engine.flow.canonical import canonical
from engine.host import bulk_jobs, sleeping
from engine.store import id_bytes, keys, now_micros
from tests.designer.conftest import KEY, OTHER_KEY

Caller = Callable[..., Any]
Document = dict[str, Any]
WAIT = {"type": "wait_for", "at": [0, 0], "config": {"what": "signal", "name": "go"}, "outlets": {"received": "bye"}}
BYE = {"type": "end", "at": [0, 100], "config": {"outcome": "old"}, "outlets": {}}


def page_of(app: Flask, key: str) -> SocketIOTestClient:
    """A page of the holder of a key, as the socket sees it."""
    http = app.test_client()
    http.post("/api/v1/sign-in", json={"key": key})
    live: SocketIO = app.extensions["socketio"]
    page = live.test_client(app, flask_test_client=http)
    assert page.is_connected()
    return page


def heard(page: SocketIOTestClient, word: str) -> list[Any]:
    """What a page has heard under this word since it was last asked for anything."""
    return [one["args"][0] for one in page.get_received() if one["name"] == word]


@pytest.fixture
def serve(app: Flask) -> Callable[[], None]:
    """What workers do, done here."""
    parts: Parts = app.extensions["callweave"]

    def work() -> None:
        while sleeping.serve_batch(parts.stores.tenant("main"), parts.programs).any:
            pass

    return work


@pytest.fixture
def wang(app: Flask) -> str:
    """The key of somebody else of tenant main."""
    with app.extensions["callweave"].stores.control.begin() as connection:
        keys.add(connection, "key-of-wang", tenant="main", name="Wang", role=keys.ADMINISTRATOR, at=now_micros())
    return "key-of-wang"


def test_pages_of_one_drawing_know_of_each_other(app: Flask, flow: str, wang: str) -> None:
    first, second, stranger = page_of(app, KEY), page_of(app, wang), page_of(app, OTHER_KEY)
    joined = first.emit("join", {"flow": flow}, callback=True)
    assert (joined["joined"], joined["revision"]) == (True, 1)
    assert stranger.emit("join", {"flow": flow}, callback=True) == {"joined": False}
    for wrong in (None, [], {}, {"flow": 7}, {"flow": "x" * 100}):
        assert stranger.emit("join", wrong, callback=True) == {"joined": False}
    page = second.emit("join", {"flow": flow}, callback=True)["page"]
    assert heard(first, "hello") == [{"flow": flow, "page": page, "name": "Wang"}]
    second.emit("here", {"n": 3, "cursor": [10, 2.5], "node": "greet", "field": "prompt", "name": "Somebody else"})
    told = {"flow": flow, "page": page, "name": "Wang", "n": 3, "cursor": [10, 2.5], "node": "greet", "field": "prompt"}
    assert heard(first, "here") == [told], "and the name is the server's word"
    for odd in ({"cursor": [float("inf"), 1]}, {"cursor": "x", "node": 7}, {"node": "x" * 1000, "n": True}):
        second.emit("here", odd)
    nowhere = told | {"n": 0, "cursor": None, "node": None, "field": None}
    assert heard(first, "here") == [nowhere] * 3
    stranger.emit("here", {"n": 1})
    assert stranger.emit("beat", {}, callback=True) == {"joined": False}
    assert first.get_received() == []
    second.disconnect()
    assert heard(first, "gone") == [{"flow": flow, "page": page}]


def test_who_may_not_change_a_flow_draws_in_it_with_nobody(app: Flask, flow: str) -> None:
    control = app.extensions["callweave"].stores.control
    for role in ("operator", "auditor"):
        with control.begin() as connection:
            keys.add(connection, f"key-of-{role}", tenant="main", name=role, role=role, at=now_micros())
        assert page_of(app, f"key-of-{role}").emit("join", {"flow": flow}, callback=True) == {"joined": False}


def test_a_flood_of_cursors_is_thinned(app: Flask, flow: str, wang: str) -> None:
    first, second = page_of(app, KEY), page_of(app, wang)
    for page in (first, second):
        page.emit("join", {"flow": flow}, callback=True)
    first.get_received()
    for number in range(500):
        second.emit("here", {"n": number})
    assert together.A_SECOND <= len(heard(first, "here")) < 400


def test_who_saves_or_publishes_is_told_to_all_who_draw(
    app: Flask, call: Caller, flow: str, wang: str, document: Callable[..., Document]
) -> None:
    page, theirs = page_of(app, wang), page_of(app, OTHER_KEY)
    page.emit("join", {"flow": flow}, callback=True)
    same = call("GET", f"/flows/{flow}/draft").data
    assert call("PUT", f"/flows/{flow}/draft", same, If_Match='"1"').json["revision"] == 1
    assert heard(page, "draft") == [], "a save without a change is none"
    assert call("GET", f"/flows/{flow}/draft").data == same
    call("PUT", f"/flows/{flow}/draft", document(description="New."), If_Match='"1"')
    name = call("GET", f"/flows/{flow}").json["saved_by"]
    assert heard(page, "draft") == [{"flow": flow, "revision": 2, "name": name}]
    assert page.emit("beat", {}, callback=True) == {"joined": True, "revision": 2}
    stale = call("POST", f"/flows/{flow}/publish", {"message": "m"}, If_Match='"1"')
    assert stale.status_code == 412, "somebody has changed it since it was looked at"
    made = call("POST", f"/flows/{flow}/publish", {"message": "m"}, If_Match='"2"')
    assert made.status_code == 201
    assert heard(page, "published") == [{"flow": flow, "version": made.json["version"], "name": name}]
    assert call("GET", f"/flows/{flow}/versions").json["items"][0]["author"] == name
    assert theirs.get_received() == []


def test_a_draft_is_kept_when_somebody_else_goes_on_and_one_can_go_back(
    app: Flask, call: Caller, flow: str, wang: str, document: Callable[..., Document]
) -> None:
    def save(key: str, revision: int, **more: Any) -> None:
        answer = app.test_client().put(
            f"/api/v1/flows/{flow}/draft", data=json.dumps(document(**more)),
            headers={"Authorization": f"Bearer {key}", "If-Match": f'"{revision}"'},
        )  # fmt: skip
        assert answer.status_code == 200, answer.json

    first = call("GET", f"/flows/{flow}/draft").data
    save(wang, 1, description="Wang's.")
    save(wang, 2, description="Wang's, better.")
    save(KEY, 3, description="Mine.")
    kept = call("GET", f"/flows/{flow}/drafts").json["items"]
    assert (kept[0]["revision"], kept[0]["saved_by"]) == (3, "Wang")
    assert kept[-1]["revision"] == 1
    assert call("GET", f"/flows/{flow}/drafts/3").json["document"]["description"] == "Wang's, better."
    changes = call("GET", f"/flows/{flow}/diff?from=r3&to=draft").json["changes"]
    assert [change["path"] for change in changes] == ["description"]
    back = call("POST", f"/flows/{flow}/go-back", {"revision": 1})
    assert back.json["revision"] == 5
    assert call("GET", f"/flows/{flow}/draft").data == first
    assert call("GET", f"/flows/{flow}/drafts/4").json["document"]["description"] == "Mine.", "nothing is lost by it"
    call("POST", f"/flows/{flow}/publish", {"message": "m"})
    save(KEY, 5, description="Later.")
    assert call("POST", f"/flows/{flow}/go-back", {"version": 1}).status_code == 200
    assert call("GET", f"/flows/{flow}/draft").data == first
    for wrong in ({}, {"version": 1, "revision": 1}, {"version": 0}):
        assert call("POST", f"/flows/{flow}/go-back", wrong).status_code == 422
    for missing in ({"version": 9}, {"revision": 99}):
        assert call("POST", f"/flows/{flow}/go-back", missing).status_code == 404
    assert call("POST", f"/flows/{flow}/go-back", {"version": 1}, If_Match='"1"').status_code == 412
    assert call("GET", f"/flows/{flow}/drafts/99").status_code == 404


def test_a_flow_goes_out_and_comes_in_as_the_same_bytes(call: Caller, document: Callable[..., Document]) -> None:
    made = call("POST", "/flows", document(name="复诊 提醒/2")).json["id"]
    file = call("GET", f"/flows/{made}/export")
    assert file.data.decode() == canonical(json.loads(file.data))
    assert file.headers["Content-Disposition"].startswith('attachment; filename="flow.draft.json"; filename*=UTF-8')
    again = call("POST", "/flows", file.data).json["id"]
    assert call("GET", f"/flows/{again}/draft").data == file.data
    assert call("GET", f"/flows/{made}/export?version=1").status_code == 404
    assert call("GET", f"/flows/{made}/export?version=../x").status_code == 422
    faulty = call("POST", "/flows", document(start="nowhere"))
    assert faulty.status_code == 201 and faulty.json["errors"]
    assert call("POST", f"/flows/{faulty.json['id']}/publish", {}).status_code == 422


def test_people_stay_move_or_end_by_the_node_where_they_stand(
    app: Flask, call: Caller, document: Callable[..., Document], serve: Callable[[], None]
) -> None:
    nodes = {"split": SPLIT, "one": WAIT, "two": WAIT, "three": WAIT, "bye": BYE}
    flow = call("POST", "/flows", document(start="split", nodes=nodes)).json["id"]
    assert call("POST", f"/flows/{flow}/publish", {}).status_code == 201
    standing = {}
    for node in ("one", "two", "three"):
        body = {"contact": {"phone": "13900000000"}, "record": {"to": node}}
        standing[node] = call("POST", f"/flows/{flow}/start", body).json["session"]
        serve()
    places = call("GET", f"/flows/{flow}/in-flight").json["places"]
    assert {place["node"] for place in places} == set(standing)
    fewer = {"split": SPLIT | {"outlets": {"one": "uno", "else": "bye"}}, "uno": WAIT, "bye": BYE}
    call("PUT", f"/flows/{flow}/draft", document(start="split", nodes=fewer), If_Match="*")
    for wish, path in (
        ({"one": "move"}, "in_flight.move.one"),
        ({"one": {"move": "bye"}}, "in_flight.move.one"),
        ({"nobody": "end"}, "in_flight.nodes.nobody"),
    ):
        refused = call("POST", f"/flows/{flow}/publish", {"in_flight": {"nodes": wish}})
        assert refused.status_code == 422
        assert [error["path"] for error in refused.json["errors"]] == [path], wish
    wish = {"nodes": {"one": {"move": "uno"}, "two": "end", "three": "keep"}}
    made = call("POST", f"/flows/{flow}/publish", {"in_flight": wish}).json["in_flight"]
    assert (made["sessions"], len(made["bulks"])) == (2, 2)
    for bulk in made["bulks"]:
        while bulk_jobs.bring(app.extensions["callweave"].stores.tenant("main"), id_bytes(bulk) or b""):
            pass
    serve()
    found = {node: call("GET", f"/sessions/{session}").json for node, session in standing.items()}
    assert (found["one"]["version"], found["one"]["node"]) == (2, "uno")
    assert (found["two"]["status"], found["two"]["outcome"]) == ("cancelled", "ended by version 2")
    assert (found["three"]["version"], found["three"]["status"], found["three"]["node"]) == (1, "waiting", "three")


SPLIT = {
    "type": "branch", "at": [0, 0], "outlets": {"one": "one", "two": "two", "else": "three"},
    "config": {"conditions": [
        {"label": "one", "id": "one", "when": "record.to == 'one'"}, {"label": "two", "id": "two", "when": "record.to == 'two'"},
    ]},
}  # fmt: skip
