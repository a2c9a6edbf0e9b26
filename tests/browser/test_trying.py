"""A draft is tried by keypad on a clock that is wound, saved as a scenario, its cover seen on the drawing; and called."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from typing import Any

from playwright.sync_api import Page, expect

from engine.host.settings import PROJECT
from tests.browser.axe import scan
from tests.browser.conftest import shot
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.peers import Peers

PHONE = "13800138007"
REMINDER = PROJECT / "flows" / "examples" / "visit_reminder.json"
BELL: dict[str, Any] = {
    "callweave": 1, "name": "Bell to try", "languages": ["en"], "start": "pick_up",
    "nodes": {
        "pick_up": {"type": "answer", "at": [0, 0], "outlets": {"done": "ask"}},
        "ask": {
            "type": "menu", "name": "Shall we ring?", "at": [0, 120], "outlets": {"1": "rung"},
            "config": {"prompt": "Press one.", "choices": [{"key": "1", "label": "Ring"}]},
        },
        "rung": {"type": "end", "name": "Rung", "at": [0, 240], "config": {"outcome": "rung"}},
    },
}  # fmt: skip


def tried(page: Page, api: Api, document: dict[str, Any]) -> str:
    """A new flow of this document, open for trying by the key; its id."""
    flow = str(api("POST", "/flows", document)["id"])
    page.goto(f"/flows/{flow}")
    page.locator(".react-flow__node").first.wait_for()
    page.keyboard.press("t")
    expect(page.get_by_test_id("try-state")).to_have_attribute("data-status", "running")
    return flow


def test_keys_time_a_scenario_and_what_it_covers(page: Page, api: Api) -> None:
    document = json.loads(REMINDER.read_text()) | {"name": "Reminder to try", "scenarios": []}
    flow = tried(page, api, document)
    state, values = page.get_by_test_id("try-state"), page.get_by_test_id("try-values")
    # the first time busy: the clock is wound to the next call, which is answered and confirmed by a key of the keyboard
    page.locator("[data-offer=busy]").click()
    expect(state).to_contain_text("now at Later, waiting for its time")
    expect(values.locator("[data-name='vars.tries']")).to_contain_text("1")
    page.get_by_test_id("try-next").click()
    expect(page.get_by_test_id("try-phone")).to_have_attribute("data-line", "ringing")
    page.locator("[data-offer=answered]").click()
    expect(page.get_by_test_id("try-said")).to_contain_text("Press 1 to confirm, 2 to change.")
    page.keyboard.press("2")
    expect(page.get_by_test_id("try-chat")).to_contain_text("Please call the number in the text message")
    page.get_by_test_id("try-back").click()
    expect(page.get_by_test_id("try-said")).to_contain_text("Press 1 to confirm, 2 to change.")
    page.keyboard.press("1")
    expect(state).to_have_attribute("data-status", "completed")
    expect(state).to_contain_text("confirmed")
    expect(page.locator(".react-flow__node[data-id=thanks] .nd")).to_have_class(re.compile(r"\blit\b"))
    scan(page)
    shot(page, "try")
    # saved, played with all others, and what none of them walks is told on the drawing
    page.get_by_test_id("try-save").click()
    page.get_by_label("Name", exact=True).fill("busy, then confirmed")
    page.get_by_role("button", name="Save", exact=True).click()
    scenarios = page.get_by_test_id("try-scenarios")
    expect(scenarios.get_by_text("busy, then confirmed")).to_be_visible()
    page.get_by_test_id("try-run-all").click()
    expect(page.get_by_test_id("try-held")).to_have_text("1 of 1 hold")
    expect(page.get_by_test_id("try-coverage")).to_contain_text("outlets")
    expect(page.get_by_test_id("try-missing").locator("[data-node=change]")).to_contain_text("the whole node")
    expect(page.locator(".react-flow__node[data-id=ask] .out[data-outlet='2']")).to_have_class(re.compile(r"\bun\b"))
    expect(page.locator(".react-flow__node[data-id=ask] .out[data-outlet='1']")).to_have_class(re.compile(r"\blit\b"))
    shot(page, "try-scenarios")
    [kept] = api("GET", f"/flows/{flow}/draft")["scenarios"]
    assert (kept["name"], kept["steps"][-1]["expect"]["outcome"]) == ("busy, then confirmed", "confirmed")


def test_the_draft_calls_a_telephone(page: Page, copy: RunningCopy, api: Api) -> None:
    flow = tried(page, api, BELL)
    failures: list[BaseException] = []
    ready = threading.Event()

    async def person() -> None:
        async with asyncio.timeout(90), Peers(copy.sip_peer_port) as peers:
            ready.set()
            phone = await peers.rings(PHONE, 60)
            await phone.answer()
            await asyncio.to_thread(asked.wait, 60)
            await phone.press("1")

    def answer() -> None:
        try:
            asyncio.run(person())
        except BaseException as error:
            failures.append(error)
            raise

    asked = threading.Event()
    answering = threading.Thread(target=answer)
    answering.start()
    try:
        assert ready.wait(30)
        page.get_by_test_id("try-call").click()
        page.get_by_label("My number").fill(PHONE)
        page.get_by_role("button", name="Call now").click()
        call = page.get_by_test_id("try-real-call")
        expect(call).to_contain_text("is at Shall we ring?")
        expect(page.locator(".react-flow__node[data-id=ask] .nd")).to_have_class(re.compile(r"\brun\b"))
    finally:
        asked.set()
        answering.join()
    assert failures == []
    expect(call).to_have_attribute("data-status", "completed")
    expect(call).to_contain_text("rung")
    shot(page, "try-called")
    row = next(row for row in api.everything("/flows") if row["id"] == flow)
    assert (row["live"], row["published"]) == (0, None)
    assert "Bell to try (draft)" not in {row["name"] for row in api.everything("/flows")}
    assert api("GET", f"/sessions?flow={flow}")["items"] == []
