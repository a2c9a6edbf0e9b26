"""A hand at the mouse: it presses outlets without being quite still, drops a card into an edge, spreads three, and jumps to what it looks for."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import shot
from tests.browser.test_drawing import FLOW, card, head, saved
from tests.product_api import Api

LOOSE: dict[str, Any] = {"type": "say", "name": "Please hold", "at": [700, 20], "config": {"prompt": {"en": "One moment."}}, "outlets": {}}
WITH_LOOSE: dict[str, Any] = {**FLOW, "nodes": {**FLOW["nodes"], "hold": LOOSE}}


def _outlet(page: Page, id: str, key: str) -> Locator:
    return card(page, id).locator(f'[data-outlet="{key}"]')


def _point(locator: Locator, down: float = 0.5) -> tuple[float, float]:
    """A point in its middle, so far down."""
    box = locator.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * down


def _pressed(page: Page, at: tuple[float, float], slip: float) -> None:
    """Pressed by a hand that slips a little meanwhile."""
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + slip, at[1] + slip)
    page.mouse.up()


def test_outlets_pressed_a_card_dropped_three_spread_and_a_text_found(page: Page, api: Api) -> None:
    flow = str(api("POST", "/flows", WITH_LOOSE)["id"])
    page.goto(f"/flows/{flow}")
    expect(page.locator(".react-flow__edge")).to_have_count(10)
    head(page, "ask").hover(trial=True)  # waits until all stands still
    drawn = api("GET", f"/flows/{flow}/draft")
    quick = page.get_by_role("dialog", name="Quick add")
    names = page.locator(".react-flow__edge").evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
    # the + hangs below the card: no line may lie on it, not those of the selected card either, and a hand that slips pulls none
    for chosen in (False, True):
        for id, key, slip in (("ask", "1", 0), ("ask", "1", 3), ("ask", "hung_up", 3), ("doctor", "done", 3), ("answer", "done", 4)):
            if chosen:
                head(page, id).click()
            _pressed(page, _point(_outlet(page, id, key), 1.15), slip)
            expect(quick).to_be_visible()
            page.keyboard.press("Escape")
            expect(quick).to_have_count(0)
    _pressed(page, _point(head(page, "nurse")), 3)
    expect(card(page, "nurse")).to_contain_class("selected")
    page.mouse.move(*_point(_outlet(page, "ask", "1"), 1.15))
    expect(_outlet(page, "ask", "1").locator(".react-flow__handle")).to_have_css("width", "18px")
    shot(page, "drawing-outlet-plus")
    assert page.locator(".react-flow__edge").evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))") == names
    # pulled out and brought back it leads nowhere new, and not to its own card
    at = _point(_outlet(page, "answer", "done"), 1)
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 60, at[1] + 30, steps=3)
    page.mouse.move(at[0] + 2, at[1] - 6, steps=3)
    page.mouse.up()
    page.keyboard.press("Escape")
    assert saved(page, api, flow) == drawn
    # a loose card is carried over an edge, which thickens; dropped there it stands between, and one step takes it back
    at = _point(head(page, "hold"))
    ask = card(page, "ask").bounding_box()
    assert ask
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(ask["x"] + ask["width"] / 2, ask["y"] - 10, steps=6)
    expect(page.locator(".react-flow__edge .splice .ed")).to_have_css("stroke-width", "4px")
    shot(page, "drawing-splice")
    page.mouse.up()
    expect(page.locator(".react-flow__edge")).to_have_count(11)
    draft = saved(page, api, flow)["nodes"]
    assert (draft["answer"]["outlets"], draft["hold"]["outlets"]) == ({"done": "hold"}, {"done": "ask"})
    assert draft["answer"]["at"] == [300, 0]
    shifts = {draft[id]["at"][1] - FLOW["nodes"][id]["at"][1] for id in ("ask", "nurse", "doctor", "bye")}
    assert len(shifts) == 1 and min(shifts) > 0, "all below it moves down by one rank"
    page.keyboard.press("Control+z")
    expect(page.locator(".react-flow__edge")).to_have_count(10)
    assert saved(page, api, flow) == drawn
    # three, evenly apart; the outer two stay
    head(page, "answer").click()
    for id in ("nurse", "bye"):
        head(page, id).click(modifiers=["Shift"])
    page.get_by_role("button", name="Distribute down").click()
    expect(page.get_by_role("toolbar").get_by_role("button", name="Undo")).to_be_enabled()
    draft = saved(page, api, flow)["nodes"]
    tops = [draft[id]["at"][1] for id in ("answer", "nurse", "bye")]
    assert tops[0] == 0 and tops[2] == 460 and abs((tops[1] - 80) - (tops[2] - tops[1] - 80)) <= 1
    page.keyboard.press("Control+z")
    # what is found is gone to, wherever the sheet is
    page.mouse.move(*at)
    page.mouse.wheel(0, 2500)
    expect(card(page, "doctor")).not_to_be_in_viewport()
    page.keyboard.press("Control+f")
    page.get_by_role("searchbox").fill("doctor is")
    expect(page.locator(".issues li.iss")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(card(page, "doctor")).to_be_in_viewport(ratio=1)
    expect(card(page, "doctor")).to_contain_class("selected")
