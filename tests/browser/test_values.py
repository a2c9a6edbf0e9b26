"""The names that a node's templates may use, with what the chosen sample has for each."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import shot
from tests.browser.test_drawing import card, head
from tests.product_api import Api

MARK = token_hex(3)
TYPE = f"bed_{MARK}"
WORD = {"type": "string"}
BEDS = {
    "schema": {"type": "object", "required": ["no"], "properties": {"no": WORD, "name": WORD, "mobile": WORD}},
    "key": "no", "name": "name", "phone": "mobile",
}  # fmt: skip
FLOW: dict[str, Any] = {
    "callweave": 1, "name": f"Beds {MARK}", "languages": ["en"], "start": "pick_up", "record_type": TYPE,
    "nodes": {
        "pick_up": {"type": "answer", "name": "Pick up", "at": [0, 0], "outlets": {"done": "tell"}},
        "tell": {"type": "say", "name": "Tell", "at": [0, 117], "config": {"prompt": "Hello {{ record.name }}."}},
    },
}  # fmt: skip


def test_a_sample_is_chosen_and_its_values_stand_beside_the_names(page: Page, api: Api) -> None:
    api("PUT", f"/record-types/{TYPE}", BEDS)
    for number, name in (("B1", "Ann"), ("B2", "Ben")):
        api("POST", f"/records/{TYPE}", {"no": number, "name": name, "mobile": "13800138000"})
    flow = str(api("POST", "/flows", FLOW)["id"])
    page.goto(f"/flows/{flow}")
    expect(card(page, "tell")).to_contain_text("“Hello ‹name›.”")
    head(page, "tell").click()
    page.get_by_test_id("sample-record").click()
    page.get_by_title("Ben · B2").click()
    page.get_by_role("combobox", name="Prompt").click()
    expect(page.get_by_text("Hello Ben.")).to_be_visible()
    page.get_by_role("tab", name="Data").click()
    row = page.get_by_role("listitem").filter(has_text="record.name")
    expect(row).to_contain_text("Ben")
    expect(page.get_by_role("listitem").filter(has_text="call.from")).to_contain_text("Known when it runs")
    shot(page, "editor-values")
    page.get_by_test_id("sample-record").click()
    page.get_by_title("Ann · B1").click()
    expect(row).to_contain_text("Ann")
