"""Publishing with people in the flow, pausing, retiring, deleting, stopping many, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import pytest
from flask import Flask

from designer.parts import Parts
from engine.host import bulk_jobs, sleeping
from engine.host.event_rate import EVENTS_A_SECOND, EventRate
from engine.store import id_bytes, inbox
from tests.designer.conftest import Caller, Document

WAIT = {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "bye"}}
BYE = {"type": "end", "config": {"outcome": "old"}, "outlets": {}}
NEW = {"type": "end", "config": {"outcome": "new"}, "outlets": {}}


@pytest.fixture
def waiting(call: Caller, document: Callable[..., Document]) -> str:
    """A published flow in which a session waits for a signal; the flow's id."""
    made = str(call("POST", "/flows", document(start="wait", nodes={"wait": WAIT, "bye": BYE})).json["id"])  # type: ignore[index]
    assert call("POST", f"/flows/{made}/publish", {}).status_code == 201
    return made


@pytest.fixture
def serve(app: Flask) -> Callable[[], None]:
    """What workers do, done here."""
    parts: Parts = app.extensions["callweave"]

    def work() -> None:
        store = parts.stores.tenant("main")
        while sleeping.serve_batch(store, parts.programs).any:
            pass

    return work


def start(call: Caller, flow: str, **contact: str) -> str:
    answer = call("POST", f"/flows/{flow}/start", {"contact": contact})
    assert answer.status_code == 202, answer.json
    return str(answer.json["session"])  # type: ignore[index]


def bring(app: Flask, bulk: str) -> None:
    identity = id_bytes(bulk)
    assert identity is not None
    while bulk_jobs.bring(app.extensions["callweave"].stores.tenant("main"), identity):
        pass


def change(call: Caller, flow: str, document: Document) -> None:
    revision = call("GET", f"/flows/{flow}/draft").headers["ETag"]
    assert call("PUT", f"/flows/{flow}/draft", document, If_Match=revision).status_code == 200


