"""The simulator: a draft played through the API, on a clock that is wound, and saved as a scenario that plays again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from designer import simulator
from designer.simulator import InMemory, Simulation
from engine.events import CallAnswered, CallEnded, CallOffered, DigitsGathered, PlaybackFinished
from engine.flow import compile_flow
from engine.host import plugins
from engine.host.turn import Held
from engine.scenarios import play, read_scenario
from engine.scenarios.export import steps_of_journal
from engine.store import from_micros, id_text, new_id, now_micros, sessions

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]

REST = '''
from datetime import timedelta
from callweave import Leave, Node, NodeConfig, Wait, fields

class RestConfig(NodeConfig):
    hours: int = fields.Field(24, title="Hours")

class Rest(Node[RestConfig]):
    """Waits."""

    type, label = "rest", "Rest"
    waits = True

    def enter(self, session):
        return Wait(until=session.at + timedelta(hours=self.config.hours))

    def handle(self, session, event):
        return Leave("done")
'''
INBOUND = {
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "ask"}},
        "ask": {
            "type": "menu", "outlets": {"1": "rest"},
            "config": {"prompt": "Hello {{ contact.name }}", "choices": [{"key": "1", "label": "Yes"}]},
        },
        "rest": {"type": "rest", "outlets": {"done": "again"}},
        "again": {"type": "rest", "config": {"hours": 48}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "{{ results.ask.value }} {{ now | date: '%d %H:%M' }}"}},
    },
    "start": "pick_up",
}  # fmt: skip
BODY = {"contact": {"phone": "13800000000", "name": "Li"}, "at": "2026-11-24T09:00:00+08:00"}


@pytest.fixture(autouse=True)
def own_nodes(tmp_path: Path) -> Iterator[None]:
    """A node type that waits for hours, in a folder of its own."""
    folder = tmp_path / "nodes"
    folder.mkdir()
    (folder / "rest.py").write_text(REST)
    plugins.use(plugins.Installed(folder))
    yield
    plugins.use(None)


@pytest.fixture
def simulated(call: Caller, document: Make) -> Callable[..., Any]:
    """Simulates the inbound flow; gives the answer's body."""
    flow = call("POST", "/flows", document(**INBOUND)).json["id"]

    def begin(**changes: Any) -> Any:
        answer = call("POST", f"/flows/{flow}/simulate", BODY | changes)
        assert answer.status_code == 201, answer.json
        return answer.json

    return begin


def test_a_draft_is_played_to_its_end_on_a_clock_that_is_wound(call: Caller, simulated: Callable[..., Any]) -> None:
    begun = simulated()
    first, path = begun["turn"], f"/simulations/{begun['simulation']}"
    assert (first["node"], first["status"]) == ("pick_up", "running")
    assert [command["type"] for command in first["commands"]] == ["answer"]
    assert first["event"] == {"type": "call_offered", "leg": "caller", "caller": "13800000000"}

    asked = call("POST", path, {"event": {"type": "call_answered"}}).json["turn"]
    assert (asked["node"], asked["commands"][0]["type"]) == ("ask", "gather")
    assert [part["text"] for part in asked["commands"][0]["prompt"]] == ["Hello", "Li"]

    pressed = call("POST", path, {"event": {"type": "digits_gathered", "digits": "1"}}).json["turn"]
    assert pressed["steps"] == [{"node": "ask", "outlet": "1", "value": "1"}, {"node": "rest"}]
    assert (pressed["results"]["ask"]["value"], pressed["wake_at"]) == ("1", "2026-11-25T01:00:00Z")
    gone = call("POST", path, {"event": {"type": "call_ended"}}).json["turn"]
    assert (gone["status"], gone["node"]) == ("waiting", "rest")

    early = call("POST", path, {"advance_clock": "23h59m"}).json["turn"]
    assert (early["steps"], early["at"]) == ([], "2026-11-25T08:59:00+08:00")
    late = call("POST", path, {"advance_clock": "3d"}).json["turn"]
    assert [event["at"] for event in late["events"]] == ["2026-11-25T01:00:00Z", "2026-11-27T01:00:00Z"]
    assert (late["status"], late["outcome"], late["at"]) == ("completed", "1 27 09:00", "2026-11-28T08:59:00+08:00")

    after = call("POST", path, {"event": {"type": "signal_received", "name": "late"}}).json["turn"]
    assert (after["heard"], after["steps"]) == (False, [])
    assert [turn["number"] for turn in call("GET", path).json["turns"]] == [1, 2, 3, 4, 5, 6, 7]


