"""My account: the organisation's own sign-in is linked after the password, comes in from then on, and is unlinked again.

The provider is a stand-in of its own. A second web process beside the copy's, on the same databases, knows of it, so
that the other tests' pages stay as they are.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from engine.host.settings import PROJECT
from tests.browser.axe import scan
from tests.browser.conftest import context_of, shot
from tests.designer.people import PASSWORD
from tests.designer.provider import provider_of, running
from tests.product import RunningCopy, free_port
from tests.product_api import Api

LOGIN = "mei@ward.example"


@pytest.fixture
def web(copy: RunningCopy) -> Iterator[tuple[str, str]]:
    """Where the web process that knows a provider is, and the provider."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running() as issuer:
        providers = {"hospital": provider_of(issuer).model_dump()}
        env = copy.env | {
            "CALLWEAVE_PORT": str(port), "CALLWEAVE_URL": url, "CALLWEAVE_OPENID": json.dumps(providers),
            "CALLWEAVE_ALLOW_HOSTS": issuer.removeprefix("http://"),
        }  # fmt: skip
        process = subprocess.Popen([sys.executable, "-m", "callweave", "web"], env=env, cwd=PROJECT)
        try:
            end = time.monotonic() + 60
            while not _answers(url):
                assert process.poll() is None and time.monotonic() < end, "the web process does not answer"
                time.sleep(0.1)
            yield url, issuer
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def mei(browser: Browser, web: tuple[str, str], api: Api) -> Iterator[BrowserContext]:
    """A browser before it; the user who was invited is gone afterwards."""
    context = context_of(browser, web[0])
    yield context
    context.close()
    for user in api("GET", "/users")["items"]:
        if user["login"] == LOGIN:
            api("DELETE", f"/users/{user['id']}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def test_a_provider_is_linked_comes_in_and_is_unlinked(mei: BrowserContext, api: Api) -> None:
    link = api("POST", "/users", {"login": LOGIN, "name": "Mei", "role": "designer"})["link"]
    page = mei.new_page()
    session = mei.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": ["https://*"]})  # the stand-in's page wants a style sheet from afar
    page.goto(link)
    page.locator("#new-password").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.get_by_test_id("flow-count").wait_for()

    page.goto("/account")
    mine = page.get_by_test_id("provider")
    mine.get_by_role("button", name="Link Hospital").click()
    _confirm(page, "not it at all", "Link Hospital")
    expect(page.locator("form").filter(has=page.locator("#provider-password")).get_by_role("alert")).to_be_visible()
    _confirm(page, PASSWORD, "Link Hospital")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("status").filter(has_text="It was not confirmed")).to_be_visible()
    mine.get_by_role("button", name="Link Hospital").click()
    _confirm(page, PASSWORD, "Link Hospital")
    page.get_by_role("button", name="u3", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="It is linked.")).to_be_visible()
    expect(mine.get_by_text("Linked", exact=True)).to_be_visible()
    shot(page, "account-linked")
    scan(page)

    mei.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("link", name="Hospital").click()
    page.get_by_role("button", name="u3", exact=True).first.click()
    page.get_by_test_id("flow-count").wait_for()
    page.goto("/account")
    mine.get_by_role("button", name="Unlink Hospital").click()
    _confirm(page, PASSWORD, "Unlink Hospital")
    expect(mine.get_by_role("button", name="Link Hospital", exact=True)).to_be_visible()
    mei.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("link", name="Hospital").click()
    page.get_by_role("button", name="u3", exact=True).first.click()
    expect(page.get_by_role("alert")).to_be_visible()


def _confirm(page: Page, password: str, what: str) -> None:
    field = page.locator("#provider-password")
    field.fill(password)
    page.locator("form").filter(has=field).get_by_role("button", name=what).click()
