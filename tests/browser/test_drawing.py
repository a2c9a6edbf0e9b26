"""Drawing as a person does it: copy, paste, splice, group, find, a sub-flow, by mouse and by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import context_of, opened, shot, sign_in
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


def test_several_in_a_frame_are_aligned_and_a_note_is_pulled_wider(page: Page, api: Api, flow: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    draw(page, flow)
    before = api("GET", f"/flows/{flow}/draft")
    # a frame drawn around two cards, which are then aligned
    head(page, "ask").hover(trial=True)  # waits until all stands still
    first, second = card(page, "answer").bounding_box(), card(page, "ask").bounding_box()
    assert first and second
    page.mouse.move(first["x"] - 40, first["y"] - 40)
    page.mouse.down()
    page.mouse.move(second["x"] + second["width"] + 40, second["y"] + second["height"] + 6, steps=4)
    page.mouse.up()
    expect(page.locator(".react-flow__node.selected")).to_have_count(2)
    shot(page, "drawing-several-1280")
    page.get_by_role("button", name="Align right").click()
    expect(card(page, "answer")).not_to_have_attribute("style", re.compile(r"translate\(300px, ?0px\)"))
    ends = [draft["nodes"][id]["at"] for draft in [saved(page, api, flow)] for id in ("answer", "ask")]
    assert ends[0][0] > ends[1][0] == 300, "the narrower card has moved to the right"
    page.keyboard.press("Control+z")
    expect(card(page, "answer")).to_have_attribute("style", re.compile(r"translate\(300px, ?0px\)"))
    # a note: the flow is what it was, and the note has a size only once it was given one
    page.locator(".react-flow__pane").click(position={"x": 20, "y": 20})
    page.keyboard.press("n")
    page.get_by_role("textbox", name="Note").fill("Agreed with the ward")
    page.keyboard.press("Escape")
    expect(card(page, "note:0")).to_contain_text("Agreed with the ward")
    draft = saved(page, api, flow)
    assert set(draft["notes"][0]) == {"text", "at"} and {**draft, "notes": []} == {**before, "notes": []}
    corner = page.get_by_test_id("note-corner").bounding_box()
    assert corner
    page.mouse.move(corner["x"] + 12, corner["y"] + 12)
    page.mouse.down()
    page.mouse.move(corner["x"] + 92, corner["y"] + 52, steps=3)
    page.mouse.up()
    wide, high = saved(page, api, flow)["notes"][0]["size"]
    assert wide > 240 and high > 40
    page.keyboard.press("Alt+Shift+ArrowRight")
    assert saved(page, api, flow)["notes"][0]["size"] == [wide + 20, high]
    shot(page, "drawing-note-1280")


def test_by_fingers_alone(browser: Browser, copy: RunningCopy, api: Api, flow: str) -> None:
    context = context_of(browser, copy.url, viewport={"width": 1280, "height": 800}, has_touch=True)
    page = context.new_page()
    sign_in(page, copy.key)
    draw(page, flow)
    fingers = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)]})

    def stroke(*way: list[tuple[float, float]]) -> None:
        """Each finger's way, from where it is put down to where it is lifted, in four steps."""
        touch("touchStart", *(points[0] for points in way))
        for step in range(1, 5):
            touch("touchMove", *((a[0] + (b[0] - a[0]) * step / 4, a[1] + (b[1] - a[1]) * step / 4) for a, b in way))
        touch("touchEnd")

    def middle(locator: Locator) -> tuple[float, float]:
        locator.tap(trial=True)  # waits until it stands still
        box = locator.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def view() -> str:
        return str(page.locator(".react-flow__viewport").evaluate("(element) => element.style.transform"))

    pane = page.locator(".react-flow__pane").bounding_box()
    assert pane
    x, y = pane["x"] + 60, pane["y"] + 100
    # the sheet follows one finger; two make it larger
    first = view()
    stroke([(x, y), (x + 40, y + 60)])
    expect(page.locator(".react-flow__viewport")).not_to_have_attribute("style", re.compile(re.escape(first)))
    zoom = float(view().split("scale(")[1][:-1])
    stroke([(x, y), (x - 30, y)], [(x + 40, y), (x + 90, y)])
    page.wait_for_function("(zoom) => parseFloat(document.querySelector('.react-flow__viewport').style.transform.split('scale(')[1]) > zoom", arg=zoom)
    # an outlet is tapped, of a card that is selected too: its own lines do not lie on it
    page.get_by_role("button", name="Show all").first.tap()
    for id in ("nurse", "ask"):
        head(page, "ask").tap()
        card(page, id).locator(".react-flow__handle.source").first.tap()
        expect(page.get_by_role("dialog", name="Quick add")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Quick add")).to_have_count(0)
    # a card follows its finger, and the finger that is held lists what can be done
    at = middle(head(page, "doctor"))
    stroke([at, (at[0] + 40, at[1] + 60)])
    expect(card(page, "doctor")).not_to_have_attribute("style", re.compile(r"translate\(600px, ?280px\)"))
    touch("touchStart", middle(head(page, "nurse")))
    commands = page.get_by_role("dialog", name="Commands")
    expect(commands).to_be_visible()
    touch("touchEnd")
    commands.get_by_role("option", name="Duplicate").tap()
    expect(card(page, "nurse_2")).to_be_visible()
    # an outlet is pulled onto a card
    stroke([middle(card(page, "nurse_2").locator('[data-outlet="done"] .react-flow__handle')), middle(head(page, "doctor"))])
    page.wait_for_function("() => document.querySelectorAll('.react-flow__edge[data-id^=\"nurse_2>\"]').length > 0")
    shot(page, "drawing-touch-1280")
    assert saved(page, api, flow)["nodes"]["nurse_2"]["outlets"]["done"] == "doctor"
    context.close()
