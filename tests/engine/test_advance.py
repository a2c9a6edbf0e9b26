"""Whatever happens in whatever order: `advance` never raises, and a session survives being stored at every turn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.commands import HangUp
from engine.events import (
    AnyEvent,
    CallAnswered,
    CallEnded,
    CallOffered,
    CommandFailed,
    DigitsGathered,
    PlaybackFinished,
    SessionCancelled,
    SessionFailed,
)
from engine.flow import Program, check, compile_flow
from engine.flow.check import built_places
from engine.nodes import registry
from engine.session import Session, advance, dump, restore, start
from engine.session.session import LIVE

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CONFIGS: dict[str, dict[str, Any]] = {
    "answer": {},
    "say": {"prompt": "Hello {{ record.name }} {{ results.n0.value }}"},
    "menu": {"prompt": "1 or 2", "choices": [{"key": "1", "label": "one"}, {"key": "2", "label": "two"}], "tries": 2},
    "gather": {"prompt": "digits", "min_digits": 2, "max_digits": 4, "pattern": "[1-9]+"},
    "set": {"variables": {"a": "{{ vars.a }}x", "b": "{{ record.age | plus: 1 }}"}},
    "branch": {
        "conditions": [{"label": "old", "when": "record.age > 65"}, {"label": "long", "when": "vars.a.size > 9"}]
    },
    "hang_up": {},
    "end": {"outcome": "{{ vars.a }}"},
}
OUTLETS = {
    "answer": ["done", "failed", "hung_up"], "say": ["done", "failed", "hung_up"],
    "menu": ["1", "2", "no_input", "no_match", "failed", "hung_up"], "gather": ["done", "no_input", "no_match", "failed"],
    "set": ["done"], "branch": ["old", "long", "else"], "hang_up": ["done"], "end": [],
}  # fmt: skip


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Any]:
    """A flow of up to eight nodes with any edges: also such as may not be published, for the engine must stand them."""
    kinds = draw(st.lists(st.sampled_from(sorted(CONFIGS)), min_size=1, max_size=8))
    ids = [f"n{number}" for number in range(len(kinds))]
    nodes = {
        id: {
            "type": kind,
            "config": CONFIGS[kind],
            "outlets": draw(st.dictionaries(st.sampled_from(OUTLETS[kind]), st.sampled_from(ids)))
            if kind != "end"
            else {},
        }
        for id, kind in zip(ids, kinds, strict=True)
    }
    hang_up = draw(st.none() | st.sampled_from(ids))
    return {"callweave": 1, "name": "any", "languages": ["en"], "start": "n0", "on_hang_up": hang_up, "nodes": nodes}


def event(draw: st.DrawFn, session: Session) -> AnyEvent:
    pending = session.run.pending
    command_id = (
        draw(st.sampled_from(pending)) if pending and draw(st.booleans()) else draw(st.sampled_from("123456789"))
    )
    digits = draw(st.text("0123456789*#", max_size=5))
    return draw(
        st.sampled_from(
            [
                CallAnswered(at=AT, command_id=command_id, leg="L"),
                PlaybackFinished(at=AT, command_id=command_id),
                DigitsGathered(at=AT, command_id=command_id, digits=digits),
                CommandFailed(at=AT, command_id=command_id),
                CallOffered(at=AT, leg="M"),
                CallEnded(at=AT, leg=draw(st.sampled_from("LM"))),
                SessionCancelled(at=AT),
                SessionFailed(at=AT),
            ]
        )
    )


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_events_in_any_order(data: st.DataObject) -> None:
    document = data.draw(flows())
    program = Program(
        name="any", languages=("en",), start="n0", on_hang_up=document["on_hang_up"],
        places=built_places(document, check(document, registry())),
    )  # fmt: skip
    contact, record = {"phone": "138"}, {"name": "Ann", "age": data.draw(st.sampled_from([70, "70", None, "old", 3.5]))}
    turn = start(program, contact=contact, record=record, at=AT, event=CallOffered(at=AT, leg="L", caller="138"))
    given_ids = [command.id for command in turn.commands]
    replayed = dump(turn.session)
    for _ in range(data.draw(st.integers(0, 12))):
        before = dump(turn.session)
        stored = restore(program, before, contact=contact, record=record)
        what = event(data.draw, stored)
        turn = advance(program, stored, what)
        assert dump(stored) == before or turn.session is stored, "the given session was changed"
        again = advance(program, restore(program, before, contact=contact, record=record), what)
        assert dump(again.session) == dump(turn.session), "the same event made another session"
        assert again.commands == turn.commands
        given_ids += [command.id for command in turn.commands]
        assert len(given_ids) == len(set(given_ids)), "a command's number was given twice"
        if turn.session.status not in LIVE:
            assert not turn.session.state.legs
            assert turn.session.node is None
    assert replayed


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
        "nodes": {"a": {"type": "menu", "config": CONFIGS["menu"], "outlets": {}}},
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
            "nodes": {"a": {"type": "menu", "config": CONFIGS["menu"], "outlets": {}}},
        }
    )  # fmt: skip
    turn = start(program, at=AT, event=CallOffered(at=AT, leg="1732230000.17", caller="13800000000", called="7001"))
    assert len(dump(turn.session)) < 400
