"""Every page in its four looks (Chinese and English, light and dark) by axe, and without a sideways scroll at 1280 and 360.

One walk: pages are changed by the address alone, looks by the switch and the system's choice, and nothing is loaded anew. A theme
changes colours and no words, a language words and no colours: so each page is scanned whole once, then for what a look can change.
"""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import COLOURS, WORDS, scan

PLACES = (
    "home", "flows", "campaigns", "tasks", "sessions", "messages", "figures", "users", "account", "api-keys", "audit",
    "sources", "records", "contacts", "lines", "calendars", "prompts", "recordings", "faxes", "triggers",
)  # fmt: skip
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


@pytest.mark.parametrize("half", [PLACES[:10], PLACES[10:]], ids=["first", "second"])
def test_every_place_in_four_looks_and_two_widths(page: Page, half: tuple[str, ...]) -> None:
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
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
