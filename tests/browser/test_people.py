"""Somebody is invited, chooses a password, sets up a second factor, signs in with it, and ends a session elsewhere."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import context_of, shot
from tests.product import RunningCopy
from tests.product_api import Api

LOGIN, PASSWORD = "li@ward.example", "quiet rivers carry barges"


@pytest.fixture
def others(browser: Browser, copy: RunningCopy, api: Api) -> Iterator[list[BrowserContext]]:
    """Two more browsers, in Chinese; whoever was invited is gone afterwards."""
    made = [context_of(browser, copy.url, "zh-CN") for _ in range(2)]
    yield made
    for context in made:
        context.close()
    for user in api("GET", "/users")["items"]:
        if user["login"] == LOGIN:
            api("DELETE", f"/users/{user['id']}")


def test_the_way_in(page: Page, others: list[BrowserContext]) -> None:
    page.get_by_role("link", name="Users").click()
    page.get_by_test_id("invite").click()
    page.get_by_label("E-mail or staff number").fill(LOGIN)
    page.get_by_role("textbox", name="Name").fill("Li Ming")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_test_id("made-link").input_value()
    page.get_by_role("button", name="Done").click()
    row = page.locator("tr", has_text=LOGIN)
    expect(row.get_by_text("Invited")).to_be_visible()

    first = others[0].new_page()
    first.goto(link)
    first.locator("#new-password").fill("too short")
    first.get_by_role("button", name="开始使用").click()
    expect(first.get_by_role("alert")).to_contain_text("至少要 15 个字符")
    shot(first, "welcome-zh-CN")
    scan(first)
    first.locator("#new-password").fill(PASSWORD)
    first.get_by_role("button", name="开始使用").click()
    first.get_by_test_id("flow-count").wait_for()

    first.goto("/account")
    first.get_by_role("button", name="设置二次验证").click()
    first.locator("#factor-password").fill(PASSWORD)
    first.get_by_role("button", name="继续").click()
    first.get_by_text("手动输入").click()
    secret = first.get_by_test_id("secret").inner_text().replace(" ", "")
    first.locator("#factor-code").fill(pyotp.TOTP(secret).now())
    first.get_by_role("button", name="完成设置").click()
    expect(first.get_by_test_id("recovery-codes").locator("li")).to_have_count(10)
    codes = first.get_by_test_id("recovery-codes").locator("li").all_inner_texts()
    first.get_by_role("button", name="存好了，继续").click()
    shot(first, "account-zh-CN")
    scan(first)

    second = others[1].new_page()
    second.goto("/sign-in")
    second.locator("#login").fill(LOGIN)
    second.locator("#password").fill(PASSWORD)
    shot(second, "sign-in-zh-CN")
    scan(second)
    second.get_by_role("button", name="登录", exact=True).click()
    second.locator("#code").fill(pyotp.TOTP(secret).at(int(time.time()) + 30))
    shot(second, "second-factor-zh-CN")
    second.get_by_role("button", name="登录", exact=True).click()
    second.get_by_test_id("flow-count").wait_for()

    first.reload()
    expect(first.get_by_test_id("session")).to_have_count(2)
    first.get_by_role("button", name="结束", exact=True).click()
    expect(first.get_by_test_id("session")).to_have_count(1)
    second.goto("/sources")
    expect(second).to_have_url(re.compile("/sign-in$"))

    second.locator("#login").fill(LOGIN)
    second.locator("#password").fill(PASSWORD)
    second.get_by_role("button", name="登录", exact=True).click()
    second.get_by_role("button", name="手机不在身边").click()
    second.locator("#code").fill(codes[0])
    second.get_by_role("button", name="登录", exact=True).click()
    expect(second).to_have_url(re.compile("/sources$"))

    page.reload()
    expect(row.get_by_text("Active")).to_be_visible()
    shot(page, "users")
    scan(page)
    page.get_by_role("button", name="Actions for Li Ming").click()
    page.get_by_role("menuitem", name="Disable").click()
    expect(row.get_by_text("Disabled")).to_be_visible()
    second.goto("/flows")
    expect(second).to_have_url(re.compile("/sign-in$"))
