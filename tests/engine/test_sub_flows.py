"""Sub-flows: what goes in and out, who hears of a hang-up, how deep they may go, and that a version is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.commands import Command, PlayPrompt
from engine.events import CallEnded, CallOffered, Event, PlaybackFinished, SessionStarted, TimerFired
from engine.flow import Program, compile_flow
from engine.session import Session, Turn, advance, dump, restore, start
from engine.session.walk import MAX_RUNS

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
Nodes = dict[str, dict[str, Any]]


class Shelf:
    """A library of programs; what is published last is the latest."""

    def __init__(self) -> None:
        self.programs: dict[str, Program] = {}
        self.latest: dict[str, int] = {}

    def publish(self, name: str, nodes: Nodes, **more: Any) -> Program:
        self.latest[name] = self.latest.get(name, 0) + 1
        program = compile_flow(document(name, nodes, **more), library=self)
        self.programs[f"{name}@{self.latest[name]}"] = program
        return program

    def find(self, flow: str, version: int | None) -> str | None:
        key = f"{flow}@{version or self.latest.get(flow)}"
        return key if key in self.programs else None

    def program(self, key: str) -> Program | None:
        return self.programs.get(key)


def document(name: str, nodes: Nodes, **more: Any) -> dict[str, Any]:
    return {"callweave": 1, "name": name, "languages": ["en"], "start": next(iter(nodes)), "nodes": nodes} | more


def run(flow: str, /, outlets: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    return {"type": "run_flow", "config": {"flow": flow, **config}, "outlets": outlets or {}}


def node(kind: str, /, outlets: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    return {"type": kind, "config": config, "outlets": outlets or {}}


def said(turn: Turn) -> list[str]:
    return [part.text for command in turn.commands if isinstance(command, PlayPrompt) for part in command.prompt]  # type: ignore[union-attr]


class Played:
    """A session that goes through its stored form before each event."""

    def __init__(self, program: Program, event: Event | None = None) -> None:
        self.program = program
        self.turn = start(program, at=AT, event=event or SessionStarted(at=AT), record={"count": 3})
        self.commands: list[Command] = list(self.turn.commands)

    @property
    def session(self) -> Session:
        return self.turn.session

    def take(self, event: Event) -> Turn:
        session = self.session
        stored = restore(self.program, dump(session), contact=session.contact, record=session.record)
        self.turn = advance(self.program, stored, event)
        self.commands.extend(self.turn.commands)
        return self.turn

    def heard(self) -> Turn:
        """The prompt that is being played has ended."""
        return self.take(PlaybackFinished(at=AT, command_id=self.session.run.pending[-1]))


CALL = CallOffered(at=AT, leg="caller", caller="13800000000", called="7001")
GONE = CallEnded(at=AT, leg="caller")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    yield Shelf()


def test_only_inputs_go_in_and_only_outputs_come_out(shelf: Shelf) -> None:
    shelf.publish("inner", {
        "look": node("set", {"done": "over"}, variables={
            "saw": "{{ vars.mine }}|{{ vars.number }}|{{ results.first.outlet }}|{{ record.count }}",
            "more": "{{ vars.number | plus: 1 }}",
        }),
        "over": node("end", outcome="fine"),
    })  # fmt: skip
    program = shelf.publish("outer", {
        "first": node("set", {"done": "inner"}, variables={"mine": "secret"}),
        "inner": run("inner", {"completed": "after"}, inputs={"number": "{{ record.count }}", "text": "{{ record.count }}."}),
        "after": node("set", variables={
            "got": "{{ results.inner.value }} {{ results.inner.outputs.more }}",
            "none": "{{ vars.more }}",
        }),
    })  # fmt: skip
    session = Played(program).session
    assert session.results["inner"] == {
        "outlet": "completed", "value": "fine", "outputs": {"number": 3, "text": "3.", "saw": "|3||3", "more": 4},
    }  # fmt: skip
    assert session.vars == {"mine": "secret", "got": "fine 4", "none": None}
    assert session.status == "completed"


def test_it_waits_and_speaks_inside_and_survives_its_store(shelf: Shelf) -> None:
    shelf.publish("inner", {
        "hello": node("say", {"done": "sleep"}, prompt="Hello {{ vars.name }}"),
        "sleep": node("wait", {"done": "over"}, **{"for": "1h"}),
        "over": node("end", outcome="slept"),
    })  # fmt: skip
    program = shelf.publish(
        "outer", {"go": run("inner", {"completed": "bye"}, inputs={"name": "Li"}), "bye": node("say", prompt="Bye")}
    )
    played = Played(program, CALL)
    assert "Li" in "".join(said(played.turn))
    assert played.session.node == "hello"
    played.heard()
    assert played.session.node == "sleep"
    assert played.session.wake_at == AT + timedelta(hours=1)
    turn = played.take(TimerFired(at=AT + timedelta(hours=1)))
    assert said(turn) == ["Bye"]
    assert played.session.results["go"]["value"] == "slept"


def test_latest_is_found_at_entry_and_kept(shelf: Shelf) -> None:
    def version(words: str) -> None:
        shelf.publish(
            "inner", {"hello": node("say", {"done": "again"}, prompt="Hello"), "again": node("say", prompt=words)}
        )

    version("old")
    program = shelf.publish("outer", {"go": run("inner", {"completed": "twice"}), "twice": run("inner")})
    played = Played(program, CALL)
    version("new")
    assert said(played.heard()) == ["old"], "the version that was the latest when it was entered"
    played.heard()
    assert said(played.heard()) == ["new"], "the latest when it is entered again"


def test_a_version_by_its_number(shelf: Shelf) -> None:
    for outcome in ("one", "two"):
        shelf.publish("inner", {"over": node("end", outcome=outcome)})
    program = shelf.publish("outer", {"go": run("inner", version=1)})
    assert Played(program).session.results["go"]["value"] == "one"


def test_missing(shelf: Shelf) -> None:
    program = shelf.publish("outer", {"go": run("nowhere", {"failed": "over"}), "over": node("end", outcome="missing")})
    assert Played(program).session.outcome == "missing"


def talk(shelf: Shelf, nodes: Nodes, inner: Nodes, inner_more: dict[str, Any], **more: Any) -> Played:
    shelf.publish("inner", inner, **inner_more)
    return Played(shelf.publish("outer", nodes, **more), CALL)


HELLO = node("say", prompt="Hello")


def test_hang_up_takes_the_nodes_own_outlet(shelf: Shelf) -> None:
    inner = {"hello": node("say", {"hung_up": "over"}, prompt="Hello"), "over": node("end", outcome="by the node")}
    played = talk(shelf, {"go": run("inner")}, inner, {})
    played.take(GONE)
    assert played.session.results["go"] == {"outlet": "completed", "value": "by the node"}


def test_hang_up_takes_its_flows_on_hang_up(shelf: Shelf) -> None:
    inner = {"hello": HELLO, "sorry": node("end", outcome="by the flow")}
    played = talk(shelf, {"go": run("inner"), "outer_sorry": node("end", outcome="outer")}, inner, {"on_hang_up": "sorry"}, on_hang_up="outer_sorry")  # fmt: skip
    played.take(GONE)
    assert played.session.results["go"] == {"outlet": "completed", "value": "by the flow"}


def test_on_hang_up_is_taken_once(shelf: Shelf) -> None:
    shelf.publish("speak", {"words": node("say", prompt="Nobody hears this")})
    inner = {"hello": HELLO, "sorry": run("speak")}
    played = talk(
        shelf,
        {"go": run("inner", {"hung_up": "over"}), "over": node("end", outcome="again")},
        inner,
        {"on_hang_up": "sorry"},
    )
    played.take(GONE)
    assert (played.session.status, played.session.outcome) == ("completed", "again")
    assert [step.node for step in played.turn.journal] == ["hello", "sorry", "words", "sorry", "go", "over"]


def test_hang_up_comes_to_the_parents_node(shelf: Shelf) -> None:
    nodes = {"go": run("inner", {"hung_up": "over"}), "over": node("end", outcome="by the parent")}
    played = talk(shelf, nodes, {"hello": HELLO}, {})
    played.take(GONE)
    assert played.session.outcome == "by the parent"
    assert played.session.results["go"] == {"outlet": "hung_up", "value": "hung_up"}


def test_hang_up_comes_to_the_parents_flow_and_to_the_end(shelf: Shelf) -> None:
    shelf.publish("deepest", {"hello": HELLO})
    shelf.publish("inner", {"go": run("deepest")})
    with_way = shelf.publish("outer", {"go": run("inner"), "sorry": node("end", outcome="sorry")}, on_hang_up="sorry")
    without = shelf.publish("plain", {"go": run("inner")})
    for program, outcome in ((with_way, "sorry"), (without, "hung_up")):
        played = Played(program, CALL)
        played.take(GONE)
        assert (played.session.status, played.session.outcome) == ("completed", outcome)


def test_our_own_hang_up_brings_no_on_hang_up(shelf: Shelf) -> None:
    shelf.publish("speak", {"words": node("say", prompt="Nobody hears this")})
    inner = {"bye": node("hang_up", {"done": "after"}), "after": run("speak")}
    nodes = {"go": run("inner"), "sorry": node("end", outcome="sorry")}
    played = talk(shelf, nodes, inner, {"on_hang_up": "after"}, on_hang_up="sorry")
    assert (played.session.status, played.session.outcome) == ("completed", "hung_up")


def test_as_deep_as_a_hundred(shelf: Shelf) -> None:
    program = shelf.publish("again", {
        "count": node("set", {"done": "deeper"}, variables={"depth": "{{ vars.depth | plus: 1 }}"}),
        "deeper": run("the_same", {"failed": "over", "completed": "over"}, inputs={"depth": "{{ vars.depth }}"}),
        "over": node("end", outcome="{{ results.deeper.value }}{{ results.deeper.reason }}"),
    })  # fmt: skip
    shelf.programs["the_same@1"], shelf.latest["the_same"] = program, 1
    played = Played(program)
    assert (played.session.status, played.session.outcome) == ("completed", "sub-flow"), (
        "the innermost could not go deeper"
    )
    walked = [step.node for step in played.turn.journal]
    assert walked.count("count") == MAX_RUNS == 100


def test_it_goes_round_for_ever(shelf: Shelf) -> None:
    shelf.publish("inner", {"over": node("end")})
    program = shelf.publish("outer", {"go": run("inner", {"completed": "go", "failed": "over"}), "over": node("end")})
    session = Played(program).session
    assert (session.status, session.outcome) == ("failed", "loop")
