"""Mocks: whole flows played without a world; the words of each, and what is no mock."""

from __future__ import annotations

from typing import Any

import pytest

from engine.commands import (
    Answer,
    Command,
    CreateTask,
    Dial,
    HttpRequest,
    JoinConference,
    Lookup,
    PlaceCall,
    PlayPrompt,
    ReceiveFax,
    Record,
    RecordCall,
    RunJob,
    SendFax,
    SendMail,
    SendSms,
    StartFlow,
    UpdateFields,
    WriteSource,
)
from engine.flow import compile_flow
from engine.scenarios import ScenarioError, play, read_scenario
from engine.scenarios.mocks import Mocks
from engine.scenarios.scenario import DEFAULT_AT

LOOKUP = Lookup(id="7", source="his", query="slots")
TASK = CreateTask(id="7", title="t", role="nurse", decisions=("yes", "no"))


@pytest.mark.parametrize(
    ("mocks", "command", "event"),
    [
        ({"call": "busy"}, PlaceCall(id="7", to="1"), {"type": "call_failed", "fate": "busy"}),
        ({"call": {"failed": "503"}}, PlaceCall(id="7", to="1"), {"type": "call_failed", "cause": "503"}),
        ({"call": "machine"}, PlaceCall(id="7", to="1"), {"type": "call_answered", "by": "machine", "leg": "caller"}),
        ({"answer": "done"}, Answer(id="7", leg="a"), {"type": "call_answered", "leg": "a"}),
        ({"say": "done"}, PlayPrompt(id="7", leg="a", prompt=()), {"type": "playback_finished", "interrupted": False}),
        ({"dial": {"completed": 30}}, Dial(id="7", leg="a", to=("1",)), {"type": "dial_ended", "seconds": 30.0}),
        ({"dial": "no_answer"}, Dial(id="7", leg="a", to=("1",)), {"type": "dial_ended", "fate": "no_answer"}),
        ({"conference": "nobody"}, JoinConference(id="7", leg="a", room="r"), {"type": "conference_ended", "fate": "nobody"}),
        ({"record": "empty"}, Record(id="7", leg="a"), {"type": "recorded", "seconds": 0.0}),
        ({"record_call": "done"}, RecordCall(id="7", leg="a"), {"type": "command_done"}),
        ({"send_sms": "delivered"}, SendSms(id="7", to="1", text="x"), {"type": "message_sent", "state": "delivered"}),
        ({"send_sms": {"failed": "no credit"}}, SendSms(id="7", to="1", text="x"), {"type": "command_failed", "reason": "no credit"}),
        ({"send_email": "sent"}, SendMail(id="7", to="a@b", subject="s", text="x"), {"type": "mail_sent"}),
        ({"send_fax": {"sent": 3}}, SendFax(id="7", to="1", document="d"), {"type": "fax_sent", "pages": 3}),
        ({"send_fax": "busy"}, SendFax(id="7", to="1", document="d"), {"type": "call_failed", "fate": "busy"}),
        ({"receive_fax": "received"}, ReceiveFax(id="7", leg="a"), {"type": "fax_received", "asset": "fax"}),
        ({"lookup": {"his": {"found": [{"slot": "10:30"}]}}}, LOOKUP, {"type": "lookup_answered", "rows": [{"slot": "10:30"}]}),
        ({"lookup": {"his": "not_found"}}, LOOKUP, {"type": "lookup_answered", "rows": []}),
        ({"lookup": {"found": [{"a": 1}]}}, LOOKUP, {"type": "lookup_answered", "rows": [{"a": 1}]}),
        ({"lookup": "failed"}, LOOKUP, {"type": "command_failed", "reason": "mock"}),
        ({"http_request": 503}, HttpRequest(id="7", method="GET", url="u"), {"type": "http_answered", "status": 503}),
        ({"http_request": {"status": 200, "body": {"a": 1}}}, HttpRequest(id="7", method="GET", url="u"),
         {"type": "http_answered", "body": {"a": 1}}),
        ({"http_request": {"success": "ok"}}, HttpRequest(id="7", method="GET", url="u"), {"status": 200, "body": "ok"}),
        ({"http_request": {"type": "command_failed", "reason": "no way"}}, HttpRequest(id="7", method="GET", url="u"),
         {"type": "command_failed", "reason": "no way"}),
        ({"write_source": {"his": {"refused": "taken"}}}, WriteSource(id="7", source="his", statement="s"),
         {"type": "source_written", "refused": True, "reason": "taken"}),
        ({"update_record": "done"}, UpdateFields(id="7", of="record", fields={"b": 2}), {"fields": {"a": 1, "b": 2}}),
        ({"update_contact": "failed"}, UpdateFields(id="7", of="contact", fields={"b": 2}), {"type": "command_failed"}),
        ({"task": "yes"}, TASK, {"type": "task_decided", "decision": "yes"}),
        ({"task": {"nurse": {"decision": "no", "form": {"why": "x"}}}}, TASK, {"decision": "no", "form": {"why": "x"}}),
        ({"start_flow": "done"}, StartFlow(id="7", flow="f"), {"type": "command_done"}),
        ({"job": {"score": {"returns": 3}}}, RunJob(id="7", node_type="score"), {"type": "job_finished", "result": 3}),
    ],
)  # fmt: skip
def test_an_answer(mocks: dict[str, Any], command: Command, event: dict[str, Any]) -> None:
    from engine.wire import as_data

    answer = Mocks(mocks, record={"a": 1}).answer(command, DEFAULT_AT)
    assert answer is not None
    assert event | {"command_id": "7"} == {key: as_data(answer)[key] for key in event | {"command_id": "7"}}


