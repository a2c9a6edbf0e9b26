"""What is copied goes anywhere: beside itself, into another flow, through a text; and all of it is undone to the first byte."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import shot
from tests.browser.test_drawing import FLOW, card, draw, head, saved
from tests.browser.test_together import kept
from tests.product import RunningCopy
from tests.product_api import Api

MOST_STEPS = 60
OTHER: dict[str, Any] = {
    "callweave": 1, "name": "Day desk", "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {"type": "answer", "name": "Pick up", "at": [300, 0], "outlets": {"done": "bye"}},
        "bye": {"type": "end", "name": "Over", "at": [360, 160], "config": {"outcome": "served"}},
    },
}  # fmt: skip


def test_by_shift_by_keys_into_another_flow_and_as_text(page: Page, copy: RunningCopy, api: Api) -> None:
    flow = str(api("POST", "/flows", FLOW)["id"])
    draw(page, flow)
    before = kept(copy, flow)
    # dragged with Shift it is copied, and the first one stays where it is
    head(page, "doctor").hover()
    box = head(page, "doctor").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.down("Shift")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 200, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    expect(card(page, "doctor_2")).to_be_visible()
    assert saved(page, api, flow)["nodes"]["doctor"]["at"] == [600, 280]
    # connected by keys alone, in the tree
    page.get_by_role("tab", name="Outline").click()
    row = page.get_by_role("treeitem", name="Doctor 2")
    row.focus()
    page.keyboard.press("Shift+F10")
    for key, at in (("", "Connect to…"), ("ArrowRight", "Done"), ("ArrowRight", "Pick up"), ("ArrowDown", "Which ward?")):
        if key:
            page.keyboard.press(key)
        expect(page.locator("[role=menuitem]:focus")).to_have_text(at)
    shot(page, "drawing-connect-by-keys")
    page.keyboard.press("Enter")
    expect(row).to_be_focused()
    assert saved(page, api, flow)["nodes"]["doctor_2"]["outlets"] == {"done": "ask", "failed": "bye"}
    # the mini-map moves the sheet
    view = page.locator(".react-flow__viewport")
    stood = view.get_attribute("style") or ""
    map_ = page.locator(".react-flow__minimap").bounding_box()
    assert map_
    page.mouse.move(map_["x"] + map_["width"] / 2, map_["y"] + map_["height"] / 2)
    page.mouse.down()
    page.mouse.move(map_["x"] + map_["width"] / 2 + 20, map_["y"] + map_["height"] / 2 + 10, steps=3)
    page.mouse.up()
    expect(view).not_to_have_attribute("style", stood)
    # as text: what was copied is read in a note, written anew there, and pasted onto the drawing
    head(page, "ask").click()
    head(page, "nurse").click(modifiers=["Shift"])
    page.keyboard.press("Control+c")
    expect(page.locator(".toast")).to_contain_text("2 things copied")
    page.keyboard.press("n")
    note = page.get_by_role("textbox", name="Note")
    note.press("Control+v")
    clip = json.loads(note.input_value())
    assert clip["callweave"] == 1 and set(clip["nodes"]) == {"ask", "nurse"}
    clip["nodes"]["nurse"]["name"] = "Head nurse"
    note.fill(json.dumps(clip))
    note.press("Control+a")
    note.press("Control+x")
    note.press("Escape")
    page.keyboard.press("Control+v")
    expect(card(page, "nurse_2")).to_contain_text("Head nurse")
    draft = saved(page, api, flow)
    assert draft["nodes"]["ask_2"]["outlets"]["1"] == "nurse_2"
    # all of it is undone, step after step, to the first byte
    undo = page.get_by_role("toolbar").get_by_role("button", name="Undo")
    for _ in range(MOST_STEPS):
        if undo.is_disabled():
            break
        page.keyboard.press("Control+z")
    expect(undo).to_be_disabled()
    saved(page, api, flow)
    assert kept(copy, flow) == before
    # into another flow: what is pasted is led to itself there, and what it led to elsewhere is listed
    other = str(api("POST", "/flows", OTHER)["id"])
    page.goto(f"/flows/{other}")
    expect(card(page, "bye")).to_be_visible()
    page.keyboard.press("Control+v")
    expect(card(page, "nurse")).to_contain_text("Head nurse")
    expect(page.get_by_role("status", name="1 reference of what was pasted")).to_contain_text("“Doctor” led to doctor")
    shot(page, "drawing-pasted-elsewhere")
    pasted = saved(page, api, other)["nodes"]
    assert pasted["ask"] == OTHER["nodes"]["ask"]
    assert pasted["ask_2"]["outlets"] == {"1": "nurse", "failed": "bye", "no_input": "bye", "no_match": "bye"}
    assert pasted["nurse"]["config"]["prompt"]["en"] == "You pressed {{ results.ask_2.value }}."


def test_it_lands_where_it_is_seen_and_the_sheet_stays(page: Page, api: Api) -> None:
    flow = str(api("POST", "/flows", FLOW)["id"])
    draw(page, flow)
    view = page.locator(".react-flow__viewport")
    head(page, "nurse").click()
    page.keyboard.press("Control+c")
    canvas = page.get_by_test_id("canvas").bounding_box()
    assert canvas
    # what was copied is out of sight by now, and the pointer is elsewhere: into the middle
    middle = canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2
    page.mouse.move(*middle)
    page.mouse.wheel(0, 1500)
    expect(card(page, "bye")).not_to_be_in_viewport()
    page.mouse.move(canvas["x"] - 60, middle[1])
    stood = view.get_attribute("style") or ""
    for time in range(1, 4):
        page.keyboard.press("Control+v")
        expect(card(page, f"nurse_{time + 1}")).to_be_in_viewport(ratio=1)
        expect(view).to_have_attribute("style", stood)
        assert _overlapping(page) == [], "beside what was pasted before"
    at = _middle(page, "nurse_2")
    assert abs(at[0] - middle[0]) < 30 and abs(at[1] - middle[1]) < 60
    # at the pointer, which is close to the edge: as near as it is seen whole; so is a copy beside it
    page.mouse.move(canvas["x"] + canvas["width"] - 40, canvas["y"] + 120)
    page.keyboard.press("Control+v")
    expect(card(page, "nurse_5")).to_be_in_viewport(ratio=1)
    assert abs(_middle(page, "nurse_5")[1] - canvas["y"] - 120) < 30
    page.keyboard.press("Control+d")
    expect(card(page, "nurse_6")).to_be_in_viewport(ratio=1)
    assert _overlapping(page) == []
    shot(page, "drawing-pasted-in-sight")
    # all of it, larger than what is seen: it begins in sight
    page.keyboard.press("1")
    page.set_viewport_size({"width": 1000, "height": 480})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    stood = view.get_attribute("style") or ""
    page.keyboard.press("Control+v")
    expect(card(page, "answer_2")).to_be_in_viewport()
    expect(view).to_have_attribute("style", stood)


def _middle(page: Page, id: str) -> tuple[float, float]:
    box = card(page, id).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _overlapping(page: Page) -> list[str]:
    """Cards that lie on others."""
    found: list[str] = page.evaluate(
        """() => {
          const cards = [...document.querySelectorAll('.react-flow__node-card')].map((one) => [one.dataset.id, one.getBoundingClientRect()]);
          return cards.flatMap(([id, a]) => cards.some(([other, b]) => id !== other && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) ? [id] : []);
        }"""
    )
    return found
