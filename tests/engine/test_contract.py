"""CONTRACT §6 and §7 word for word: what embedders import, and the scenario that is shown there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import yaml

import callweave
from callweave import DigitsGathered, MessageReceived, TimerFired, advance, compile_flow, dump, restore, start
from engine.events import AnyEvent
from engine.scenarios import play, read_scenario

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SHOWN = """
name: wrong key once, then confirms
at: 2026-11-24T09:00:00+08:00
contact: {phone: "13800000000", language: zh-CN}
record: {name: Patient, visit_no: V1}
mocks: {lookup: {his_slots: {found: [{slot: "10:30"}]}}, call: [busy, answered], send_sms: sent}
steps:
  - event: {type: call_answered}
    expect: {node: ask, commands: [{type: gather, max_digits: 1}]}
  - event: {type: digits_gathered, digits: "1"}
    expect: {node: thanks, results: {ask: {outlet: "1"}}}
  - advance_clock: 3d
    expect: {status: completed, outcome: confirmed}
"""


def node(kind: str, outlets: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    return {"type": kind, "config": config, "outlets": outlets or {}}


def flow(start_at: str, **nodes: Any) -> dict[str, Any]:
    return {"callweave": 1, "name": "shown", "languages": ["zh-CN"], "start": start_at, "nodes": nodes}


def test_the_scenario_as_it_is_shown() -> None:
    document = flow(
        "call_patient",
        call_patient=node("call", {"answered": "ask"}, to="{{ contact.phone }}"),
        ask=node("menu", {"1": "thanks"}, prompt="按1确认", choices=[{"key": "1", "label": "Confirm"}]),
        thanks=node("say", {"done": "over"}, prompt="谢谢"),
        over=node("end", outcome="confirmed"),
    )
    played = play(compile_flow(document), read_scenario(yaml.safe_load(SHOWN)))
    assert [str(failure) for failure in played.failures] == []


def test_every_event_that_an_embedder_brings_can_be_imported() -> None:
    hosts_own = {"SessionFailed"}
    missing = {kind.__name__ for kind in get_args(AnyEvent)} - set(callweave.__all__) - hosts_own
    assert not missing


def test_the_python_as_it_is_shown() -> None:
    document = flow(
        "ask",
        ask=node(
            "ask_sms", {"good": "nap", "other": "nap"}, to="{{ contact.phone }}", text="1/2?", timeout="1d",
            choices=[{"label": "good", "match": ["1"]}, {"label": "bad", "match": ["2"]}],
        ),
        nap=node("wait", {"done": "call"}, **{"for": "3d"}),
        call=node("call", {"answered": "menu"}, to="{{ contact.phone }}"),
        menu=node("menu", prompt="1", choices=[{"key": "1", "label": "one"}]),
    )  # fmt: skip
    document["nodes"]["ask"]["outlets"]["bad"] = "nap"
    contact, record = {"phone": "13800000000"}, {"visit_no": "V1"}
    program = compile_flow(document)
    turn = start(program, contact=contact, record=record, at=AT)
    assert [command.type for command in turn.commands] == ["send_sms"]
    blob = dump(turn.session)
    assert b"V1" not in blob
    session = restore(program, blob, contact=contact, record=record)
    turn = advance(program, session, MessageReceived(at=AT, text="2"))
    assert (turn.session.status, turn.session.node) == ("waiting", "nap")
    assert turn.session.results["ask"]["outlet"] == "bad"
    turn = advance(program, turn.session, TimerFired(at=AT + timedelta(days=3)))
    (call,) = turn.commands
    turn = advance(program, turn.session, callweave.CallAnswered(command_id=call.id, leg="L"))
    turn = advance(program, turn.session, DigitsGathered(command_id=turn.commands[-1].id, digits="1"))
    assert (turn.session.status, turn.session.outcome, turn.session.vars) == ("completed", None, {})
