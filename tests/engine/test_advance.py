"""Whatever happens in whatever order: `advance` never raises, and a session survives being stored at every turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.commands import HangUp
from engine.events import (
    AnyEvent,
    CallAnswered,
    CallEnded,
    CallFailed,
    CallOffered,
    SessionCancelled,
    TimerFired,
)
from engine.flow import Program, compile_flow
from engine.nodes import registry
from engine.secret import keep, kept
from engine.session import Turn, advance, dump, restore, start
from engine.session.state import LIVE
from engine.wire import as_data
from tests.engine.any_flow import AT, CONTACT, RECORDS, event, nodes, programs

MENU = {"prompt": "1 or 2", "choices": [{"key": "1", "label": "one"}, {"key": "2", "label": "two"}], "tries": 2}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_events_in_any_order(data: st.DataObject) -> None:
    program = data.draw(programs())
    record = data.draw(st.sampled_from(RECORDS))
    offered = CallOffered(at=AT, leg="L", caller="138") if data.draw(st.integers(0, 3)) else None
    turn = start(program, contact=CONTACT, record=record, at=AT, event=offered)
    happened: list[AnyEvent] = []
    turns = [turn]
    asked = {command.id: command for command in turn.commands}
    for _ in range(data.draw(st.integers(0, 12))):
        before = dump(turn.session)
        known = {"contact": turn.session.contact, "record": turn.session.record}
        stored = restore(program, before, **known)
        what = event(data.draw, stored, asked)
        turn = advance(program, stored, what)
        assert dump(stored) == before or turn.session is stored, "the given session was changed"
        again = advance(program, restore(program, before, **known), what)
        assert dump(again.session) == dump(turn.session), "the same event made another session"
        assert again.commands == turn.commands
        happened.append(what)
        turns.append(turn)
        assert not asked.keys() & {command.id for command in turn.commands}, "a command's number was given twice"
        asked |= {command.id: command for command in turn.commands}
        if turn.session.status not in LIVE:
            assert not turn.session.state.legs
            assert turn.session.node is None
    replay(program, record, offered, happened, turns)


def replay(
    program: Program, record: dict[str, Any], offered: CallOffered | None, happened: list[AnyEvent], turns: list[Turn]
) -> None:
    """The events as the journal keeps them, applied from the start, make the same turns."""
    turn = start(program, contact=CONTACT, record=record, at=AT, event=offered)
    for what, first in zip([None, *happened], turns, strict=True):
        if what is not None:
            stored = msgspec.msgpack.decode(msgspec.msgpack.encode(what, enc_hook=keep), type=AnyEvent, ext_hook=kept)
            turn = advance(program, turn.session, stored)
        assert turn.commands == first.commands
        assert turn.journal == first.journal
        assert dump(turn.session) == dump(first.session)
        for command in turn.commands:
            msgspec.json.encode(as_data(command))


def test_every_node_type_comes_in() -> None:
    assert {node["type"] for node, _ in nodes()} == set(registry())


def test_whoever_is_on_the_line_is_let_go_at_the_end() -> None:
    document = {
        "callweave": 1, "name": "x", "languages": ["en"], "start": "a",
        "nodes": {"a": {"type": "answer", "outlets": {}}},
    }  # fmt: skip
    program = compile_flow(document)
    turn = start(program, at=AT, event=CallOffered(at=AT, leg="L"))
    turn = advance(program, turn.session, CallAnswered(at=AT, command_id="1", leg="L"))
    assert [type(command) for command in turn.commands] == [HangUp]
    assert turn.session.status == "completed"
    late = advance(program, turn.session, CallEnded(at=AT, leg="L"))
    assert late.session is turn.session
    assert late.journal == ()


def test_a_cancelled_session_ends_at_once() -> None:
    document = {
        "callweave": 1, "name": "x", "languages": ["en"], "start": "a",
        "nodes": {"a": {"type": "menu", "config": MENU, "outlets": {}}},
    }  # fmt: skip
    program = compile_flow(document)
    turn = start(program, at=AT, event=CallOffered(at=AT, leg="L"))
    turn = advance(program, turn.session, SessionCancelled(at=AT, reason="by hand"))
    assert (turn.session.status, turn.session.outcome) == ("cancelled", "by hand")
    assert [type(command) for command in turn.commands] == [HangUp]


def test_a_flow_that_goes_round_within_a_turn_is_stopped() -> None:
    """The check refuses such a flow; the engine does not rely on it."""
    document: dict[str, Any] = {
        "callweave": 1, "name": "x", "languages": ["en"], "start": "a",
        "nodes": {"a": {"type": "set", "config": {"variables": {"n": "{{ now }}"}}, "outlets": {}}},
    }  # fmt: skip
    program = compile_flow(document)
    program.places["a"].targets["done"] = program.places["a"]
    turn = start(program, at=AT)
    assert (turn.session.status, turn.session.outcome) == ("failed", "loop")


def test_the_state_at_a_wait_is_small() -> None:
    program = compile_flow(
        {
            "callweave": 1, "name": "x", "languages": ["en"], "start": "a",
            "nodes": {"a": {"type": "menu", "config": MENU, "outlets": {}}},
        }
    )  # fmt: skip
    turn = start(program, at=AT, event=CallOffered(at=AT, leg="1732230000.17", caller="13800000000", called="7001"))
    assert len(dump(turn.session)) < 400


def test_the_state_at_the_wait_of_a_follow_up_is_small() -> None:
    """A call that is busy, a text that nobody answers, and a week of waiting."""
    program = compile_flow(
        {
            "callweave": 1, "name": "x", "languages": ["en"], "start": "who",
            "nodes": {
                "who": {"type": "set", "config": {"variables": {
                    "name": "{{ record.name }}", "ward": "{{ record.ward }}", "age": "{{ record.age }}",
                }}, "outlets": {"done": "call_patient"}},
                "call_patient": {"type": "call", "config": {"to": "{{ contact.phone }}"}, "outlets": {"busy": "ask"}},
                "ask": {"type": "ask_sms", "config": {
                    "to": "{{ contact.phone }}", "text": "Hello {{ vars.name }}, are you well?", "timeout": "2d",
                    "choices": [{"label": "Yes"}, {"label": "No"}],
                }, "outlets": {"timed_out": "week"}},
                "week": {"type": "wait", "config": {"for": "7d"}, "outlets": {}},
            },
        }
    )  # fmt: skip
    turn = start(program, contact=CONTACT, record={"name": "Ann", "ward": "cardiology", "age": 70}, at=AT)
    turn = advance(program, turn.session, CallFailed(at=AT, command_id="1", fate="busy", cause="17"))
    assert turn.session.node == "ask"
    assert len(dump(turn.session)) < 400
    turn = advance(program, turn.session, TimerFired(at=AT + timedelta(days=2)))
    assert turn.session.node == "week"
    assert len(dump(turn.session)) < 400