def test_a_simulation_is_a_scenario_that_plays_again(
    call: Caller, document: Make, simulated: Callable[..., Any]
) -> None:
    path = f"/simulations/{simulated()['simulation']}"
    for step in (
        {"event": {"type": "call_answered"}},
        {"event": {"type": "digits_gathered", "digits": "7"}},
        {"event": {"type": "digits_gathered", "digits": "1"}},
        {"event": {"type": "call_ended"}},
        {"advance_clock": "1h"},
        {"advance_clock": "3d"},
    ):
        call("POST", path, step)
    data = call("GET", f"{path}/scenario").json
    assert data["steps"][-1]["expect"]["outcome"] == "1 27 09:00"
    sound = document(**INBOUND)
    played = play(compile_flow(sound, plugins.node_types(), time_zone="Asia/Shanghai"), read_scenario(data))
    assert [str(failure) for failure in played.failures] == []
    assert call("POST", "/flows/check", sound | {"scenarios": [data]}).json["errors"] == []


def test_a_version_is_played_as_it_was_published(call: Caller, document: Make, flow: str) -> None:
    call("POST", f"/flows/{flow}/publish", {"message": ""})
    changed = document(nodes={"greet": {"type": "say", "config": {"prompt": "Changed."}, "outlets": {}}})
    assert call("PUT", f"/flows/{flow}/draft", changed, If_Match="*").status_code == 200
    for version, text in ((1, "Hello."), (None, "Changed.")):
        turn = call("POST", f"/flows/{flow}/simulate", {"version": version}).json["turn"]
        assert turn["commands"][0]["prompt"][0]["text"] == text


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"event": {"type": "levitated"}}, "event.type"),
        ({"event": {}}, "event.type"),
        ({"event": {"type": "digits_gathered", "digits": 1}}, "event.digits"),
        ({"event": {"type": "digits_gathered", "colour": "red"}}, "event.colour"),
        ({"event": {"type": "signal_received"}}, "event.name"),
        ({"event": {"type": "session_cancelled", "at": "2026-11-24T09:00:00"}}, "event.at"),
        ({"advance_clock": "soon"}, "advance_clock"),
        ({"advance_clock": "9999999d"}, "advance_clock"),
        ({"advance_clock": "999999d999999d"}, "advance_clock"),
        ({"advance_clock": "1d", "event": {"type": "call_answered"}}, ""),
        ({}, ""),
    ],
)
def test_what_is_no_event_is_refused_with_its_place(
    call: Caller, simulated: Callable[..., Any], body: dict[str, Any], path: str
) -> None:
    simulation = simulated()["simulation"]
    refused = call("POST", f"/simulations/{simulation}", body)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json["errors"]] == [path]
    assert len(call("GET", f"/simulations/{simulation}").json["turns"]) == 1


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"version": 7}, "version"),
        ({"at": "2026-11-24T09:00:00"}, "at"),
        ({"event": {"type": "call_answered"}}, "event.type"),
        ({"contact": {"time_zone": "Mars"}}, "contact.time_zone"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_beginning_is_refused_with_its_place(call: Caller, flow: str, body: dict[str, Any], path: str) -> None:
    refused = call("POST", f"/flows/{flow}/simulate", body)
    assert refused.status_code == 422
    assert [fault["path"] for fault in refused.json["errors"]] == [path]


def test_a_draft_with_faults_is_refused_with_every_one(call: Caller, document: Make) -> None:
    broken = document(nodes={
        "greet": {"type": "say", "config": {}, "outlets": {"done": "nowhere"}},
        "odd": {"type": "levitate"},
    })  # fmt: skip
    flow = call("POST", "/flows", broken).json["id"]
    refused = call("POST", f"/flows/{flow}/simulate", {})
    assert refused.status_code == 422
    places = {fault["path"] for fault in refused.json["errors"]}
    assert {"nodes.greet.config.prompt", "nodes.greet.outlets.done", "nodes.odd.type"} <= places


def test_simulations_belong_to_their_tenant(call: Caller, other: Caller, simulated: Callable[..., Any]) -> None:
    path = f"/simulations/{simulated()['simulation']}"
    for method, place in (("GET", path), ("POST", path), ("GET", f"{path}/scenario")):
        assert other(method, place, {"advance_clock": "1d"} if method == "POST" else None).status_code == 404
    assert call("GET", path).status_code == 200


def _simulation(document: dict[str, Any], id: str) -> Simulation:
    return Simulation(
        id=id, name="s", program=compile_flow(document), contact={}, record={}, at=from_micros(0), mocks={},
        answers=None,
    )  # fmt: skip


def test_simulations_are_forgotten_when_they_were_not_used_or_are_too_many(document: Make) -> None:
    now = [0.0]
    kept = InMemory(lambda: now[0])
    for number in range(simulator.EACH):
        kept.put("main", _simulation(document(), str(number)))
    kept.put("other", _simulation(document(), "theirs"))
    assert kept.get("main", "0") is not None, "used, so the next one is the oldest"
    kept.put("main", _simulation(document(), "one more"))
    assert kept.get("main", "1") is None
    assert kept.get("other", "theirs") is not None
    now[0] = simulator.KEPT - 1
    assert kept.get("main", "0") is not None
    now[0] = simulator.KEPT + 1
    assert kept.get("main", "2") is None
    assert kept.get("main", "0") is not None


def test_a_simulation_has_an_end(call: Caller, simulated: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator, "STEPS_AT_MOST", 2)
    path = f"/simulations/{simulated()['simulation']}"
    assert call("POST", path, {"advance_clock": "1s"}).status_code == 200
    assert call("POST", path, {"advance_clock": "1s"}).status_code == 409


def test_a_real_session_is_a_scenario_that_plays_again(app: Flask, call: Caller, document: Make) -> None:
    sound = document(start="pick_up", nodes={
        "pick_up": {"type": "answer", "outlets": {"done": "pin"}},
        "pin": {
            "type": "gather", "outlets": {"done": "bye"},
            "config": {"prompt": "Your number, {{ contact.phone }}", "max_digits": 4},
        },
        "bye": {"type": "say", "config": {"prompt": "Bye."}, "outlets": {}},
    })  # fmt: skip
    flow = call("POST", "/flows", sound).json["id"]
    published = call("POST", f"/flows/{flow}/publish", {})
    assert published.status_code == 201, published.json
    store = app.extensions["callweave"].stores.tenant("main")
    at = from_micros(now_micros())
    identity = new_id()
    held = Held(
        tenant="main", id=identity, flow_id=bytes.fromhex(flow.replace("-", "")), version=1,
        program=compile_flow(sound), contact={"phone": "139"}, record={}, owner="a", epoch=1, started_at=now_micros(),
    )  # fmt: skip
    for event in (
        CallOffered(at=at, leg="channel-1", caller="139", called="7001"),
        CallAnswered(at=at, leg="channel-1", command_id="1"),
        DigitsGathered(at=at, command_id="2", digits="4711"),
        PlaybackFinished(at=at, command_id="3"),
        CallEnded(at=at, leg="channel-1"),
    ):
        held.take(event)
    writing = held.writing()
    assert writing is not None
    with store.begin() as connection:
        sessions.write(connection, [writing])
    answer = call("GET", f"/sessions/{id_text(identity)}/scenario")
    assert answer.status_code == 200
    data = answer.json
    assert [step["expect"].get("outlet") for step in data["steps"]][:3] == [None, "done", "done"]
    played = play(compile_flow(sound), read_scenario(data))
    assert [str(failure) for failure in played.failures] == []
    assert call("GET", f"/sessions/{id_text(new_id())}/scenario").status_code == 404


def test_keys_that_answer_a_secret_question_stay_masked() -> None:
    turns = [
        {"event": {"type": "session_started"}, "commands": [{"type": "gather", "id": "1", "secret": True}]},
        {"event": {"type": "digits_gathered", "command_id": "1", "digits": "4711"}, "steps": [{"node": "pin"}]},
    ]
    assert steps_of_journal(turns)[1]["event"]["digits"] == "•••"


HTTP = {
    "nodes": {
        "ask": {"type": "fetch", "config": {}, "outlets": {"done": "end", "failed": "rest"}},
        "rest": {"type": "rest", "config": {"hours": 1}, "outlets": {"done": "ask"}},
        "end": {"type": "end", "config": {"outcome": "{{ results.ask.value }}"}, "outlets": {}},
    },
    "start": "ask",
}
FETCH = '''
from callweave import Leave, Node, NodeConfig, Wait
from engine.commands import HttpRequest
from engine.events import HttpAnswered

class FetchConfig(NodeConfig):
    pass

class Fetch(Node[FetchConfig]):
    """Asks a server."""

    type, label = "fetch", "Fetch"
    waits = True

    def outlets(self):
        from callweave import Outlet
        yield from (Outlet("done"), Outlet("failed"))

    def enter(self, session):
        return Wait((HttpRequest(method="GET", url="https://his.example/slots"),))

    def handle(self, session, event):
        if isinstance(event, HttpAnswered) and event.status == 200:
            return Leave("done", result=event.body)
        return Leave("failed")
'''


def test_mocks_answer_with_the_fates_that_are_asked_for(call: Caller, document: Make, tmp_path: Path) -> None:
    (tmp_path / "nodes" / "fetch.py").write_text(FETCH)
    plugins.use(plugins.Installed(tmp_path / "nodes"))
    sound = document(**HTTP)
    flow = call("POST", "/flows", sound).json["id"]
    mocks = {"http_request": [{"status": 503}, "failed", {"success": "10:30"}]}
    begun = call("POST", f"/flows/{flow}/simulate", {"mocks": mocks}).json
    path = f"/simulations/{begun['simulation']}"
    first = begun["turn"]
    assert [event["type"] for event in first["events"]] == ["http_answered"]
    assert (first["events"][0]["status"], first["node"]) == (503, "rest")
    last = call("POST", path, {"advance_clock": "1d"}).json["turn"]
    assert [event["type"] for event in last["events"]] == [
        "timer_fired", "command_failed", "timer_fired", "http_answered",
    ]  # fmt: skip
    assert (last["status"], last["outcome"]) == ("completed", "10:30")
    played = play(compile_flow(sound, plugins.node_types()), read_scenario(call("GET", f"{path}/scenario").json))
    assert [str(failure) for failure in played.failures] == []

    waits = call("POST", f"/flows/{flow}/simulate", {}).json
    assert (waits["turn"]["events"], waits["turn"]["node"]) == ([], "ask"), "no mock, no reply"
    for wrong, place in (({"levitate": "up"}, "mocks.levitate"), ({"http_request": "busy"}, "mocks.http_request")):
        refused = call("POST", f"/flows/{flow}/simulate", {"mocks": wrong})
        assert (refused.status_code, refused.json["errors"][0]["path"]) == (422, place)


def test_a_round_that_mocks_never_end_is_stopped(call: Caller, document: Make, tmp_path: Path) -> None:
    (tmp_path / "nodes" / "fetch.py").write_text(FETCH)
    plugins.use(plugins.Installed(tmp_path / "nodes"))
    round_and_round = document(start="ask", nodes={"ask": {"type": "fetch", "outlets": {"failed": "ask"}}})
    flow = call("POST", "/flows", round_and_round).json["id"]
    turn = call("POST", f"/flows/{flow}/simulate", {"mocks": {"http_request": "failed"}}).json["turn"]
    assert (turn["endless"], turn["node"]) == (True, "ask")


def test_node_types_that_cannot_be_used_are_listed_with_their_reason(
    call: Caller, document: Make, tmp_path: Path
) -> None:
    (tmp_path / "nodes" / "fetch.py").write_text("import nothing_of_this_name")
    plugins.use(plugins.Installed(tmp_path / "nodes"))
    listed = call("GET", "/node-types").json
    assert "rest" in {item["type"] for item in listed["items"]}
    assert [(entry["type"], "nothing_of_this_name" in entry["reason"]) for entry in listed["broken"]] == [
        ("fetch", True)
    ]
    made = call("POST", "/flows", document(**HTTP)).json
    (fault,) = [fault for fault in made["errors"] if fault["path"] == "nodes.ask.type"]
    assert "ModuleNotFoundError" in fault["message"]
    assert call("POST", f"/flows/{made['id']}/publish", {"message": ""}).status_code == 422


def test_a_draft_is_opened_with_its_configs_as_they_are_written_now(
    call: Caller, document: Make, tmp_path: Path
) -> None:
    old = document(start="rest", nodes={"rest": {"type": "rest", "config": {"hours": 1}, "outlets": {}}})
    flow = call("POST", "/flows", old).json["id"]
    assert call("GET", f"/flows/{flow}/draft").json == old
    second = REST.replace("hours", "minutes").replace(
        "    waits = True\n",
        "    waits = True\n    version = 2\n\n    @classmethod\n    def upgrade(cls, config, from_version):\n"
        "        return {'minutes': config['hours'] * 60}\n",
    )
    (tmp_path / "nodes" / "rest.py").write_text(second)
    plugins.use(plugins.Installed(tmp_path / "nodes"))
    opened = call("GET", f"/flows/{flow}/draft").json
    assert opened["nodes"]["rest"] == {
        "type": "rest", "config": {"minutes": 60}, "config_version": 2, "outlets": {},
    }  # fmt: skip
    saved = call("PUT", f"/flows/{flow}/draft", old, If_Match="*")
    assert (saved.status_code, saved.json["errors"]) == (200, [])
    assert call("GET", f"/flows/{flow}/draft").json == opened


def test_sub_flows_are_the_published_ones_and_go_with_the_scenario(call: Caller, document: Make) -> None:
    inner = document(name="Ask inside", start="fix", nodes={
        "fix": {"type": "set", "config": {"variables": {"answer": "yes"}}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "asked"}, "outlets": {}},
    })  # fmt: skip
    sub_flow = call("POST", "/flows", inner).json["id"]
    assert call("POST", f"/flows/{sub_flow}/publish", {"message": ""}).status_code == 201
    outer = document(start="sub", nodes={
        "sub": {"type": "run_flow", "config": {"flow": "Ask inside"}, "outlets": {"completed": "end"}},
        "end": {"type": "end", "config": {"outcome": "{{ results.sub.value }}"}, "outlets": {}},
    })  # fmt: skip
    flow = call("POST", "/flows", outer).json["id"]
    begun = call("POST", f"/flows/{flow}/simulate", {}).json
    assert (begun["turn"]["status"], begun["turn"]["outcome"]) == ("completed", "asked")
    data = call("GET", f"/simulations/{begun['simulation']}/scenario").json
    assert [version["name"] for version in data["flows"]["Ask inside"]] == ["Ask inside"]
    played = play(compile_flow(outer), read_scenario(data))
    assert [str(failure) for failure in played.failures] == []


