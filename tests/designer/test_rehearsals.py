"""`/campaigns/rehearse`: what is refused at once, what a worker brings, in the reader's language; one tenant's alone."""

from __future__ import annotations

from typing import Any

from engine.host import at_hand, rehearsing
from engine.host.at_hand import AtHand
from engine.host.settings import Settings
from tests.campaigns.line import CALLING
from tests.designer.conftest import Caller

BODY: dict[str, Any] = {
    "name": "Autumn", "flow": "Reminder", "begins_at": "2026-12-30T09:00:00+08:00", "holidays": "CN",
    "audience": {"contacts": [{"phone": f"1390000{n:04}"} for n in range(20)] + [{"name": "without a number"}]},
    "pace": {"calls_per_second": 1}, "tariff": {"per_minute": 0.1}, "answers": {"seed": 3}, "slots": 2,
}  # fmt: skip


def test_a_campaign_is_rehearsed_before_anybody_is_called(call: Caller, other: Caller, settings: Settings) -> None:
    for changes, errors in (
        ({}, ["flow: there is no flow 'Reminder'"]),
        ({"flow": None, "people": {"count": 5}}, [": needs either audience or people"]),
        ({"flow": None, "audience": None, "people": {"count": 0}}, ["people.count: at least 1 (is 0)"]),
        ({"flow": None, "audience": None, "people": {"count": 5, "zones": {"Mars/Base": 1}}},
         ["people.zones: 'Mars/Base' is no time zone such as Asia/Shanghai"]),
        ({"flow": None, "calendar": "none"}, ["calendar: there is no calendar 'none'"]),
        ({"flow": None, "answers": {"fates": {"sleepy": 1}}}, None),
        ({"flow": None, "windows": [{"from": "9", "to": "10:00"}]},
         ["windows.0.from: '9' is no time of day such as 09:30"]),
        ({"flow": None, "mocks": {"lookup": "perhaps"}}, None),
    ):  # fmt: skip
        refused = call("POST", "/campaigns/rehearse", BODY | changes)
        assert refused.status_code == 422, refused.json
        told = [f"{one['path']}: {one['message']}" for one in refused.json["errors"]]
        assert told == errors or (errors is None and len(told) == 1)
    call("POST", "/flows", CALLING)
    answer = call("POST", "/campaigns/rehearse", BODY, Idempotency_Key="once")
    assert answer.status_code == 202, answer.json
    assert answer.json["state"] == "waiting"
    assert call("POST", "/campaigns/rehearse", BODY, Idempotency_Key="once").json["id"] == answer.json["id"]
    path = answer.headers["Location"].removeprefix("/api/v1")
    assert call("GET", path).json["asked"]["audience"]["contacts"][0] == {"phone": "13900000000"}

    hands = AtHand(settings)
    at_hand.use(hands)
    rehearsing.rehearse("main", answer.json["id"])
    at_hand.use(None)
    hands.close()

    done = call("GET", path, Accept_Language="zh-CN").json
    assert (done["state"], done["why"], done["asked"]["audience"]) == ("done", None, {"contacts": 21})
    report = done["report"]
    assert report["people"] == 21 == report["completed"] + sum(left["people"] for left in report["left"])
    assert report["peak"] <= 2
    assert report["cost"] > 0
    nobody = next(left for left in report["left"] if left["reason"]["code"] == "no_address")
    assert (nobody["examples"], nobody["reason"]["words"]) == ([20], "没有可联系的号码或地址")
    assert report["hours"][0]["at"][:13] == "2026-12-30T09"
    assert call("GET", "/rehearsals").json["items"][0]["id"] == done["id"]
    assert call("POST", f"{path}/stop").json["state"] == "done", "it has ended"
    for refused in (other("POST", f"{path}/stop"), call("POST", "/rehearsals/none/stop")):
        assert refused.status_code == 404
    again = call("POST", "/campaigns/rehearse", BODY).json["id"]
    stopped = call("POST", f"/rehearsals/{again}/stop", Accept_Language="zh-CN").json
    assert (stopped["state"], stopped["report"], stopped["why"]["words"]) == ("stopped", None, "已由人工停止")
    made = [one["action"] for one in call("GET", "/audit").json["items"]]
    assert made.count("rehearsals.stop_rehearsal") == 1, "what ended before, and what is not there, was not stopped"
    assert other("GET", path).status_code == 404
    assert call("GET", "/rehearsals/none").status_code == 404
    _as_it_is_kept(call)


def _as_it_is_kept(call: Caller) -> None:
    flow = call("GET", "/flows").json["items"][0]["id"]
    kept = {name: value for name, value in BODY.items() if name not in ("begins_at", "answers", "slots")} | {"flow": flow}
    campaign = call("POST", "/campaigns", kept).json["id"]
    asked = call("POST", f"/campaigns/{campaign}/rehearse", {"slots": 3}).json["asked"]
    assert (asked["slots"], asked["flow"], asked["tariff"]["per_minute"]) == (3, flow, 0.1)
    assert len(asked["audience"]["contacts"]) == 21
    assert call("POST", f"/campaigns/{campaign}/rehearse", {"pace": {}}).status_code == 422, "its rules are its own"
    hours = {"time_zone": "Asia/Shanghai", "week": {"mon": [["08:00", "12:00"]]}}
    assert call("PUT", "/calendars/clinic", hours).status_code in (200, 201)
    assert call("PATCH", f"/campaigns/{campaign}", {"calendar": "clinic"}).status_code == 200
    refused = call("DELETE", "/calendars/clinic")
    assert (refused.status_code, refused.json["detail"]) == (409, "These campaigns go by this calendar: Autumn.")
    for nobody in ("none", flow):
        assert call("POST", f"/campaigns/{nobody}/rehearse", {}).status_code == 404
