"""Keys, permissions of a flow, a link to it and the audit log, as people use them in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import context_of, shot
from tests.product_api import Api, Refused

PATIENCE = 30_000
FLOW = {
    "callweave": 1, "name": "Shared with the ward", "languages": ["en"], "start": "greet",
    "nodes": {
        "greet": {"type": "say", "name": "Greet them", "at": [0, 0], "config": {"prompt": "Hello Mr Smith."},
                  "outlets": {"done": "bye"}},
        "bye": {"type": "hang_up", "at": [0, 160], "outlets": {}},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _patient(page: Page) -> None:
    page.set_default_timeout(PATIENCE)


def test_a_key_is_made_shown_once_and_revoked(page: Page, api: Api) -> None:
    page.goto("/api-keys")
    page.get_by_test_id("new-key").click()
    page.get_by_label("What it is for").fill("Night reports")
    page.get_by_text("Some of it").click()
    page.get_by_label("See flows").check()
    page.get_by_role("button", name="Make it").click()
    secret = page.get_by_test_id("key-text").input_value()
    page.get_by_role("button", name="I have it").click()
    row = page.get_by_role("row", name=re.compile("Night reports"))
    expect(row).to_contain_text("1 right", timeout=PATIENCE)
    expect(page.get_by_test_id("key-text")).to_have_count(0, timeout=PATIENCE)
    assert api("GET", "/me", Authorization=f"Bearer {secret}")["rights"] == ["own", "flows.read"]
    scan(page, within=".main")
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke Night reports").click()
    expect(row).to_contain_text("Revoked", timeout=PATIENCE)
    shot(page, "keys")
    with pytest.raises(Refused, match="401"):
        api("GET", "/me", Authorization=f"Bearer {secret}")


def test_a_flow_is_kept_for_some_and_shown_by_a_link_and_all_of_it_is_in_the_log(page: Page, api: Api) -> None:
    flow = api("POST", "/flows", FLOW)["id"]
    page.goto(f"/flows/{flow}")
    page.get_by_test_id("share-flow").click()
    page.get_by_role("region", name="Publish").get_by_text("Only these").click()
    page.get_by_test_id("keep-permissions").click()
    expect(page.get_by_role("tab", name="Who may · 1")).to_be_visible(timeout=PATIENCE)
    assert api("GET", f"/flows/{flow}/permissions")["publish"] == {"roles": [], "people": []}
    page.get_by_role("tab", name="Read-only links").click()
    page.get_by_label("For whom").fill("The screen on the ward")
    page.get_by_test_id("make-link").click()
    address = page.get_by_test_id("link-text").input_value()
    shot(page, "sharing")

    assert page.context.browser is not None
    stranger = context_of(page.context.browser, None)
    guest = stranger.new_page()
    guest.goto(address)
    expect(guest.get_by_test_id("shared-live")).to_contain_text("0 people", timeout=PATIENCE)
    expect(guest.get_by_text("Greet them")).to_be_visible(timeout=PATIENCE)
    assert "Mr Smith" not in guest.content()
    scan(guest)
    shot(guest, "shared")
    link = api("GET", f"/flows/{flow}/links")["items"][0]["id"]
    api("DELETE", f"/flows/{flow}/links/{link}")
    expect(guest.get_by_role("alert")).to_contain_text("This link has ended", timeout=PATIENCE)
    stranger.close()

    page.goto("/audit")
    page.get_by_label("Object id").fill(flow)
    log = page.get_by_test_id("audit")
    for words in ("Made a flow", "Changed who may", "Made a read-only link", "Ended a read-only link"):
        expect(log.get_by_text(words)).to_have_count(1, timeout=PATIENCE)
    log.get_by_role("row", name=re.compile("Changed who may")).locator("[aria-expanded]").click()
    expect(page.locator(".audit-open")).to_contain_text("publish", timeout=PATIENCE)
    page.get_by_test_id("check-audit").click()
    expect(page.get_by_test_id("check-audit")).to_have_text("Whole", timeout=PATIENCE)
    scan(page, within=".main")
    shot(page, "audit")
