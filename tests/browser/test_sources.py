"""A connector's key made by mouse, a real connector beside a HIS, and the page that says how it is doing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import opened, shot
from tests.connector.his import VISIT, Connector, His
from tests.product import RunningCopy
from tests.product_api import Api


@pytest.fixture
def his(api: Api, tmp_path: Path) -> His:
    api("PUT", "/record-types/visit", VISIT)
    made = His(tmp_path / "his.sqlite3")
    made.add(range(40))
    return made


def test_a_connector_is_made_connected_and_cut(
    page: Page, browser: Browser, copy: RunningCopy, his: His, tmp_path: Path
) -> None:
    page.get_by_role("link", name="Sources").click()
    expect(page.get_by_text("No sources yet")).to_be_visible()
    page.get_by_test_id("new-connector").click()
    page.get_by_role("textbox", name="Name").fill("Inpatient server")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_test_id("connector-key")).to_be_visible()  # what stands there instead is told, if it is not
    key = page.get_by_test_id("connector-key").input_value()
    shot(page, "sources-key")
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text("Has not connected yet")).to_be_visible()

    source = his.source()
    source["records"][0]["fields"]["age"] = "{{ row.age }}"  # a text, where the type wants a number
    broken = his.source()
    broken["config"]["feeds"]["visits"]["table"] = "visits_of_nobody"
    agent = Connector(tmp_path, copy.url, key, {"his": his.source(), "lab": broken, "old_his": source})
    agent.start()
    try:
        group = page.locator("[data-connector]")
        expect(group.get_by_text("Connected", exact=True)).to_be_visible(timeout=60_000)
        expect(group.locator("tr", has_text="old_his").get_by_text("40 rows")).to_be_visible(timeout=60_000)
        expect(group.locator("tr", has_text="lab").get_by_text("Failing")).to_be_visible(timeout=60_000)
        row = group.locator("tr").filter(has=page.get_by_text("his", exact=True))
        expect(row.get_by_text("Up to date")).to_be_visible(timeout=60_000)
        shot(page, "sources")
        for there in opened(browser, copy, "zh-CN", "dark"):
            there.get_by_role("link", name="来源").click()
            expect(there.get_by_text("Inpatient server")).to_be_visible()
            shot(there, "sources-zh-CN")
    finally:
        agent.close()
    expect(group.get_by_text("Disconnected, last seen")).to_be_visible(timeout=60_000)
