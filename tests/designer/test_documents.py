"""What becomes of a broken document: DECISIONS 23, case by case."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.flow.load import MAX_BYTES

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]
WRITES = [("POST", "/flows"), ("POST", "/flows/check")]


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"hello", 400),
        (b"\xff\xfe", 400),
        (b"NaN", 400),
        (b'{"name": "\\ud800"}', 400),
        (b"[]", 422),
        (b"null", 422),
        (b"{}", 422),
        (b"[" * 100_000 + b"]" * 100_000, 422),
        (json.dumps({"callweave": 1, "name": "x" * 5_000_000, "nodes": {}}).encode(), 413),
        (json.dumps({"callweave": 2, "name": "x", "nodes": {}}).encode(), 422),
        (json.dumps({"callweave": 1, "name": "x", "nodes": {f"n{i}": {} for i in range(3000)}}).encode(), 422),
    ],
    ids=lambda value: str(value)[:24],
)
def test_refused_outright(call: Caller, method: str, path: str, body: bytes, status: int) -> None:
    answer = call(method, path, body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]


def test_the_largest_document_that_fits(call: Caller, document: Make) -> None:
    fits = document(notes=[{"text": ""}])
    spare = MAX_BYTES - len(json.dumps(fits).encode())
    fits["notes"][0]["text"] = "x" * spare
    data = json.dumps(fits).encode()
    assert len(data) == MAX_BYTES
    assert call("POST", "/flows/check", data).status_code == 200
    assert call("POST", "/flows/check", data + b" ").status_code == 413


def test_a_faulty_draft_is_kept_and_can_be_neither_published_nor_started(call: Caller, document: Make) -> None:
    nodes = {
        "greet": {"type": "say", "config": {"prompt": ""}, "outlets": {"done": "nowhere"}},
        "ask": {"type": "menu", "config": {"prompt": "?", "choices": [{"key": "x", "label": ""}], "tries": 99}},
        "odd": {"type": "levitate"},
        "round": {"type": "set", "config": {"variables": {"a": "1"}}, "outlets": {"done": "round"}},
    }
    made = call("POST", "/flows", document(nodes=nodes))
    assert made.status_code == 201
    places = {fault["path"] for fault in made.json["errors"]}
    assert {"nodes.greet.outlets.done", "nodes.ask.config.tries", "nodes.odd.type"} <= places
    assert len(made.json["errors"]) >= 5
    flow = made.json["id"]
    for path, body in ((f"/flows/{flow}/publish", {"message": "?"}), (f"/flows/{flow}/start", {})):
        refused = call("POST", path, body)
        assert refused.status_code == 422
        assert sorted(refused.json["errors"], key=str) == sorted(made.json["errors"], key=str)
    row = call("GET", "/flows").json["items"][0]
    assert (row["errors"], row["published"]) == (len(made.json["errors"]), None)
    assert len(call("GET", f"/flows/{flow}").json["errors"]) == len(made.json["errors"])


def test_checking_keeps_nothing_and_tells_each_nodes_outlets(call: Caller, document: Make) -> None:
    checked = call("POST", "/flows/check", document())
    assert checked.status_code == 200
    assert checked.json["errors"] == []
    assert checked.json["nodes"]["greet"]["summary"].startswith("“Hello.”")
    assert [outlet["id"] for outlet in checked.json["nodes"]["greet"]["outlets"]] == ["done", "failed", "hung_up"]
    assert call("GET", "/flows").json == {"items": [], "next": None}


def test_a_draft_comes_back_in_canonical_form(call: Caller, document: Make) -> None:
    flow = call("POST", "/flows", document(name="你好")).json["id"]
    answer = call("GET", f"/flows/{flow}/draft")
    assert answer.headers["ETag"] == '"1"'
    written = answer.get_data(as_text=True)
    assert written == json.dumps(document(name="你好"), ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    saved = call("PUT", f"/flows/{flow}/draft", written.encode(), If_Match='"1"')
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"1"')
    assert call("GET", f"/flows/{flow}/draft", If_None_Match='"1"').status_code == 304


def test_who_saves_says_what_he_saw(call: Caller, document: Make, flow: str) -> None:
    path = f"/flows/{flow}/draft"
    assert call("PUT", path, document()).status_code == 428
    for wrong in ('"7"', "1", "nonsense", '"-1"'):
        refused = call("PUT", path, document(), If_Match=wrong)
        assert (refused.status_code, refused.headers["ETag"]) == (412, '"1"')
    assert call("PUT", path, document(name="B"), If_Match='"1"').headers["ETag"] == '"2"'
    assert call("PUT", path, document(name="C"), If_Match='"1"').status_code == 412
    assert call("PUT", path, document(name="D"), If_Match="*").headers["ETag"] == '"3"'
    assert call("GET", path).json["name"] == "D"
    assert call("PUT", path, b"{", If_Match='"3"').status_code == 400
    assert call("PUT", "/flows/nobody/draft", document(), If_Match='"1"').status_code == 404


def test_versions_never_change(call: Caller, document: Make, flow: str) -> None:
    first = call("POST", f"/flows/{flow}/publish", {"message": "one"})
    assert (first.status_code, first.json["version"]) == (201, 1)
    call("PUT", f"/flows/{flow}/draft", document(name="Changed"), If_Match='"1"')
    second = call("POST", f"/flows/{flow}/publish", {"message": "two"}).json
    assert second["version"] == 2
    assert second["sha256"] != first.json["sha256"]
    one = call("GET", f"/flows/{flow}/versions/1").json
    assert (one["document"], one["message"], one["sha256"]) == (document(), "one", first.json["sha256"])
    page = call("GET", f"/flows/{flow}/versions?limit=1").json
    assert [item["version"] for item in page["items"]] == [2]
    rest = call("GET", f"/flows/{flow}/versions?limit=1&cursor={page['next']}").json
    assert ([item["version"] for item in rest["items"]], rest["next"]) == ([1], None)
    assert call("GET", f"/flows/{flow}/versions/3").status_code == 404
    assert call("GET", f"/flows/{flow}/versions/0").status_code in (404, 422)
    assert call("GET", "/flows").json["items"][0]["published"] == 2
