"""`/campaigns` and what hangs on it: bodies and their faults, states, members, ledger, dry run, traces, lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from engine.host.at_hand import AtHand
from engine.host.campaigns import audience_job
from engine.host.settings import Settings
from engine.store import id_bytes
from tests.campaigns.line import ALWAYS, CALLING, Line
from tests.designer.conftest import Caller

PEOPLE = [
    {"phone": "13900000200", "name": "Ann", "language": "en"}, {"phone": "13900010486"}, {"name": "without a number"},
    {"phone": "139 0000 0200", "name": "Ann once more"},
]  # fmt: skip

on_both = pytest.mark.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture
def flow(call: Caller) -> str:
    made: str = call("POST", "/flows", CALLING).json["id"]  # type: ignore[index]
    call("POST", f"/flows/{made}/publish", {"message": "for a test"})
    return made


@pytest.fixture
def campaign(call: Caller, flow: str) -> Callable[..., str]:
    def make(**more: Any) -> str:
        body = {"name": "Autumn", "flow": flow, "audience": {"contacts": PEOPLE}, "windows": ALWAYS} | more
        answer = call("POST", "/campaigns", body)
        assert answer.status_code == 201, answer.json
        made: str = answer.json["id"]  # type: ignore[index]
        return made

    return make


def frozen(app: Flask, settings: Settings, identity: str) -> Line:
    """The audience as a worker would freeze it, and a line for the campaign's tenant."""
    parts: Parts = app.extensions["callweave"]
    hand = AtHand(settings)
    store = parts.stores.tenant("main")
    audience_job.freeze(store, id_bytes(identity) or b"", hand)
    hand.close()
    return Line(store)


def test_a_body_comes_back_as_it_was_given(call: Caller, flow: str) -> None:
    body = {
        "name": "Survey", "flow": "Reminder", "audience": {"contacts": PEOPLE}, "holidays": "CN", "priority": 70,
        "windows": [{"days": ["mon", "tue"], "from": "09:00", "to": "20:00"}],
        "pace": {"calls_per_second": 2, "at_once": 10, "spread": "3d"}, "cap": {"contacts": 1, "per": "1d"},
        "retries": [{"fate": "busy", "after": "10m", "times": 2}], "stop_at": {"budget": 100, "failure_rate": 0.5},
        "completed": ["told"], "tariff": {"per_minute": 0.1},
    }  # fmt: skip
    made = call("POST", "/campaigns", body)
    assert made.status_code == 201, made.json
    data = call("GET", f"/campaigns/{made.json['id']}").json  # type: ignore[index]
    assert data is not None
    for name, value in body.items():
        if name not in ("flow", "pace", "stop_at", "tariff"):
            assert data[name] == value, name
    assert (data["flow"], data["state"], data["pace"]["spread"]) == (flow, "draft", "3d")
    listed = call("GET", "/campaigns").json
    assert listed is not None
    assert [(row["id"], row["audience"]) for row in listed["items"]] == [(data["id"], {"contacts": 4})]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"flow": "no such"}, "flow"), ({"audience": {}}, "audience"), ({"pace": {"at_once": 0}}, "pace.at_once"),
    ({"audience": {"contacts": [{"phone": 5}]}}, "audience.contacts.0.phone"), ({"calendar": "no such"}, "calendar"),
    ({"audience": {"record_type": "visit", "when": "record."}}, "audience.when"), ({"surprise": 1}, "surprise"),
    ({"windows": [{"from": "20:00", "to": "09:00"}]}, "windows.0.to"),
]  # fmt: skip


def test_a_fault_is_named_with_its_place(call: Caller, flow: str) -> None:
    for wrong, path in WRONG:
        body = {"name": "Autumn", "flow": flow, "audience": {"contacts": PEOPLE}} | wrong
        answer = call("POST", "/campaigns", body)
        assert answer.status_code == 422
        assert path in [error["path"] for error in answer.json["errors"]], answer.json  # type: ignore[index]


