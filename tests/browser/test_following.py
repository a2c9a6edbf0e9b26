"""A campaign made, started and stopped by mouse; a task decided, its session found and followed; the pages seen by all."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import opened, shot
from tests.product import RunningCopy
from tests.product_api import Api

MARK = token_hex(3)
"""So that what is looked for is this run's, whatever else the copy holds."""
NUMBER = 13_900_000_000 + int(MARK, 16)
NAME, ANN, TOLD = f"A nurse calls back {MARK}", f"Ann {MARK}", f"told {MARK}"
ASKS: dict[str, Any] = {
    "callweave": 1, "name": NAME, "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {
            "type": "task", "name": "Call back", "at": [120, 80], "outlets": {"ok": "told", "no": "told", "timed_out": "told"},
            "config": {
                "title": "Call {{ contact.name }} back", "role": "nurse",
                "decisions": [{"label": "Has been told", "id": "ok"}, {"label": "Not reached", "id": "no"}],
                "form": [{"name": "note", "label": "What was said", "required": True}],
            },
        },
        "told": {"type": "end", "at": [120, 260], "config": {"outcome": TOLD}},
    },
}  # fmt: skip
ALWAYS = [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"}]
PAGES = ("/home", "/campaigns", "/tasks", "/sessions", "/messages", "/figures")


@pytest.fixture(scope="module")
def flow(api: Api) -> str:
    made: str = api("POST", "/flows", ASKS)["id"]
    api("POST", f"/flows/{made}/publish", {"message": "for a test"})
    return made


def test_a_campaign_is_made_and_its_tasks_decided(page: Page, api: Api, flow: str) -> None:
    page.get_by_role("link", name="Campaigns").click()
    page.get_by_test_id("new-campaign").first.click()
    page.get_by_test_id("save-campaign").click()
    expect(page.locator(".ant-form-item-explain-error").first).to_be_visible()  # the server's words, at the name
    page.locator("#cg-name").fill(f"Autumn {MARK}")
    page.locator("#cg-flow").click()
    page.locator(".ant-select-item-option", has_text=NAME).click()
    page.locator("#cg-kind").click()
    page.locator(".ant-select-item-option", has_text="Named one by one").click()
    page.locator("#cg-contacts").fill(f"{NUMBER}, {ANN}\n{NUMBER + 1}, Ben {MARK}\n{NUMBER + 2}, Cat {MARK}")
    shot(page, "campaign-form")
    page.get_by_test_id("save-campaign").click()
    expect(page.locator(".cg-hdr").get_by_test_id("campaign-state")).to_have_attribute("data-state", "draft")
    campaign = page.url.split("/campaigns/")[1]
    api("PATCH", f"/campaigns/{campaign}", {"windows": ALWAYS, "holidays": None})
    page.get_by_test_id("start").click()
    page.get_by_role("button", name="Start contacting").click()
    expect(page.locator(".cg-hdr").get_by_test_id("campaign-state")).to_have_attribute("data-state", "running")
    people = page.get_by_test_id("campaign-people")
    expect(people.get_by_text("Under way")).to_have_count(3)
    scan(page, within="main")
    people.get_by_text(ANN).click()
    expect(page.get_by_test_id("verdict")).to_be_visible()
    expect(page.get_by_test_id("why-panel").locator("[data-kind='attempt.started']")).to_be_visible()
    shot(page, "campaign-why")

    page.get_by_role("link", name="To decide").click()
    page.get_by_test_id("tasks").get_by_text(f"Call {ANN} back").click()
    one = page.get_by_test_id("one-task")
    one.get_by_role("button", name="Has been told").click()
    expect(one.get_by_text("Has to be filled in")).to_be_visible()
    one.get_by_label("What was said").fill("She comes.")
    shot(page, "task")
    one.get_by_role("button", name="Has been told").click()
    expect(page.get_by_test_id("tasks").get_by_text(f"Call {ANN} back")).to_have_count(0)

    page.get_by_role("link", name="Campaigns").click()
    page.get_by_role("link", name=re.compile(f"^Autumn {MARK}")).click()
    reached, state = page.locator("[data-part=reached] dd"), page.locator(".cg-hdr").get_by_test_id("campaign-state")
    expect(reached).to_have_text("1")
    page.get_by_test_id("pause").click()
    expect(state).to_have_attribute("data-state", "paused")
    shot(page, "campaign-paused")
    page.get_by_test_id("resume").click()
    expect(state).to_have_attribute("data-state", "running")
    [ben] = [one["id"] for one in api.everything("/tasks") if one["title"] == f"Call Ben {MARK} back"]
    api("POST", f"/tasks/{ben}/decide", {"decision": "ok", "form": {"note": "He comes."}})
    expect(reached).to_have_text("2")  # nobody has touched the page
    page.get_by_test_id("stop").click()
    page.get_by_role("button", name="Stop, and leave 1 person").click()
    expect(state).to_have_attribute("data-state", "stopped")
    with page.expect_download() as ledger:
        page.locator(".cg-export").click()
    lines = ledger.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("session,member,number,called,at")
    assert sorted(line.split(",")[3] for line in lines[1:]) == [f"{NUMBER + one}" for one in range(3)]

    page.get_by_role("link", name=re.compile(r"^Sessions( \d+)?$")).click()
    page.get_by_role("searchbox", name="Outcome").fill(TOLD)
    page.get_by_role("button", name="Find").click()
    row = page.get_by_test_id("session-list").locator("[data-session]", has_text=ANN)
    expect(row).to_have_count(1)
    row.click()
    expect(page.locator('.fp-step[data-node="ask"][data-outlet="ok"]')).to_be_visible()
    shot(page, "follow-one")


@pytest.mark.usefixtures("flow")
def test_the_pages_of_following_in_both_languages_and_on_a_telephone(browser: Browser, copy: RunningCopy) -> None:
    for language, scheme, width in (("zh-CN", "light", 1440), ("en", "dark", 360)):
        for page in opened(browser, copy, language, scheme):
            page.set_viewport_size({"width": width, "height": 900})
            for address in PAGES:
                page.goto(address)
                expect(page.locator("main")).to_be_visible()
                expect(page.locator("[aria-busy=true]")).to_have_count(0)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"
                scan(page)
                shot(page, f"following{address.replace('/', '-')}-{language}")