def test_who_is_in_a_flow_is_counted_by_version_and_node(call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    for _ in range(3):
        start(call, waiting)
    serve()
    assert call("GET", f"/flows/{waiting}/in-flight").json == {
        "sessions": 3, "places": [{"version": 1, "node": "wait", "type": "wait_for", "sessions": 3, "on_the_line": 0}],
    }  # fmt: skip


def test_publish_keeps_people_where_they_are_unless_told(call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    session = start(call, waiting)
    serve()
    assert call("POST", f"/flows/{waiting}/publish", {"message": "again"}).json["in_flight"] is None  # type: ignore[index]
    serve()
    assert call("GET", f"/sessions/{session}").json["version"] == 1  # type: ignore[index]


def test_a_move_is_refused_with_every_place_where_somebody_would_be_left(
    call: Caller, waiting: str, document: Callable[..., Document], serve: Callable[[], None]
) -> None:
    start(call, waiting)
    start(call, waiting)
    serve()
    change(call, waiting, document(start="hold", nodes={"hold": WAIT, "bye": NEW}))
    for mapping, path, words in (
        ({}, "in_flight.move.wait", "2 sessions wait here (versions 1), and the new version has no such node"),
        ({"wait": "bye"}, "in_flight.move.wait", "'bye' in the new version is of type end"),
        ({"wait": "nowhere"}, "in_flight.move.wait", "the new version has no node 'nowhere'"),
        ({"wait": "hold", "other": "hold"}, "in_flight.move.other", "no version that somebody is in has this node"),
    ):
        refused = call("POST", f"/flows/{waiting}/publish", {"in_flight": {"move": mapping}})
        assert refused.status_code == 422
        assert [error["path"] for error in refused.json["errors"]] == [path], mapping  # type: ignore[index]
        assert words in refused.json["errors"][0]["message"].replace('"', "'")  # type: ignore[index]
    assert call("GET", f"/flows/{waiting}").json["published"] == 1, "nothing was published"  # type: ignore[index]


def test_people_move_to_the_new_version_and_go_on_there(
    app: Flask, call: Caller, waiting: str, document: Callable[..., Document], serve: Callable[[], None]
) -> None:
    session = start(call, waiting)
    serve()
    change(call, waiting, document(start="hold", nodes={"hold": WAIT, "bye": NEW}))
    answer = call("POST", f"/flows/{waiting}/publish", {"in_flight": {"move": {"wait": "hold"}}})
    assert answer.status_code == 201
    assert answer.json["in_flight"]["sessions"] == 1  # type: ignore[index]
    bring(app, answer.json["in_flight"]["bulk"])  # type: ignore[index]
    serve()
    moved = call("GET", f"/sessions/{session}").json
    assert (moved["version"], moved["node"], moved["status"]) == (2, "hold", "waiting")  # type: ignore[index]
    call("POST", f"/sessions/{session}/signal", {"name": "go"})
    serve()
    assert call("GET", f"/sessions/{session}").json["outcome"] == "new"  # type: ignore[index]


def test_people_are_ended_by_a_new_version(app: Flask, call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    session = start(call, waiting)
    serve()
    answer = call("POST", f"/flows/{waiting}/publish", {"in_flight": "end"})
    bring(app, answer.json["in_flight"]["bulk"])  # type: ignore[index]
    serve()
    ended = call("GET", f"/sessions/{session}").json
    assert (ended["status"], ended["outcome"]) == ("cancelled", "ended by version 2")  # type: ignore[index]


def test_a_paused_flow_begins_nothing_and_those_in_it_go_on(call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    session = start(call, waiting)
    serve()
    assert call("POST", f"/flows/{waiting}/pause", {}).json == {"id": waiting, "state": "paused", "sessions": 1}
    assert call("GET", f"/flows/{waiting}").json["state"] == "paused"  # type: ignore[index]
    refused = call("POST", f"/flows/{waiting}/start", {})
    assert refused.status_code == 409 and "paused" in refused.json["detail"]  # type: ignore[index]
    call("POST", f"/sessions/{session}/signal", {"name": "go"})
    serve()
    assert call("GET", f"/sessions/{session}").json["status"] == "completed"  # type: ignore[index]
    assert call("POST", f"/flows/{waiting}/resume", {}).json["state"] == "active"  # type: ignore[index]
    start(call, waiting)


def test_only_a_retired_flow_that_nobody_is_in_can_be_deleted(app: Flask, call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    bound = call("POST", "/triggers", {"kind": "call", "number": "7001", "flow": waiting})
    session = start(call, waiting)
    assert call("DELETE", f"/flows/{waiting}").status_code == 409, "it is not retired"
    call("POST", f"/flows/{waiting}/retire", {})
    refused = call("POST", f"/flows/{waiting}/start", {})
    assert refused.status_code == 409 and "retired" in refused.json["detail"]  # type: ignore[index]
    assert call("POST", f"/flows/{waiting}/publish", {}).status_code == 409
    refused = call("DELETE", f"/flows/{waiting}")
    assert refused.status_code == 409 and "1 sessions" in refused.json["detail"], "its session is about to begin"  # type: ignore[index]
    serve()
    assert call("DELETE", f"/flows/{waiting}").status_code == 409, "its session waits"
    call("POST", f"/sessions/{session}/cancel", {})
    serve()
    assert call("DELETE", f"/flows/{waiting}").status_code == 204
    assert call("GET", f"/flows/{waiting}").status_code == 404
    assert call("GET", f"/sessions/{session}").json["status"] == "cancelled"  # type: ignore[index]
    assert call("GET", "/triggers").json["items"] == []  # type: ignore[index]
    assert bound.status_code == 201


def test_settings_beside_the_drawing(call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    assert call("GET", f"/flows/{waiting}/settings").json == {"expires_after": "365d", "live_per_contact": None}
    changed = call("PUT", f"/flows/{waiting}/settings", {"expires_after": "12h", "live_per_contact": 1})
    assert changed.json == {"expires_after": "12h", "live_per_contact": 1}
    session = start(call, waiting, phone="138")
    serve()
    refused = call("POST", f"/flows/{waiting}/start", {"contact": {"phone": "138"}})
    assert refused.status_code == 429
    found = call("GET", f"/sessions/{session}").json
    assert found["wake_at"] is None and found["expires_at"][:4] == found["started_at"][:4]  # type: ignore[index]
    faults = call("PUT", f"/flows/{waiting}/settings", {"expires_after": "soon", "live_per_contact": 0}).json["errors"]  # type: ignore[index]
    assert [fault["path"] for fault in faults] == ["expires_after", "live_per_contact"]


def test_many_are_stopped_by_what_holds_for_them(app: Flask, call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    for phone in ("1", "2", "2"):
        start(call, waiting, phone=phone)
    serve()
    body = {"flow": waiting, "contact": {"phone": "2"}, "reason": "moved away"}
    assert call("POST", "/sessions/cancel", body | {"dry_run": True}).json == {"sessions": 2, "bulk": None}
    answer = call("POST", "/sessions/cancel", body, Idempotency_Key="k")
    assert answer.status_code == 202 and answer.json["sessions"] == 2  # type: ignore[index]
    assert call("POST", "/sessions/cancel", body, Idempotency_Key="k").json == answer.json, "asked twice, done once"
    bring(app, answer.json["bulk"])  # type: ignore[index]
    serve()
    progress = call("GET", f"/bulk/{answer.json['bulk']}").json  # type: ignore[index]
    assert (progress["kind"], progress["sessions"], progress["done"]) == ("cancel", 2, 2)  # type: ignore[index]
    statuses = sorted(row["status"] for row in call("GET", f"/sessions?flow={waiting}").json["items"])  # type: ignore[index]
    assert statuses == ["cancelled", "cancelled", "waiting"]


def test_stopping_many_needs_to_be_told_whom(call: Caller, other: Caller, waiting: str, serve: Callable[[], None]) -> None:
    start(call, waiting)
    serve()
    assert call("POST", "/sessions/cancel", {}).status_code == 422
    assert call("POST", "/sessions/cancel", {"all": True, "dry_run": True}).json["sessions"] == 1  # type: ignore[index]
    assert other("POST", "/sessions/cancel", {"all": True, "dry_run": True}).json["sessions"] == 0  # type: ignore[index]
    assert call("POST", "/sessions/cancel", {"flow": waiting, "status": "completed"}).status_code == 422


class OneMoment(EventRate):
    """All at the same moment, however slow the machine is."""

    def admit(self, session: Hashable, at: float) -> bool:
        return super().admit(session, 0.0)


def test_a_flood_of_signals_is_refused(app: Flask, call: Caller, waiting: str, serve: Callable[[], None]) -> None:
    app.extensions["callweave"].event_rate = OneMoment()
    session, other = start(call, waiting), start(call, waiting)
    serve()
    answers = [call("POST", f"/sessions/{session}/signal", {"name": "x"}).status_code for _ in range(EVENTS_A_SECOND + 2)]
    assert answers == [202] * EVENTS_A_SECOND + [429] * 2
    assert call("POST", f"/sessions/{other}/signal", {"name": "x"}).status_code == 202


def test_a_session_for_which_too_much_waits_is_told_no_more_but_can_be_cancelled(
    app: Flask, call: Caller, waiting: str, serve: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "CROWD", 3)
    session = start(call, waiting)
    serve()
    answers = [call("POST", f"/sessions/{session}/signal", {"name": "x"}).status_code for _ in range(4)]
    assert answers == [202, 202, 202, 429]
    assert call("POST", f"/sessions/{session}/cancel", {}).status_code == 202
    serve()
    assert call("GET", f"/sessions/{session}").json["status"] == "cancelled"  # type: ignore[index]


def test_a_bucket_fills_again() -> None:
    rate = EventRate(2)
    assert [rate.admit("a", 0.0) for _ in range(3)] == [True, True, False]
    assert rate.admit("b", 0.0)
    assert [rate.admit("a", 0.5), rate.admit("a", 0.5)] == [True, False]
