"""Triggers, starts, sessions, lists: each status, and that tenants do not see each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask

from engine.adapters.quality import Quality
from engine.adapters.telephony import CallOffered
from engine.events import CallAnswered, CallEnded, PlaybackFinished
from engine.flow import compile_flow
from engine.host.turn import Held
from engine.store import id_bytes, id_text, inbox, new_id, now_micros, sessions

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]
NOBODY = "01890000-0000-7000-8000-000000000000"


def test_a_number_starts_one_flow_of_the_whole_platform(call: Caller, other: Caller, document: Make, flow: str) -> None:
    body = {"kind": "call", "number": "7001", "flow": flow}
    made = call("POST", "/triggers", body)
    assert made.status_code == 201
    assert {key: made.json[key] for key in body} == body
    assert call("POST", "/triggers", body).status_code == 409
    theirs = other("POST", "/flows", document()).json["id"]
    refused = other("POST", "/triggers", body | {"flow": theirs})
    assert (refused.status_code, "7001" in refused.json["detail"]) == (409, True)
    row = call("GET", "/flows").json["items"][0]
    assert [(trigger["kind"], trigger["number"]) for trigger in row["triggers"]] == [("call", "7001")]
    assert call("GET", "/triggers").json["items"] == [made.json]
    assert call("DELETE", f"/triggers/{made.json['id']}").status_code == 204
    assert call("DELETE", f"/triggers/{made.json['id']}").status_code == 404
    assert other("POST", "/triggers", body | {"flow": theirs}).status_code == 201


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "levitate"}, "kind"),
        ({"number": "call me"}, "number"),
        ({"number": ""}, "number"),
        ({"number": 7001}, "number"),
        ({"flow": "nobody"}, "flow"),
        ({"flow": NOBODY}, "flow"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_trigger_is_refused_with_its_place(call: Caller, flow: str, change: dict[str, Any], path: str) -> None:
    refused = call("POST", "/triggers", {"kind": "call", "number": "7001", "flow": flow} | change)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json["errors"]] == [path]
    assert call("GET", "/triggers").json["items"] == []


def test_a_start_waits_in_the_inbox(app: Flask, call: Caller, flow: str) -> None:
    call("POST", f"/flows/{flow}/publish", {"message": ""})
    body = {"contact": {"phone": "13800000000", "ward": "cardio"}, "record": {"a": [1, None]}}
    started = call("POST", f"/flows/{flow}/start", body)
    assert started.status_code == 202
    session = call("GET", f"/sessions/{started.json['session']}").json
    assert (session["status"], session["flow"], session["version"]) == ("waiting", flow, 1)
    assert (session["contact"], session["record"]) == (body["contact"], body["record"])
    assert call("GET", f"/sessions/{started.json['session']}/journal").json == {"items": [], "next": None}
    assert call("POST", f"/sessions/{started.json['session']}/cancel", {"reason": "enough"}).status_code == 202
    assert call("POST", f"/sessions/{started.json['session']}/cancel", {}).status_code == 202
    with app.extensions["callweave"].stores.tenant("main").begin() as connection:
        claimed = inbox.claim(connection, at=now_micros(), until=now_micros() + 1)
    assert [row.posted.event.type for row in claimed] == ["session_started", "session_cancelled"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"version": 7}, "version"),
        ({"version": "latest"}, "version"),
        ({"contact": {"time_zone": "Mars/Olympus"}}, "contact.time_zone"),
        ({"contact": "13800000000"}, "contact"),
        ({"record": []}, "record"),
        ({"save": True}, "save"),
        ({"recrod": {}}, "recrod"),
    ],
)
def test_a_wrong_start_is_refused_with_its_place(call: Caller, flow: str, body: dict[str, Any], path: str) -> None:
    call("POST", f"/flows/{flow}/publish", {"message": ""})
    refused = call("POST", f"/flows/{flow}/start", body)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json["errors"]] == [path]


def test_sessions_journal_and_calls_are_read(
    app: Flask, call: Caller, other: Caller, document: Make, flow: str
) -> None:
    call("POST", f"/flows/{flow}/publish", {"message": ""})
    ended = _walk(app, document(), flow)
    row = call("GET", "/sessions").json["items"][0]
    assert (row["id"], row["status"], row["contact"]) == (ended, "completed", {"phone": "13800000000"})
    one = call("GET", f"/sessions/{ended}").json
    assert one["results"]["greet"]["outlet"] == "done"
    assert one["ended_at"].endswith("Z")
    turns = call("GET", f"/sessions/{ended}/journal").json["items"]
    assert [turn["turn"] for turn in turns] == list(range(1, len(turns) + 1))
    assert turns[0]["event"]["type"] == "call_offered"
    assert turns[0]["commands"][0]["type"] == "play_prompt"
    assert any(step["node"] == "greet" for turn in turns for step in turn["steps"])
    page = call("GET", f"/sessions/{ended}/journal?limit=1").json
    assert call("GET", f"/sessions/{ended}/journal?limit=1&cursor={page['next']}").json["items"][0]["turn"] == 2
    [ledger] = call("GET", "/calls").json["items"]
    assert ledger["quality"] == {
        "loss_in": 9.6, "loss_out": None, "jitter_in": 8.125, "jitter_out": None, "round_trip": None
    }  # fmt: skip
    assert (ledger["session"], ledger["caller"], ledger["called"]) == (ended, "13800000000", "7001")
    assert call("GET", "/sessions?status=running,waiting").json["items"] == []
    assert len(call("GET", f"/sessions?flow={flow}&status=completed").json["items"]) == 1
    assert call("POST", f"/sessions/{ended}/cancel", {}).status_code == 409
    assert other("GET", f"/sessions/{ended}").status_code == 404
    assert other("GET", f"/sessions/{ended}/journal").status_code == 404
    assert other("POST", f"/sessions/{ended}/cancel", {}).status_code == 404
    assert other("GET", "/sessions").json["items"] == other("GET", "/calls").json["items"] == []


def test_tenants_do_not_see_each_others_flows(call: Caller, other: Caller, document: Make, flow: str) -> None:
    trigger = call("POST", "/triggers", {"kind": "call", "number": "7001", "flow": flow}).json["id"]
    call("POST", f"/flows/{flow}/publish", {"message": ""})
    assert other("GET", "/flows").json["items"] == other("GET", "/triggers").json["items"] == []
    for method, path, body in (
        ("GET", f"/flows/{flow}", None),
        ("GET", f"/flows/{flow}/draft", None),
        ("PUT", f"/flows/{flow}/draft", document()),
        ("POST", f"/flows/{flow}/publish", {"message": ""}),
        ("GET", f"/flows/{flow}/versions", None),
        ("GET", f"/flows/{flow}/versions/1", None),
        ("POST", f"/flows/{flow}/start", {}),
        ("DELETE", f"/triggers/{trigger}", None),
    ):
        assert other(method, path, body, If_Match='"1"').status_code == 404, path


def test_lists_page_without_loss(call: Caller, document: Make) -> None:
    made = [call("POST", "/flows", document(name=str(number))).json["id"] for number in range(7)]
    seen, cursor = [], ""
    for _ in range(4):
        page = call("GET", f"/flows?limit=2{cursor}").json
        seen += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == made[::-1]
    assert page["next"] is None


@pytest.mark.parametrize("path", ["/flows", "/triggers", "/sessions", "/calls"])
@pytest.mark.parametrize(
    ("query", "place", "value"),
    [
        ("limit=0", "limit", "0"),
        ("limit=1001", "limit", "1001"),
        ("limit=many", "limit", "many"),
        ("cursor=zz!", "cursor", "zz!"),
        ("cursor=aGVsbG8", "cursor", "aGVsbG8"),
        ("colour=red", "colour", ""),
    ],
)
def test_a_wrong_page_is_refused_with_place_and_value(
    call: Caller, path: str, query: str, place: str, value: str
) -> None:
    refused = call("GET", f"{path}?{query}")
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json["errors"]] == [place]
    assert value in refused.json["errors"][0]["message"]


def test_routes_without_parameters_refuse_them(call: Caller, flow: str) -> None:
    refused = call("GET", f"/flows/{flow}?colour=red")
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, "colour")


@pytest.mark.parametrize("query", ["status=asleep", "status=", "flow=nobody"])
def test_a_wrong_filter_is_refused(call: Caller, query: str) -> None:
    assert call("GET", f"/sessions?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/flows/nobody", f"/flows/{NOBODY}", "/sessions/nobody", f"/sessions/{NOBODY}", "/x"])
def test_what_is_not_there(call: Caller, path: str) -> None:
    answer = call("GET", path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_wrong_method_says_which_are_right(call: Caller) -> None:
    answer = call("PATCH", "/flows")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_simulated_calls_are_not_there_with_real_telephony(call: Caller) -> None:
    assert call("POST", "/simulated-calls", {"number": "7001"}).status_code == 404


def test_the_same_request_twice_acts_once(call: Caller, other: Caller, document: Make, flow: str) -> None:
    call("POST", f"/flows/{flow}/publish", {"message": ""})
    path, body = f"/flows/{flow}/start", {"contact": {"phone": "1"}}
    first = call("POST", path, body, Idempotency_Key="k1")
    again = call("POST", path, body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code, again.json) == (202, 202, first.json)
    assert call("POST", path, body, Idempotency_Key="k2").json != first.json
    assert call("POST", path, {"contact": {"phone": "2"}}, Idempotency_Key="k1").status_code == 422
    assert call("POST", path, body, Idempotency_Key="x" * 201).status_code == 422
    assert call("POST", path, {"version": 9}, Idempotency_Key="k3").status_code == 422
    assert call("POST", path, body, Idempotency_Key="k3").status_code == 202, "what was refused started nothing"
    assert other("POST", "/flows", document(), Idempotency_Key="k1").status_code == 201


def _walk(app: Flask, document: dict[str, Any], flow: str) -> str:
    """A session that greeted its caller and ended, written as the engine writes it."""
    flow_id = id_bytes(flow)
    assert flow_id is not None
    at = datetime.now(UTC)
    held = Held(
        tenant="main", id=new_id(), flow_id=flow_id, version=1, program=compile_flow(document), owner="e", epoch=1,
        contact={"phone": "13800000000"}, record={}, started_at=now_micros(),
    )  # fmt: skip
    turn = held.take(CallOffered(at=at, leg="leg", caller="13800000000", called="7001"))
    for second, event in enumerate((CallAnswered, PlaybackFinished), 1):
        later = at + timedelta(seconds=second)
        if turn is not None and event is PlaybackFinished:
            held.take(PlaybackFinished(at=later, command_id=_pending(held)))
    ended = CallEnded(at=at + timedelta(seconds=3), leg="leg")
    held.take(ended)
    held.leg_measured("leg", Quality(loss_in=96, jitter_in=8125))
    held.leg_ended(ended)
    writing = held.writing()
    assert writing is not None
    with app.extensions["callweave"].stores.tenant("main").begin() as connection:
        assert sessions.write(connection, [writing]) == []
    assert msgspec.msgpack.decode(writing.row.contact)
    return id_text(held.id)


def _pending(held: Held) -> str:
    assert held.session is not None
    return held.session.run.pending[-1]
