"""A small campaign on a real Asterisk: mixed fates, pace and calls at once as SIPp saw them, the ledger, why, stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.calls.test_calls_out import CALLING, FATES, published, until
from tests.product import RunningCopy
from tests.product_api import Api
from tests.prove.counting import densest, most_at_once
from tests.telephony.callees import Callees

ENDINGS = ("0200", "0486", "0404", "1480", "0201", "0603")
ALWAYS = [{"from": "00:00", "to": "24:00"}]


@pytest.fixture(scope="module")
def callees(copy: RunningCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callees]:
    with Callees(tmp_path_factory.mktemp("callees"), copy.sip_peer_port) as callees:
        yield callees


@pytest.fixture(scope="module")
def flow(api: Api) -> str:
    return published(api, CALLING | {"name": "Campaign's reminder"})


def campaign(api: Api, flow: str, numbers: list[str], **more: Any) -> str:
    body = {"name": "Autumn", "flow": flow, "windows": ALWAYS, "audience": {"contacts": [{"phone": number} for number in numbers]}}
    made: str = api("POST", "/campaigns", body | {"completed": ["answered"]} | more)["id"]
    api("POST", f"/campaigns/{made}/start")
    return made


def test_every_fate_is_in_the_ledger_as_sipp_saw_it(api: Api, callees: Callees, flow: str) -> None:
    numbers = [f"1370{number:03d}{ending}" for number, ending in enumerate(ENDINGS * 3)]
    made = campaign(api, flow, numbers, pace={"calls_per_second": 4, "at_once": 3}, never_rang={"times": 0})
    until(lambda: api("GET", f"/campaigns/{made}/progress")["state"] == "finished", 40)
    ledger = api.everything(f"/campaigns/{made}/attempts")
    invites = [seen for seen in callees.invites() if seen.number in numbers]
    assert Counter(row["called"] for row in ledger) == Counter({seen.number for seen in invites})
    assert len({seen.call_id for seen in invites}) == len(numbers), "each once"
    fates = {row["called"]: row["fate"] for row in ledger}
    assert fates == {number: FATES[number[-4:]][1] for number in numbers}
    reached = {row["called"][-4:] for row in ledger if row["completed"]}
    assert reached == {"0200"}, "who hung up at once was answered, and not led to the end"
    seen = [entry for entry in callees.seen if entry.number in numbers or entry.call_id in {one.call_id for one in invites}]
    assert densest(seen) <= 41
    assert most_at_once(seen) <= 3
    [member] = api("GET", f"/campaigns/{made}/members?number={numbers[1]}")["items"]
    kinds = [entry["kind"] for entry in api("GET", f"/campaigns/{made}/members/{member['id']}/why")["items"]]
    assert {"member.put_in", "attempt.started", "call.placed", "call.ended", "attempt.ended", "member.done"} <= set(kinds)


def test_stop_hangs_up_what_rings_and_calls_nobody_more(api: Api, callees: Callees, flow: str) -> None:
    numbers = [f"1371{number:03d}0203" for number in range(8)]
    made = campaign(api, flow, numbers, pace={"calls_per_second": 5, "at_once": 3})
    until(lambda: len({seen.number for seen in callees.invites()} & set(numbers)) == 3, 15)
    api("POST", f"/campaigns/{made}/stop", {"ringing": True})
    until(lambda: api("GET", f"/campaigns/{made}/progress")["at_once"] == 0, 10)
    ledger = api.everything(f"/campaigns/{made}/attempts")
    assert {(row["fate"], row["rang"]) for row in ledger} == {("cancelled", True)}, ledger
    assert len({seen.number for seen in callees.invites()} & set(numbers)) == 3
    assert api("GET", f"/campaigns/{made}/progress")["waiting"] == 5
