"""A session that is moved to another version of its flow, and one that has expired."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.commands import HangUp
from engine.events import (
    CallAnswered,
    CallOffered,
    DigitsGathered,
    SessionExpired,
    SessionMoved,
    SignalReceived,
    TimerFired,
)
from engine.flow import Program, compile_flow
from engine.session import Turn, advance, dump, restore, start

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)


class Versions:
    """A library with the versions of one flow, by number."""

    def __init__(self, *versions: dict[str, Any]) -> None:
        self.programs: dict[str, Program] = {}
        for number, nodes in enumerate(versions, start=1):
            document = {"callweave": 1, "name": "F", "languages": ["en"], "start": next(iter(nodes)), "nodes": nodes}
            self.programs[str(number)] = compile_flow(document, library=self)

    def find(self, flow: str, version: int | None) -> str | None:
        return str(version or len(self.programs)) if flow == "F" else None

    def program(self, key: str) -> Program | None:
        return self.programs.get(key)


def node(kind: str, /, outlets: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    return {"type": kind, "config": config, "outlets": outlets or {}}


def move(versions: Versions, turn: Turn, to: str, **nodes: str) -> Turn:
    """Move the session from version 1, through its stored form before and after."""
    stored = restore(versions.programs["1"], dump(turn.session))
    moved = advance(versions.programs["1"], stored, SessionMoved(at=AT, version=int(to), key=to, nodes=nodes))
    program = moved.session.program
    return Turn(restore(program, dump(moved.session)), moved.commands, moved.journal)


WAITS = node("wait_for", {"received": "end"}, what="signal", name="go")


def ends(outcome: str) -> dict[str, Any]:
    return node("end", outcome=outcome)


def test_a_session_goes_on_in_the_new_version_where_it_waits() -> None:
    versions = Versions({"wait": WAITS, "end": ends("old")}, {"wait": WAITS, "end": ends("new")})
    turn = start(versions.programs["1"], at=AT)
    moved = move(versions, turn, "2")
    assert [step.node for step in moved.journal] == ["wait"]
    assert moved.commands == (), "nothing is asked again"
    after = advance(versions.programs["2"], moved.session, SignalReceived(at=AT, name="go"))
    assert (after.session.status, after.session.outcome) == ("completed", "new")


def test_a_node_with_another_id_is_mapped_and_its_results_with_it() -> None:
    old = {"first": node("set", {"done": "wait"}, variables={"x": "1"}), "wait": WAITS, "end": ends("old")}
    new = {"second": node("set", {"done": "hold"}, variables={"x": "1"}), "hold": WAITS, "end": ends("{{ results.second.outlet }}")}
    versions = Versions(old, new)
    moved = move(versions, start(versions.programs["1"], at=AT), "2", wait="hold", first="second")
    assert moved.session.node == "hold"
    after = advance(versions.programs["2"], moved.session, SignalReceived(at=AT, name="go"))
    assert after.session.outcome == "done"


def test_without_a_node_of_the_same_type_it_stays_in_its_version() -> None:
    versions = Versions({"wait": WAITS, "end": ends("old")}, {"wait": ends("other type"), "hold": WAITS, "end": ends("x")})
    turn = start(versions.programs["1"], at=AT)
    for nodes in ({}, {"wait": "nowhere"}):
        moved = advance(versions.programs["1"], turn.session, SessionMoved(at=AT, version=2, key="2", nodes=nodes))
        assert moved.session is turn.session
    missing = advance(versions.programs["1"], turn.session, SessionMoved(at=AT, version=9, key="9"))
    assert missing.session is turn.session


def test_a_caller_at_a_menu_goes_on_with_the_key_that_he_presses_then() -> None:
    def menu(label: str) -> dict[str, Any]:
        return node("menu", {"1": "end"}, prompt=label, choices=[{"key": "1", "label": label}])

    def answer() -> dict[str, Any]:
        return node("answer", {"done": "ask"})

    versions = Versions(
        {"a": answer(), "ask": menu("old"), "end": ends("old")}, {"a": answer(), "ask": menu("new"), "end": ends("new")}
    )
    turn = start(versions.programs["1"], at=AT, event=CallOffered(at=AT, leg="x", caller="1", called="2"))
    turn = advance(versions.programs["1"], turn.session, CallAnswered(at=AT, leg="x", command_id="1"))
    question = turn.commands[-1].id
    moved = move(versions, turn, "2")
    after = advance(versions.programs["2"], moved.session, DigitsGathered(at=AT, command_id=question, digits="1"))
    assert after.session.outcome == "new"


def test_inside_a_sub_flow_the_outer_flow_is_moved_and_the_inner_one_goes_on() -> None:
    inner = {"wait": WAITS, "end": ends("inner")}
    shelf = Versions(inner)
    outer = {"sub": node("run_flow", {"completed": "end"}, flow="F", version=1), "end": ends("old {{ results.sub.value }}")}
    other = {"part": node("run_flow", {"completed": "end"}, flow="F", version=1), "end": ends("new {{ results.part.value }}")}

    class Library:
        def find(self, flow: str, version: int | None) -> str | None:
            return shelf.find(flow, version)

        def program(self, key: str) -> Program | None:
            return {"old": programs[0], "new": programs[1]}.get(key) or shelf.program(key)

    def compiled(nodes: dict[str, Any]) -> Program:
        document = {"callweave": 1, "name": "G", "languages": ["en"], "start": next(iter(nodes)), "nodes": nodes}
        return compile_flow(document, library=Library())

    programs = [compiled(outer), compiled(other)]
    turn = start(programs[0], at=AT)
    moved = advance(programs[0], turn.session, SessionMoved(at=AT, version=2, key="new", nodes={"sub": "part"}))
    stored = restore(programs[1], dump(moved.session))
    after = advance(programs[1], stored, SignalReceived(at=AT, name="go"))
    assert after.session.outcome == "new inner"


def test_an_expired_session_lets_its_caller_go_and_is_over() -> None:
    versions = Versions({"a": node("answer", {"done": "wait"}), "wait": WAITS, "end": ends("x")})
    turn = start(versions.programs["1"], at=AT, event=CallOffered(at=AT, leg="x", caller="1", called="2"))
    turn = advance(versions.programs["1"], turn.session, CallAnswered(at=AT, leg="x", command_id="1"))
    over = advance(versions.programs["1"], turn.session, SessionExpired(at=AT))
    assert (over.session.status, over.session.node) == ("expired", None)
    assert [type(command) for command in over.commands] == [HangUp]
    assert advance(versions.programs["1"], over.session, TimerFired(at=AT)).session is over.session