def test_a_turn_says_what_is_waited_for_and_what_comes_next(call: Caller, simulated: Callable[..., Any]) -> None:
    begun = simulated(record={"ward": "cardio"})
    first, path = begun["turn"], f"/simulations/{begun['simulation']}"
    assert (first["pending"], first["legs"]) == ([first["commands"][0]["id"]], {"caller": False})
    asked = call("POST", path, {"event": {"type": "call_answered"}}).json["turn"]
    assert (asked["legs"], asked["record"], asked["contact"]["name"]) == ({"caller": True}, {"ward": "cardio"}, "Li")
    call("POST", path, {"event": {"type": "digits_gathered", "digits": "1"}})
    gone = call("POST", path, {"event": {"type": "call_ended"}}).json["turn"]
    assert gone["coming"] == {"at": "2026-11-25T01:00:00Z", "type": "timer_fired"}
    assert (gone["legs"], gone["pending"], gone["listens"]) == ({}, [], [])


def test_going_back_forgets_what_came_after(call: Caller, simulated: Callable[..., Any]) -> None:
    begun = simulated(mocks={"answer": "done"})
    path = f"/simulations/{begun['simulation']}"
    asked = begun["turn"]
    assert asked["node"] == "ask", "the mock has answered"
    call("POST", path, {"event": {"type": "digits_gathered", "digits": "1"}})
    call("POST", path, {"advance_clock": "1h"})
    later = call("GET", path).json["turns"]
    assert call("POST", f"{path}/back", {"turns": 3}).json["turns"] == later, "nothing to forget: the same again"
    assert call("POST", f"{path}/back", {"turns": 1}).json["turns"] == [asked], "the mock answers again"
    other = call("POST", path, {"event": {"type": "digits_gathered", "digits": "", "ended_by": "timeout"}})
    assert other.json["turn"]["number"] == 2
    assert len(call("GET", f"{path}/scenario").json["steps"]) == 2
    for turns in (0, 9):
        assert call("POST", f"{path}/back", {"turns": turns}).status_code == 422
