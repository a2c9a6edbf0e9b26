"""Every page in its four looks (Chinese and English, light and dark) by axe, and without a sideways scroll at 1280 and 360.

One walk: pages are changed by the address alone, looks by the switch and the system's choice, and nothing is loaded anew. A theme
changes colours and no words, a language words and no colours: so each page is scanned whole once, then for what a look can change.
"""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import COLOURS, WORDS, scan
from tests.product_api import Api

PLACES = (
    "home", "flows", "campaigns", "tasks", "sessions", "messages", "figures", "users", "account", "api-keys", "audit",
    "sources", "records", "contacts", "lines", "calendars", "prompts", "recordings", "faxes", "triggers",
)  # fmt: skip
VISITS = {"schema": {"type": "object", "required": ["no"], "properties": {"no": {"type": "string"}}}, "key": "no"}
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
_GO = """
(to) => {
  document.querySelector("main")?.setAttribute("data-before", "");
  history.pushState({}, "", to);
  dispatchEvent(new PopStateEvent("popstate", {state: {}}));
}
"""
_AT_REST = "() => document.querySelector('main, .editor, #root > *') && !document.querySelector('[aria-busy=true], .skel, [data-before]')"
_SIDEWAYS = """
() => [...document.querySelectorAll('body *')]
  .filter((one) => document.scrollingElement.scrollWidth > innerWidth && one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
"""
_CUT_OFF = """
() => {
  const inSight = (one) => one.checkVisibility({opacityProperty: true, visibilityProperty: true}) && one.getBoundingClientRect().width > 1
  const over = (one, test) => { for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) if (test(at)) return at }
  const scrolls = (at) => ["auto", "scroll"].includes(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth + 1
  const clips = (edges) => (at) => ["hidden", "clip"].includes(getComputedStyle(at).overflowX) && at.getBoundingClientRect().right < edges.right - 1
  return [...document.querySelectorAll("header *, button, a[href], input, textarea, h1, h2")].filter((one) => {
    const edges = one.getBoundingClientRect()
    if (!inSight(one) || over(one, scrolls)) return false
    const row = one.closest("header")
    return edges.right > innerWidth + 1 || edges.left < -1 || (row && (edges.bottom > row.getBoundingClientRect().bottom + 1 || (one.matches("button, a, input, h1") && over(one, clips(edges)))))
  }).slice(0, 5).map((one) => one.outerHTML.slice(0, 120))
}
"""
"""What can be pressed, and all of a page's head: beyond an edge of the window, or clipped. What can be scrolled to is none."""


@pytest.mark.parametrize("half", [PLACES[:10], PLACES[10:]], ids=["first", "second"])
def test_every_place_in_four_looks_and_two_widths(page: Page, api: Api, half: tuple[str, ...]) -> None:
    if "records" in half:  # without a type its head is bare
        api("PUT", "/record-types/visit_to_look_at", VISITS)
    for place in half:
        go(page, f"/{place}")
        scan(page)
        look(page, "dark")
        scan(page, rules=COLOURS)
        other_language(page)
        scan(page, rules=WORDS)
        other_language(page)
        look(page, "light")
        stays_within(page)


def go(page: Page, to: str) -> None:
    """To another page; the one before is marked, so that it is not taken for it."""
    page.evaluate(_GO, to)
    page.wait_for_function(_AT_REST)


def look(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)


def other_language(page: Page) -> None:
    before = page.locator("html").get_attribute("lang")
    page.locator("button[lang]").first.click()
    expect(page.locator("html")).not_to_have_attribute("lang", before or "")


def stays_within(page: Page) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found = page.evaluate(_SIDEWAYS)
        assert found == [], f"{page.url} at {size['width']}: " + "\n".join(found)
        cut = page.evaluate(_CUT_OFF)
        assert cut == [], f"cut off at {size['width']}, {page.url}: " + "\n".join(cut)
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
