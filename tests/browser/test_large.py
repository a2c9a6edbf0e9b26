"""A large flow, all of it in view: what is carried is shown without React Flow, and all that goes with a drag is as ever."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.canvas import large
from tests.product_api import Api

COUNT = 160
PATIENCE = 30_000
STILL = """() => { const now = document.querySelector('.react-flow__viewport').style.transform, same = window.before_ === now;
  window.before_ = now; return same }"""
ON_IT = """(line) => { const at = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
  return [at.x, at.y] }"""


@pytest.fixture
def flow(api: Api) -> str:
    """Menus in ranks; the first two of the last rank in a group; under them a card that nothing leads to."""
    document = large(COUNT)
    for number in range(COUNT):  # narrower, so that the cards are not too small for the mouse
        document["nodes"][f"n{number}"]["at"] = [number % 10 * 480, number // 10 * 140]
    for id in ("n150", "n151"):
        document["nodes"][id]["group"] = "last"
    document["groups"] = {"last": {"name": "Last"}}
    document["nodes"]["loose"] = {
        "type": "say",
        "name": "Loose",
        "at": [0, 2500],
        "config": {"prompt": {"en": "Well."}},
        "outlets": {},
    }
    return str(api("POST", "/flows", document)["id"])


def card(page: Page, id: str) -> Locator:
    return page.locator(f'.react-flow__node[data-id="{id}"]')


def middle(where: Locator) -> tuple[float, float]:
    box = where.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def take(page: Page, where: Locator) -> tuple[float, float]:
    """Press on it, and say where it is taken along from: a little further on, for nobody's hand is quite still."""
    x, y = middle(where)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 9, y)
    return x + 9, y


def by(page: Page, taken: tuple[float, float], dx: float, dy: float) -> None:
    page.mouse.move(taken[0] + dx, taken[1] + dy, steps=6)


def saved(page: Page, api: Api, flow: str) -> dict[str, Any]:
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE)
    draft: dict[str, Any] = api("GET", f"/flows/{flow}/draft")
    return draft


def near(page: Page, where: Locator, x: float, y: float) -> None:
    """The card is shown there; places are rounded to the grid, which is a pixel or two at this size."""
    page.wait_for_function(
        "([card, x, y]) => { const box = card.getBoundingClientRect();"
        " return Math.abs(box.x + box.width / 2 - x) < 4 && Math.abs(box.y + box.height / 2 - y) < 4 }",
        arg=[where.element_handle(), x, y],
    )


def test_carried_on_a_large_drawing(page: Page, api: Api, flow: str) -> None:
    page.goto(f"/flows/{flow}")
    expect(card(page, "n0")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("toolbar").get_by_role("button", name="Show all").click()
    expect(page.locator("[data-lod=far]")).to_be_visible()
    expect(page.locator(".react-flow__node")).to_have_count(COUNT + 2, timeout=PATIENCE)  # a card, and a frame
    page.wait_for_function(STILL, polling=300)
    before = api("GET", f"/flows/{flow}/draft")["nodes"]
    face, line = card(page, "n0").locator(".nd"), page.locator('.react-flow__edge[data-id^="n0"] .ed').first
    path, other = (
        line.get_attribute("d"),
        page.locator('.react-flow__edge[data-id^="n100"] .ed').first.get_attribute("d"),
    )

    # carried, while somebody else renames a card: both are there, in the page and in the draft
    from_ = middle(face)
    taken = take(page, card(page, "n0").locator(".hd"))
    by(page, taken, 60, 30)
    near(page, face, from_[0] + 60, from_[1] + 30)
    expect(line).not_to_have_attribute("d", str(path))
    theirs = api("GET", f"/flows/{flow}/draft")
    theirs["nodes"]["n100"]["name"] = "Theirs"
    api("PUT", f"/flows/{flow}/draft", theirs, If_Match="*")
    expect(card(page, "n100")).to_contain_text("Theirs", timeout=PATIENCE)
    near(page, face, from_[0] + 60, from_[1] + 30)
    by(page, taken, 90, 30)
    near(page, face, from_[0] + 90, from_[1] + 30)
    page.mouse.up()
    expect(card(page, "n0")).not_to_have_attribute("style", re.compile(r"translate\(0px, ?0px\)"))
    near(page, face, from_[0] + 90, from_[1] + 30)
    draft = saved(page, api, flow)["nodes"]
    assert draft["n0"]["at"][0] > 200 and draft["n100"]["name"] == "Theirs"
    assert {id: node["at"] for id, node in draft.items() if id != "n0"} == {
        id: node["at"] for id, node in before.items() if id != "n0"
    }
    assert page.locator('.react-flow__edge[data-id^="n100"] .ed').first.get_attribute("d") == other
    page.keyboard.press("Control+z")  # one step back, and the other's edit stays
    near(page, face, *from_)
    draft = saved(page, api, flow)["nodes"]
    assert draft["n0"]["at"] == [0, 0] and draft["n100"]["name"] == "Theirs"

    # with Shift the card stays and a copy lies there
    taken = take(page, card(page, "n0").locator(".hd"))
    page.keyboard.down("Shift")
    by(page, taken, 40, 10)
    near(page, face, from_[0] + 40, from_[1] + 10)
    page.mouse.up()
    page.keyboard.up("Shift")
    near(page, face, *from_)
    draft = saved(page, api, flow)["nodes"]
    assert len(draft) == COUNT + 2 and draft["n0"]["at"] == [0, 0]
    page.keyboard.press("Control+z")
    assert len(saved(page, api, flow)["nodes"]) == COUNT + 1

    # a frame takes its members along, and grows around the one that is pulled out of it
    frame, second = card(page, "group:last").locator(".frame"), card(page, "n151").locator(".nd")
    first, wide = middle(second), frame.bounding_box()
    taken = take(page, frame.locator(".gh"))
    by(page, taken, 50, 40)
    near(page, second, first[0] + 50, first[1] + 40)
    page.mouse.up()
    at = saved(page, api, flow)["nodes"]
    moved = [[at[id]["at"][axis] - before[id]["at"][axis] for axis in (0, 1)] for id in ("n150", "n151")]
    assert moved[0] == moved[1] and moved[0][0] > 100
    first = middle(second)
    taken = take(page, card(page, "n151").locator(".hd"))
    by(page, taken, 60, 0)
    near(page, second, first[0] + 60, first[1])
    box = frame.bounding_box()
    assert wide and box and box["width"] > wide["width"] + 40
    page.mouse.up()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")

    # over a line it grows; dropped there the card stands in it
    loose = card(page, "loose").locator(".nd")
    start = take(page, loose)
    x, y = page.locator('.react-flow__edge[data-id^="n7"] .ed').first.evaluate(ON_IT)
    page.mouse.move(start[0] + 20, start[1], steps=3)
    page.mouse.move(x + 9, y, steps=6)
    expect(page.locator(".react-flow__edge .splice")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(".react-flow__edge .splice")).to_have_count(0)
    draft = saved(page, api, flow)["nodes"]
    assert draft["loose"]["outlets"] and any("loose" in node["outlets"].values() for node in draft.values())
    page.keyboard.press("Control+z")
    assert saved(page, api, flow)["nodes"]["loose"]["outlets"] == {}