def test_states_follow_one_another(call: Caller, other: Caller, campaign: Callable[..., str]) -> None:
    identity = campaign()
    assert other("GET", f"/campaigns/{identity}").status_code == 404
    assert call("POST", f"/campaigns/{identity}/pause").status_code == 409
    started = call("POST", f"/campaigns/{identity}/start", Idempotency_Key="a")
    assert (started.status_code, started.json["state"], started.json["building"]) == (202, "running", True)  # type: ignore[index]
    again = call("POST", f"/campaigns/{identity}/start", Idempotency_Key="a")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    assert call("POST", f"/campaigns/{identity}/start").status_code == 409
    assert call("PATCH", f"/campaigns/{identity}", {"pace": {"at_once": 3}}).json["pace"]["at_once"] == 3  # type: ignore[index]
    refused = call("PATCH", f"/campaigns/{identity}", {"audience": {"contacts": []}})
    assert (refused.status_code, refused.json["errors"][0]["path"]) == (409, "audience")  # type: ignore[index]
    assert call("DELETE", f"/campaigns/{identity}").status_code == 409
    assert call("POST", f"/campaigns/{identity}/pause").json["state"] == "paused"  # type: ignore[index]
    assert call("POST", f"/campaigns/{identity}/resume").json["state"] == "running"  # type: ignore[index]
    stopped = call("POST", f"/campaigns/{identity}/stop", {"ringing": True}).json
    assert stopped is not None
    assert (stopped["state"], stopped["why"]["words"]) == ("stopped", "somebody has stopped it")
    assert call("PATCH", f"/campaigns/{identity}", {"name": "x"}).status_code == 409
    assert call("DELETE", f"/campaigns/{identity}").status_code == 204
    assert call("GET", f"/campaigns/{identity}").status_code == 404


def test_an_unpublished_flow_cannot_be_started(call: Caller, campaign: Callable[..., str]) -> None:
    draft = call("POST", "/flows", CALLING | {"name": "Draft"}).json["id"]  # type: ignore[index]
    assert call("POST", f"/campaigns/{campaign(flow=draft)}/start").status_code == 422


def test_members_ledger_progress_and_why(
    app: Flask, settings: Settings, call: Caller, campaign: Callable[..., str]
) -> None:
    identity = campaign(retries=[{"fate": "busy", "after": "10m"}], tariff={"per_minute": 0.5})
    call("POST", f"/campaigns/{identity}/start")
    line = frozen(app, settings, identity)
    line.run(3)
    line.answer(5)
    line.driver.look()
    progress = call("GET", f"/campaigns/{identity}/progress").json
    assert progress is not None
    counts = {name: progress[name] for name in ("members", "waiting", "done", "left_out", "doubled", "attempts", "cost")}
    assert counts == {
        "members": 3, "waiting": 1, "done": 1, "left_out": 1, "doubled": 1, "attempts": 2, "cost": 0.5,
    }  # fmt: skip
    assert progress["fates"] == {"answered": 1, "busy": 1}
    assert progress["ends_at"] is not None
    members = call("GET", f"/campaigns/{identity}/members").json["items"]  # type: ignore[index]
    assert [(row["state"], row["fate"], row["why"]["code"]) for row in members] == [
        ("done", "answered", "completed"), ("waiting", "busy", "retry"), ("left_out", None, "no_address"),
    ]  # fmt: skip
    assert "busy" in members[1]["why"]["words"]
    ledger = call("GET", f"/campaigns/{identity}/attempts").json["items"]  # type: ignore[index]
    assert sorted((row["called"], row["fate"], row["rang"]) for row in ledger) == [
        ("13900000200", "answered", True), ("13900010486", "busy", True),
    ]  # fmt: skip
    table = call("GET", f"/campaigns/{identity}/attempts.csv").text.splitlines()
    assert len(table) == 3
    assert table[0].endswith("seconds,cost,ended_at")
    trace = call("GET", f"/campaigns/{identity}/members/{members[1]['id']}/why").json["items"]  # type: ignore[index]
    kinds = [entry["kind"] for entry in trace]
    assert kinds[0] == "campaign.started"
    for wanted in ("member.put_in", "attempt.started", "session.began", "call.placed", "call.ended", "attempt.ended", "member.retry"):
        assert wanted in kinds, kinds
    assert [entry["at"] for entry in trace] == sorted(entry["at"] for entry in trace)
    chinese = call("GET", f"/campaigns/{identity}/members/{members[1]['id']}/why", Accept_Language="zh-CN").json["items"]  # type: ignore[index]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in entry["words"]) for entry in chinese), chinese
    taken = call("POST", f"/campaigns/{identity}/members/{members[1]['id']}/cancel", {}).json
    assert taken is not None
    assert (taken["state"], taken["why"]["code"]) == ("done", "cancelled")
    assert call("GET", f"/campaigns/{identity}/members?number=%2B86139-0000-0200").json["items"][0]["id"] == members[0]["id"]  # type: ignore[index]


