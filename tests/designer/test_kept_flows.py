"""A flow that is kept for a few: nothing of its sessions is in anybody else's answers; and trials count in no figures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from designer.access.rights import rights_of
from engine.adapters.party_news import MemberNews, RoomNews
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, id_bytes, id_text, new_id, now_micros, recordings, rooms, tenant
from engine.store.assets import NewFile
from tests.designer.conftest import Caller
from tests.designer.openapi_calls import Operation, operations
from tests.designer.test_flow_sharing import key_of
from tests.designer.test_records import ANN, VISIT
from tests.designer.test_tasks import ASKS

PHONE = "13800138000"
NUMBERS = ("calls", "running", "live", "tasks", "inbox", "failed")


@pytest.fixture
def store(app: Flask) -> Store:
    found: Store = app.extensions["callweave"].stores.tenant("main")
    return found


def made(answer: Any, name: str = "id") -> str:
    assert answer.status_code < 300, answer.get_data(as_text=True)
    return str(answer.json[name])


def left_behind(call: Caller, store: Store) -> tuple[str, dict[str, str]]:
    """A flow, and of everything that its sessions leave one: ids and words by what they are called in addresses."""
    flow = made(call("POST", "/flows", ASKS))
    made(call("POST", f"/flows/{flow}/publish", {"message": "first"}), "version")
    found = {"trigger": made(call("POST", "/triggers", {"kind": "manual", "flow": flow}))}
    assert call("PUT", "/record-types/visit", VISIT).status_code == 201
    assert call("POST", "/records/visit", ANN).status_code == 200
    found["contact"] = call("GET", "/contacts").json["items"][0]["id"]  # type: ignore[index]
    contact = {"contact": {"name": "Ann", "phone": PHONE}}
    found["session"] = made(call("POST", f"/flows/{flow}/start", contact), "session")
    found["trial"] = made(call("POST", f"/flows/{flow}/trial", {"phone": PHONE}), "session")
    sleeping.serve(store, Programs("UTC"))
    tasks = {each["session"]: each["id"] for each in call("GET", "/tasks").json["items"]}  # type: ignore[index]
    found |= {"task": tasks[found["session"]], "trial's task": tasks[found["trial"]]}
    people = {"name": "Kept campaign", "flow": flow, "audience": {"contacts": [{"phone": PHONE}]}}
    found["campaign"] = made(call("POST", "/campaigns", people))
    found |= rows_of(store, found["session"], found["contact"])
    trial = rows_of(store, found["trial"], found["contact"])
    return flow, found | {f"trial's {name}": value for name, value in trial.items()}


def rows_of(store: Store, session: str, contact: str) -> dict[str, str]:
    """What adapters write of a session: a call, a recording, a message, a fax, a dead letter, a room."""
    walked, at = id_bytes(session), now_micros()
    assert walked is not None
    message, fax, letter = new_id(), new_id(), new_id()
    leg = f"leg-{session[-6:]}"
    sides = {"session_id": walked, "leg": leg, "caller": "1", "called": PHONE, "started_at": at}
    with store.begin() as connection:
        ours = tenant.session.c.id == walked
        connection.execute(tenant.session.update().where(ours).values(contact_id=id_bytes(contact)))
        connection.execute(tenant.leg.insert().values(**sides, direction="out", state="up", trunk="north", fate="answered"))
        connection.execute(tenant.fax.insert().values(**sides, id=fax, direction="in", pages=1))
        connection.execute(tenant.message.insert().values(
            id=message, session_id=walked, direction="in", medium="sms", gateway="sms", sender=PHONE, receiver="1",
            peer=PHONE, text=f"told {session}", parts=1, state="received", awaits=False, queued_at=at, became="inbox",
        ))  # fmt: skip
        connection.execute(tenant.outbox.insert().values(
            id=letter, session_id=walked, command_id="late", gateway="sms", state="dead", body=b"", attempts=1, due_at=at,
            updated_at=at,
        ))  # fmt: skip
        file = NewFile(sha256=walked * 2, media_type="audio/wav", size=9, source="call", seconds=1.0)
        heard = recordings.add(connection, session_id=walked, leg=leg, kind="call", channels=2, file=file, at=at)
        member = MemberNews(leg=leg, number=PHONE, role="member", state="in", muted=False, invited=False, since=1.0)
        rooms.put(connection, "ast", [RoomNews(tenant="main", room=f"room-{leg}", members=(member,))], at=at)
    found = {"message": message, "fax": fax, "letter": letter, "recording": heard}
    return {name: id_text(value) for name, value in found.items()} | {"leg": leg, "room": f"room-{leg}"}


def asked(call: Caller, one: Operation, values: dict[str, str]) -> tuple[str, int, str]:
    """An operation's address, status, and what it tells besides what was asked."""
    address = one.at(values)
    data = None if one.body is None else json.dumps(one.body).encode()
    answer = call(one.method, address, data)
    told = answer.get_data(as_text=True)
    return address, answer.status_code, told.replace(address, "")


