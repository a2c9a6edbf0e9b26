"""The pages of following: in both languages, light and dark, wide and on a telephone; axe has nothing serious to say."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.axe import scan
from tests.browser.conftest import opened, shot
from tests.product import RunningCopy

PAGES = ("/home", "/campaigns", "/tasks", "/sessions", "/messages", "/figures")


def test_the_pages_of_following_in_both_languages_and_on_a_telephone(browser: Browser, copy: RunningCopy) -> None:
    for language, scheme, width in (("zh-CN", "light", 1440), ("en", "dark", 360)):
        for page in opened(browser, copy, language, scheme):
            page.set_viewport_size({"width": width, "height": 900})
            for address in PAGES:
                page.goto(address)
                expect(page.locator("main")).to_be_visible()
                expect(page.locator("[aria-busy=true]")).to_have_count(0)
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is too wide"
                scan(page)
                shot(page, f"following{address.replace('/', '-')}-{language}")