def test_a_change_and_a_consent_are_told_in_words(app: Flask, settings: Settings, call: Caller, campaign: Callable[..., str]) -> None:
    """No name of a field, no sentence that ends in a colon; of a call it is said that it is one."""
    identity = campaign()
    call("POST", f"/campaigns/{identity}/start")
    frozen(app, settings, identity)
    call("PATCH", f"/campaigns/{identity}", {"holidays": "CN", "never_rang": {"times": 2}})
    for medium, reason in (("voice", ""), ("sms", "asked for it")):
        call("POST", "/do-not-contact", {"medium": medium, "address": "13900010486", "source": "person", "reason": reason})
    member = call("GET", f"/campaigns/{identity}/members").json["items"][1]["id"]  # type: ignore[index]

    def told(language: str) -> list[str]:
        entries = call("GET", f"/campaigns/{identity}/members/{member}/why", Accept_Language=language).json["items"]  # type: ignore[index]
        return [entry["words"] for entry in entries if entry["kind"] in ("campaign.changed", "consent.taken")]

    assert sorted(told("en")) == [
        "+8613900010486 is not to be called any more", "+8613900010486 is not to be texted any more (asked for it)",
        "the campaign was changed: public holidays, lines that did not ring",
    ]  # fmt: skip
    assert any("节假日、未振铃的线路" in words for words in told("zh-CN"))


def test_a_dry_run_says_who_when_and_why_not(call: Caller, campaign: Callable[..., str]) -> None:
    call("POST", "/do-not-contact", {"medium": "voice", "address": "13900010486"})
    identity = campaign(windows=[{"days": ["sun"], "from": "03:00", "to": "03:10"}])
    rows = call("GET", f"/campaigns/{identity}/dry-run").json["items"]  # type: ignore[index]
    assert [row["why"][-1]["code"] for row in rows] == ["outside_window", "do_not_contact", "no_address"]
    assert [row["at"] is None for row in rows] == [False, True, True]
    assert call("GET", f"/campaigns/{identity}/members").json["items"] == []  # type: ignore[index]
    missing = campaign(audience={"list": "nobody"})
    assert call("GET", f"/campaigns/{missing}/dry-run").status_code == 422


@on_both
def test_records_lists_and_files_are_audiences(
    app: Flask, settings: Settings, call: Caller, campaign: Callable[..., str]
) -> None:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("no", "ward", "mobile", "who")}}
    call("PUT", "/record-types/visit", {"schema": schema, "key": "no", "phone": "mobile", "contact": "who"})
    visits = [
        {"no": "1", "ward": "cardio", "mobile": "13900000200", "who": "P1"},
        {"no": "2", "ward": "skin", "mobile": "13900010200", "who": "P2"},
        {"no": "3", "ward": "cardio", "mobile": "13900000200", "who": "P1"},
    ]  # fmt: skip
    assert call("POST", "/records/visit", visits).status_code == 200
    identity = campaign(audience={"record_type": "visit", "when": "record.ward == 'cardio'"})
    call("POST", f"/campaigns/{identity}/start")
    line = frozen(app, settings, identity)
    [member] = call("GET", f"/campaigns/{identity}/members").json["items"]  # type: ignore[index]
    assert (member["contact"]["id"], member["number"]) == ("P1", "13900000200")
    line.run(2)
    line.answer(2)
    line.driver.look()
    [person] = [one for one in call("GET", "/contacts").json["items"] if one["key"] == "P1"]  # type: ignore[index]
    kinds = {entry["kind"] for entry in call("GET", f"/contacts/{person['id']}/why").json["items"]}  # type: ignore[index]
    assert {"member.put_in", "attempt.started", "call.placed", "session.began", "attempt.ended"} <= kinds
    late = campaign(audience={"record_type": "visit", "when": "record.ward == 'skin'"})
    call("POST", f"/campaigns/{late}/start")
    line = frozen(app, settings, late)
    [waits] = [one for one in call("GET", "/contacts").json["items"] if one["key"] == "P2"]  # type: ignore[index]
    [there] = call("GET", f"/contacts/{waits['id']}").json["campaigns"]  # type: ignore[index]
    assert (there["campaign"], there["campaign_state"], there["state"]) == (late, "running", "waiting")
    assert call("GET", f"/campaigns/{late}/members/{there['member']}").json["contact_id"] == waits["id"]  # type: ignore[index]
    assert call("DELETE", "/records/visit/2").status_code == 204
    line.driver.look()
    [gone] = call("GET", f"/campaigns/{late}/members").json["items"]  # type: ignore[index]
    assert (gone["state"], gone["why"]["words"]) == ("left_out", "the record was deleted")
    assert call("PUT", "/lists/ours", {"contacts": PEOPLE}).json["total"] == 4  # type: ignore[index]
    assert call("POST", "/lists/ours/contacts", {"contacts": [{"phone": "13900020200"}]}).json["total"] == 5  # type: ignore[index]
    listed = campaign(audience={"list": "ours"})
    call("POST", f"/campaigns/{listed}/start")
    frozen(app, settings, listed)
    assert len(call("GET", f"/campaigns/{listed}/members").json["items"]) == 4  # type: ignore[index]
    assert len(call("GET", "/lists/ours/contacts").json["items"]) == 5  # type: ignore[index]
    assert call("DELETE", "/lists/ours").status_code == 204