def test_nothing_of_it_is_in_anybody_elses_answers(app: Flask, call: Caller, store: Store) -> None:
    flow, found = left_behind(call, store)
    values = found | {"flow": flow, "type": "visit", "key": ANN["visit_no"], "name": "none"}
    secret = {value: name for name, value in found.items() if name not in ("contact", "trigger")}
    open_to = rights_of("operator") - {"own"}
    every = [one for one in operations(app) if one.right in open_to and one.method == "GET"]
    told = "".join(asked(call, one, values)[2] for one in every)
    assert [name for value, name in secret.items() if value not in told] == [], "an administrator is told of all"
    (mine, ann), (_, ben) = key_of(app, "operator"), key_of(app, "operator")
    circle = {"roles": [], "people": [mine]}
    assert call("PUT", f"/flows/{flow}/permissions", {"follow": circle}).status_code == 200
    wrong = []
    for one in every:
        address, status, told = asked(ben, one, values)
        wrong += [f"GET {address} ({status}) tells of the {name}" for value, name in secret.items() if value in told]
    assert wrong == []
    kept = {"session", "task", "message", "letter", "fax", "recording", "campaign", "room", "leg"}
    for one in operations(app):
        if one.right in open_to and kept.intersection(one.names) and "/simulated-calls/" not in one.path:
            address, status, _ = asked(ben, one, values | {"action": "lock", "supervisor": id_text(new_id())})
            wrong += [] if status == 403 or "asset" in one.names else [f"{one.method} {address}: {status}"]
    assert wrong == []
    for name in ("task", "message", "fax", "campaign", "session", "recording"):
        path = "faxes" if name == "fax" else f"{name}s"
        assert ann("GET", f"/{path}/{found[name]}").status_code == 200
        assert found[name] in ann("GET", f"/{path}").get_data(as_text=True)


def test_figures_count_what_one_may_follow_and_no_trials(app: Flask, call: Caller, store: Store) -> None:
    flow, found = left_behind(call, store)
    assert {name: call("GET", "/figures/now").json[name] for name in NUMBERS} == {
        "calls": 1, "running": 0, "live": 1, "tasks": 1, "inbox": 1, "failed": 1,
    }  # fmt: skip
    seen = call("GET", "/figures").json
    assert seen is not None
    assert (seen["calls"]["out"], seen["sessions"], seen["texts"]["came_in"]) == (1, {"running": 1}, 1)
    assert seen["trunks"][0]["calls"] == 1
    trial = call("GET", f"/sessions/{found['trial']}").json["flow"]  # type: ignore[index]
    assert trial != flow
    assert call("GET", f"/figures?flow={trial}").json["sessions"] == {"running": 1}, "its own are told by its id"  # type: ignore[index]
    assert found["trial"] in call("GET", "/sessions").get_data(as_text=True), "it is still found"
    for path in ("/tasks?state=open", "/messages?became=inbox&handled=false", "/outbox?state=dead,unknown&handled=false"):
        listed, counted = call("GET", path).json["items"], call("GET", f"{path}&trials=false").json["items"]  # type: ignore[index]
        assert (len(listed), len(counted)) == (2, 1), f"{path}: a page that counts lists what it counts"
    marked = {task["id"]: task["trial"] for task in call("GET", "/tasks").json["items"]}  # type: ignore[index]
    assert marked == {found["task"]: False, found["trial's task"]: True}
    _, ben = key_of(app, "operator")
    assert ben("GET", "/figures").json["calls"]["out"] == 1  # type: ignore[index]
    assert call("PUT", f"/flows/{flow}/permissions", {"follow": {"roles": ["auditor"]}}).status_code == 200
    assert {name: ben("GET", "/figures/now").json[name] for name in NUMBERS} == dict.fromkeys(NUMBERS, 0)  # type: ignore[index]
    for query in ("", f"?flow={flow}", f"?flow={trial}"):
        seen = ben("GET", f"/figures{query}").json
        assert seen is not None
        assert (seen["calls"]["out"], seen["sessions"], seen["texts"]["came_in"], seen["trunks"]) == (0, {}, 0, [])


def test_a_recording_among_the_assets_is_heard_by_who_may_hear_recordings(app: Flask, call: Caller, store: Store) -> None:
    _, found = left_behind(call, store)
    _, designer = key_of(app, "designer")
    address = f"/assets/{found['recording']}"
    assert call("GET", address).status_code == 200
    assert found["recording"] not in designer("GET", "/assets").get_data(as_text=True)
    for method, path in (("GET", address), ("GET", f"{address}/content"), ("DELETE", address)):
        assert designer(method, path).status_code == 403
