"""A node filled in as a person does it: words in two languages, heard and counted; names offered, tried on a record; conditions from rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import shot
from tests.browser.test_drawing import card, head, saved
from tests.product_api import Api

MARK = token_hex(3)
TYPE = f"guest_{MARK}"
WORD: dict[str, Any] = {"type": "string"}
GUESTS = {"schema": {"type": "object", "required": ["no"], "properties": {"no": WORD, "name": WORD | {"title": "Name of the guest"}, "age": {"type": "integer"}}}, "key": "no", "name": "name"}
NAMES = f"Names {MARK}"
FLOW: dict[str, Any] = {
    "callweave": 1, "name": NAMES, "languages": ["en", "zh-CN"], "start": "answer", "record_type": TYPE,
    "nodes": {
        "answer": {"type": "answer", "name": "Pick up", "at": [200, 0], "outlets": {"done": "ask"}},
        "ask": {"type": "gather", "name": "Birthday", "at": [200, 130], "config": {"prompt": {"en": "Your birthday?", "zh-CN": "您的生日？"}}, "outlets": {"done": "old"}},
        "old": {"type": "branch", "name": "How old?", "at": [200, 260], "config": {"conditions": [{"label": "Old", "when": ""}]}, "outlets": {"Old": "greet", "else": "greet"}},
        "greet": {"type": "say", "name": "Greet", "at": [200, 390], "outlets": {"done": "after"}},
        "after": {"type": "menu", "name": "Afterwards", "at": [200, 520], "config": {"prompt": {"en": "More?", "zh-CN": "还要吗？"}, "choices": [{"key": "1", "label": "Yes"}]}},
    },
}  # fmt: skip


def offered(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Names you can use").get_by_role("option")


def test_words_names_samples_conditions_and_help(page: Page, api: Api, require: Callable[[str], str]) -> None:
    require("espeak-ng")
    api("PUT", f"/record-types/{TYPE}", GUESTS)
    api("POST", f"/records/{TYPE}", {"no": "G1", "name": "Mei", "age": 80})
    flow = str(api("POST", "/flows", FLOW)["id"])
    page.goto(f"/flows/{flow}")
    expect(card(page, "after")).to_be_visible()
    # what is missing is said in the list, which leads to the field
    page.locator(".issues").get_by_role("button", name=re.compile("Greet")).first.click()
    prompt = page.locator("[data-field=prompt] textarea").first
    expect(prompt).to_be_focused()
    # names that exist at this node: what nodes before it give, not those after; with the record's values beside it
    page.keyboard.type("Dear {{ results.")
    expect(offered(page)).to_have_text([re.compile("results.ask.value.*Birthday"), re.compile("results.old.value.*How old")])
    for _ in "results.":
        page.keyboard.press("Backspace")
    page.keyboard.type("na")
    expect(offered(page).filter(has_text="record.name")).to_contain_text("Name of the guest")
    offered(page).filter(has_text="record.name").click()
    page.keyboard.type(", sit down.")
    expect(prompt).to_have_value("Dear {{ record.name }}, sit down.")
    expect(page.get_by_test_id("node-form").get_by_test_id("sample")).to_have_text("Sample: Dear Mei, sit down.")
    field = page.locator("[data-field=prompt]")
    expect(field).to_contain_text(re.compile(r"\d s · \d+ chars"))
    shot(page, "filling-names")
    # heard in the voice that calls have
    with page.expect_response("**/api/v1/speech") as spoken:
        field.get_by_role("button", name="Play").click()
    assert spoken.value.ok and spoken.value.body()[:4] == b"RIFF"
    expect(field.locator(".nf-play")).to_have_attribute("data-state", "still")
    # the other language beside it, in parts
    field.get_by_text("中文").click()
    field.locator("textarea").first.fill("请坐")
    field.get_by_role("button", name="Parts").click()
    field.get_by_role("button", name="Add a part").click()
    page.get_by_role("menuitem", name="Digits").click()
    page.get_by_role("combobox", name="Part 2, Digits").fill("{{ record.age }}")
    scan(page, within=".pn.r")
    shot(page, "filling-parts")
    said = saved(page, api, flow)["nodes"]["greet"]["config"]["prompt"]
    assert said == {"en": "Dear {{ record.name }}, sit down.", "zh-CN": [{"say": "请坐"}, {"digits": "{{ record.age }}"}]}
    # a fault shows while it is typed: at the field, on the card, in the list
    prompt = field.get_by_role("combobox", name="Part 2, Digits")
    prompt.fill("{{ record.ag }}")
    expect(field.locator(".nf-fault", has_text="record.ag")).to_be_visible()
    expect(page.locator(".issues li.iss").filter(has_text="Greet").filter(has_text="record.ag")).to_be_visible()
    expect(card(page, "greet").locator(".bdg")).to_have_text("1")
    shot(page, "filling-fault")
    prompt.fill("{{ record.age }}")
    expect(page.locator(".issues li.iss").filter(has_text="Greet")).to_have_count(0)
    # a condition from rows, without an expression, and whether it holds for the record
    head(page, "old").click()
    page.get_by_role("button", name=re.compile("^Put together")).click()
    page.get_by_role("combobox", name="Name, row 1").fill("record.a")
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text="record.age").click()
    page.get_by_role("combobox", name="Relation, row 1").click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text="is at least").click()
    page.get_by_role("textbox", name="Value, row 1").fill("65")
    shot(page, "filling-condition")
    scan(page, within=".ant-popover")
    page.keyboard.press("Escape")
    when = page.locator('[data-field="conditions.0.when"] textarea')
    expect(when).to_have_value("record.age >= 65")
    when.click()
    expect(page.get_by_test_id("node-form").get_by_test_id("sample")).to_have_text("Sample: holds")
    # what the node is for
    page.get_by_role("tab", name="Help").click()
    expect(page.get_by_role("tabpanel", name="Help")).to_contain_text("{{ results.old.value }}")
    shot(page, "filling-help")
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")
    assert api("POST", "/flows/check", saved(page, api, flow))["errors"] == []