def test_answers_come_in_turn_and_the_last_again_and_again() -> None:
    mocks = Mocks({"call": ["busy", "no_answer"]})
    fates = [mocks.answer(PlaceCall(id="1", to="1"), DEFAULT_AT) for _ in range(3)]
    assert [getattr(fate, "fate", None) for fate in fates] == ["busy", "no_answer", "no_answer"]


def test_without_a_mock_nobody_answers() -> None:
    assert Mocks({"lookup": {"his": "failed"}}).answer(Lookup(id="1", source="crm", query="q"), DEFAULT_AT) is None
    assert Mocks({}).answer(PlaceCall(id="1", to="1"), DEFAULT_AT) is None


@pytest.mark.parametrize(
    ("mocks", "place"),
    [
        ({"call": "bsy"}, "mocks.call"), ({"cal": "busy"}, "mocks.cal"), ({"call": []}, "mocks.call"),
        ({"call": ["busy", 3]}, "mocks.call"), ({"lookup": {"his": "gone"}}, "mocks.lookup.his"), ({"call": None}, "mocks.call"),
        ({"http_request": {"type": "no_such"}}, "mocks.http_request"), ({"http_request": {"type": "http_answered", "stats": 1}}, "mocks.http_request"),
    ],
)  # fmt: skip
def test_what_is_no_mock(mocks: dict[str, Any], place: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        Mocks(mocks)
    assert str(raised.value).startswith(place)


def node(kind: str, /, outlets: dict[str, str] | None = None, **config: Any) -> dict[str, Any]:
    return {"type": kind, "config": config, "outlets": outlets or {}}


REMINDER = {
    "callweave": 1, "name": "reminder", "languages": ["en"], "start": "call",
    "nodes": {
        "call": node("call", {"answered": "ask", "busy": "later", "no_answer": "later"}, to="{{ contact.phone }}"),
        "later": node("wait", {"done": "call"}, **{"for": "10m"}),
        "ask": node("menu", {"1": "over"}, prompt="Press 1", choices=[{"key": "1", "label": "Yes"}]),
        "over": node("end", outcome="confirmed"),
    },
}  # fmt: skip


def test_a_whole_flow_on_a_wound_clock() -> None:
    scenario = read_scenario({
        "name": "busy, away, then there", "contact": {"phone": "13800000000"}, "mocks": {"call": ["busy", "no_answer", "answered"]},
        "steps": [
            {"expect": {"node": "later", "commands": [{"type": "place_call"}], "results": {"call": {"outlet": "busy"}}}},
            {"advance_clock": "9m59s", "expect": {"node": "later", "commands": []}},
            {"advance_clock": "30m", "expect": {"node": "ask", "walked": ["later", "call", "call", "later", "later", "call", "call", "ask"]}},
            {"event": {"type": "digits_gathered", "digits": "1"}, "expect": {"status": "completed", "outcome": "confirmed"}},
        ],
    })  # fmt: skip
    played = play(compile_flow(REMINDER), scenario)
    assert [str(failure) for failure in played.failures] == []


def test_an_event_by_hand_goes_before_the_mock() -> None:
    scenario = read_scenario({
        "name": "answered by hand, as CONTRACT shows it", "contact": {"phone": "1"}, "mocks": {"call": ["busy", "answered"]},
        "steps": [
            {"event": {"type": "call_answered"}, "expect": {"node": "ask", "commands": [{"type": "gather"}]}},
            {"event": {"type": "digits_gathered", "digits": "1"}, "expect": {"outcome": "confirmed"}},
        ],
    })  # fmt: skip
    assert play(compile_flow(REMINDER), scenario).failures == []


def test_a_prompt_is_over_when_time_passes_and_a_question_waits() -> None:
    flow = {
        "callweave": 1, "name": "said", "languages": ["en"], "start": "a", "nodes": {
            "a": node("answer", {"done": "one"}), "one": node("say", {"done": "two"}, prompt="Hello, this is the ward."),
            "two": node("say", {"done": "ask"}, prompt={"en": [{"pause": 2}, {"audio": "jingle"}, {"digits": "7001"}]}),
            "ask": node("menu", {"1": "over"}, prompt="Press 1", choices=[{"key": "1", "label": "Yes"}]), "over": node("end"),
        },
    }  # fmt: skip
    scenario = read_scenario({
        "name": "listens", "steps": [
            {"event": {"type": "call_offered"}},
            {"event": {"type": "call_answered"}, "expect": {"node": "one"}},
            {"advance_clock": "1s", "expect": {"node": "one"}},
            {"advance_clock": "3d", "expect": {"node": "ask", "walked": ["one", "two", "two", "ask"]}},
        ],
    })  # fmt: skip
    assert [str(failure) for failure in play(compile_flow(flow), scenario).failures] == []


def test_the_first_step_may_wind_the_clock() -> None:
    steps = [{"advance_clock": "9m", "expect": {"node": "later"}}, {"advance_clock": "1m", "expect": {"node": "ask"}}]
    scenario = read_scenario(
        {"name": "wound", "contact": {"phone": "1"}, "mocks": {"call": ["busy", "answered"]}, "steps": steps}
    )
    assert [str(failure) for failure in play(compile_flow(REMINDER), scenario).failures] == []


def test_an_answer_that_nobody_waits_for() -> None:
    steps = [{"expect": {"node": "later"}}, {"event": {"type": "playback_finished"}}]
    scenario = read_scenario({"name": "too much", "contact": {"phone": "1"}, "mocks": {"call": "busy"}, "steps": steps})
    message = "steps.1.event.type: 'playback_finished' answers a command, and the session waits for no answer"
    with pytest.raises(ScenarioError, match=message):
        play(compile_flow(REMINDER), scenario)
