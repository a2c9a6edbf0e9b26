"""Drawing as a person does it: copy, paste, splice, group, find, a sub-flow, by mouse and by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import opened, shot
from tests.product import RunningCopy
from tests.product_api import Api

PATIENCE = 30_000

FLOW: dict[str, Any] = {
    "callweave": 1, "name": "Night desk", "languages": ["en"], "start": "answer",
    "nodes": {
        "answer": {"type": "answer", "name": "Pick up", "at": [300, 0], "config": {}, "outlets": {"done": "ask"}},
        "ask": {
            "type": "menu", "name": "Which ward?", "at": [300, 140],
            "config": {"prompt": {"en": "For a nurse press 1, for a doctor press 2."}, "choices": [{"key": "1", "label": "Nurse"}, {"key": "2", "label": "Doctor"}]},
            "outlets": {"1": "nurse", "2": "doctor", "no_input": "bye", "no_match": "bye", "failed": "bye"},
        },
        "nurse": {"type": "say", "name": "Nurse", "at": [100, 280], "config": {"prompt": {"en": "You pressed {{ results.ask.value }}."}}, "outlets": {"done": "bye", "failed": "bye"}},
        "doctor": {"type": "say", "name": "Doctor", "at": [600, 280], "config": {"prompt": {"en": "The doctor is called."}}, "outlets": {"done": "bye", "failed": "bye"}},
        "bye": {"type": "end", "name": "Over", "at": [360, 460], "config": {"outcome": "served"}, "outlets": {}},
    },
}  # fmt: skip


def card(page: Page, id: str) -> Locator:
    return page.locator(f'.react-flow__node[data-id="{id}"]')


def head(page: Page, id: str) -> Locator:
    return card(page, id).locator(".hd")


def saved(page: Page, api: Api, flow: str) -> dict[str, Any]:
    """The draft, once all is saved."""
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE)
    draft: dict[str, Any] = api("GET", f"/flows/{flow}/draft")
    return draft


def draw(page: Page, flow: str) -> None:
    page.goto(f"/flows/{flow}")
    expect(card(page, "bye")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".react-flow__edge")).to_have_count(10, timeout=PATIENCE)


@pytest.fixture
def flow(api: Api) -> str:
    return str(api("POST", "/flows", FLOW)["id"])


@pytest.fixture
def chinese(browser: Browser, copy: RunningCopy) -> Iterator[Page]:
    yield from opened(browser, copy, "zh-CN", "dark")


def test_copied_spliced_grouped_and_made_a_flow_of_its_own(page: Page, api: Api, flow: str) -> None:
    draw(page, flow)
    # a copy beside it, with names and references of its own
    head(page, "ask").click()
    head(page, "nurse").click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.locator(".toast")).to_contain_text("2 things copied")
    page.keyboard.press("Control+v")
    expect(card(page, "nurse_2")).to_be_visible()
    draft = saved(page, api, flow)
    assert draft["nodes"]["ask_2"]["outlets"]["1"] == "nurse_2"
    assert draft["nodes"]["nurse_2"]["config"]["prompt"]["en"] == "You pressed {{ results.ask_2.value }}."
    assert draft["nodes"]["nurse_2"]["name"] == "Nurse 2"
    page.keyboard.press("Control+z")
    expect(card(page, "nurse_2")).to_have_count(0)
    # dropped into an edge from the palette, and taken out again with the chain kept whole
    palette = page.locator('.palette [data-type="say"]')
    target = card(page, "ask").bounding_box()
    assert target
    palette.drag_to(card(page, "ask"), target_position={"x": target["width"] / 2, "y": -12 * target["height"] / 80}, force=True)
    expect(card(page, "say")).to_be_visible()
    draft = saved(page, api, flow)
    assert draft["nodes"]["answer"]["outlets"]["done"] == "say"
    assert draft["nodes"]["say"]["outlets"]["done"] == "ask"
    head(page, "say").click()
    page.keyboard.press("Alt+Delete")
    expect(card(page, "say")).to_have_count(0)
    assert saved(page, api, flow)["nodes"]["answer"]["outlets"]["done"] == "ask"
    # a group that folds
    head(page, "nurse").click()
    head(page, "doctor").click(modifiers=["Control"])
    page.keyboard.press("Control+g")
    page.get_by_role("textbox", name="Node name").fill("People")
    page.keyboard.press("Enter")
    shot(page, "drawing-group")
    page.get_by_role("button", name="Fold", exact=True).last.click()
    expect(card(page, "nurse")).to_have_count(0)
    expect(card(page, "group:group")).to_contain_text("People")
    shot(page, "drawing-folded")
    draft = saved(page, api, flow)
    assert draft["groups"] == {"group": {"folded": True, "name": "People"}}
    # what is in it becomes a flow, told what it reads
    page.keyboard.press("Escape")
    card(page, "group:group").locator(".nm").click()
    page.get_by_role("button", name="Unfold", exact=True).last.click()
    expect(card(page, "doctor")).to_be_visible()
    page.keyboard.press("Escape")
    head(page, "nurse").click()
    page.keyboard.press("Control+Shift+g")
    dialog = page.get_by_role("dialog", name="Make a sub-flow")
    name = f"Nurse on duty {flow[-6:]}"
    dialog.get_by_role("textbox").fill(name)
    shot(page, "drawing-subflow")
    dialog.get_by_role("button", name="Make the sub-flow").click()
    expect(dialog.get_by_role("button", name="Open")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Close").last.click()
    draft = saved(page, api, flow)
    assert draft["nodes"]["ask"]["outlets"]["1"] == "run_flow"
    assert draft["nodes"]["run_flow"]["config"] == {"flow": name, "inputs": {"ask": "{{ results.ask }}"}}
    [made] = [one for one in api("GET", "/flows?limit=1000")["items"] if one["name"] == name]
    assert (made["errors"], made["warnings"]) == (0, 1), "what it is told is told by the flow that runs it"
    assert api("POST", "/flows/check", draft)["errors"] == []


def test_everything_by_keys_in_chinese_and_dark(chinese: Page, api: Api, flow: str) -> None:
    page = chinese
    draw(page, flow)
    page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    page.keyboard.press("ArrowDown")
    expect(card(page, "answer")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(card(page, "ask")).to_be_focused()
    page.keyboard.press("Control+d")
    expect(card(page, "ask_2")).to_be_focused()
    page.keyboard.press("Delete")
    expect(card(page, "ask_2")).to_have_count(0)
    # the command list, the keys, the find
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="命令或节点").fill("zl")
    shot(page, "drawing-commands-zh-CN")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    undo = page.get_by_role("button", name="撤销").first
    expect(card(page, "bye")).not_to_have_attribute("style", re.compile(r"translate\(360px, ?460px\)"), timeout=PATIENCE)
    undo.click()
    expect(card(page, "bye")).to_have_attribute("style", re.compile(r"translate\(360px, ?460px\)"), timeout=PATIENCE)
    page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    shot(page, "drawing-keys-zh-CN")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="快捷键")).to_have_count(0)
    page.keyboard.press("Control+f")
    page.get_by_role("searchbox").fill("doctor is")
    expect(page.locator(".issues li.iss")).to_have_count(1)
    page.keyboard.press("Enter")
    shot(page, "drawing-find-zh-CN")
    scan(page)
    expect(card(page, "doctor")).to_have_class(re.compile("selected"))
    # the outline is the drawing for who cannot see it: walked, renamed and connected there
    page.get_by_role("tab", name="大纲").click()
    row = page.get_by_role("treeitem", name="Pick up")
    row.focus()
    page.keyboard.press("End")
    page.keyboard.press("Home")
    expect(row).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("treeitem", name="Which ward?").first).to_be_focused()
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="节点名称").last.fill("哪个病区")
    page.keyboard.press("Enter")
    expect(page.get_by_role("treeitem", name="哪个病区")).to_be_visible()
    assert saved(page, api, flow)["nodes"]["ask"]["name"] == "哪个病区"
