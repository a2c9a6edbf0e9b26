"""From any page to any other: by name, by a number, by what a session has in it."""

from __future__ import annotations

import re
from secrets import token_hex

from playwright.sync_api import Page, expect

from tests.browser.conftest import shot
from tests.product_api import Api

MARK = token_hex(3)
WORD = {"type": "string"}
GUESTS = {
    "schema": {"type": "object", "required": ["no"], "properties": {"no": WORD, "name": WORD, "mobile": WORD}},
    "key": "no", "name": "name", "phone": "mobile", "contact": "no",
}  # fmt: skip


def test_flows_people_and_sessions_are_found_and_something_new_is_begun_from_today(page: Page, api: Api) -> None:
    api("PUT", f"/record-types/guest_{MARK}", GUESTS)
    api("POST", f"/records/guest_{MARK}", {"no": f"G{MARK}", "name": f"Ilse {MARK}", "mobile": "13900139000"})
    page.goto("/home")
    page.get_by_test_id("needs-a-person").wait_for()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Pages, flows")
    field.fill("first c")
    expect(page.get_by_role("option", name="First call")).to_have_attribute("aria-selected", "true")
    shot(page, "search")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/flows/[0-9a-f-]{36}"))

    page.goto("/figures")
    page.get_by_role("button", name="Search Ctrl K", exact=True).click()
    field.fill(f"Ilse {MARK}")
    page.get_by_role("option", name=f"Ilse {MARK} Contact").click()
    expect(page.get_by_role("heading", name=f"Ilse {MARK}")).to_be_visible()

    page.keyboard.press("Control+k")
    field.fill("13900139000")
    page.get_by_role("option", name="Sessions with “13900139000”").click()
    expect(page.get_by_test_id("session-search")).to_have_value("13900139000")
    page.keyboard.press("Control+k")
    field.press("Escape")
    expect(field).to_have_count(0)

    page.goto("/home")
    page.get_by_role("button", name="New flow").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page).to_have_url(re.compile(r"/flows$"))
