"""A real Chromium before a real copy of the product."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a microphone, and leave to use it
]  # fmt: skip
expect.set_options(timeout=30_000)
"""A page has time on a busy machine; how fast it is, is measured elsewhere."""
SHOTS = Path(os.environ.get("CALLWEAVE_SHOTS", "test-results"))
"""Where the screenshots go that these tests keep."""


@pytest.fixture(scope="session")
def copy(lasting_copy: StartCopy) -> RunningCopy:
    return lasting_copy()


@pytest.fixture(scope="session")
def api(copy: RunningCopy) -> Api:
    return Api(copy)


@pytest.fixture(scope="session")
def browser(require: Callable[[str], str]) -> Iterator[Browser]:
    chromium = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.hookimpl(tryfirst=True)
def pytest_exception_interact(node: pytest.Item) -> None:
    """What the page of a failing test looked like is kept beside the other pictures."""
    page = getattr(node, "funcargs", {}).get("page")
    if isinstance(page, Page) and not page.is_closed():
        with suppress(PlaywrightError):
            shot(page, "failed-" + re.sub(r"\W+", "-", node.name))


@pytest.fixture
def page(browser: Browser, copy: RunningCopy) -> Iterator[Page]:
    """A page in English, signed in; whatever its console complains of fails the test."""
    yield from opened(browser, copy, "en")


def context_of(browser: Browser, address: str | None, language: str = "en", **more: Any) -> BrowserContext:
    """A browser of one's own, as every test here has it; patient, and without motion: what is still opening loses clicks that come faster than a hand's."""
    asked = {"viewport": {"width": 1440, "height": 900}, "locale": language, "base_url": address, "reduced_motion": "reduce", **more}
    context = browser.new_context(**asked)
    context.set_default_timeout(30_000)
    return context


def opened(browser: Browser, copy: RunningCopy, language: str, scheme: str = "light") -> Iterator[Page]:
    context = context_of(browser, copy.url, language, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, copy.key)
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, key: str) -> None:
    page.goto("/flows")
    page.locator("#access-key, [data-testid=by-key]").first.wait_for()
    if page.get_by_test_id("by-key").count():
        page.get_by_test_id("by-key").click()
    page.locator("#access-key").fill(key)
    page.locator("button[type=submit]").click()
    page.get_by_test_id("flow-count").wait_for()


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def both(page: Page, name: str, chinese: str | re.Pattern[str]) -> None:
    """The same in English and in Chinese, for the tutorial's two pages; `chinese` are words that the server has to be asked for."""
    shot(page, name)
    root, switch = page.locator("html"), page.locator("button[lang]").first
    switch.click()
    expect(root).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_text(chinese).first).to_be_visible()
    shot(page, f"{name}-zh-CN")
    switch.click()
    expect(root).to_have_attribute("lang", "en")
