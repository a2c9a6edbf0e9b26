"""Draw a flow from nothing with mouse and keyboard, publish it, call it, and see its session move over the drawing."""

from __future__ import annotations

import asyncio
import threading

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import both, opened, shot
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.caller import Caller

NUMBER = "7400"


def node(page: Page, name: str) -> Locator:
    return page.locator(".react-flow__node").filter(has_text=name)


def quick_add(page: Page, words: str) -> None:
    """Type on the canvas: what is found first is added and connected."""
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Node to add")
    field.fill(words)
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    expect(field).to_be_hidden()


def drawn(page: Page) -> None:
    """From an empty canvas to a flow without a fault."""
    page.get_by_test_id("new-flow").click()
    page.get_by_role("textbox", name="Name").fill("Night bell")
    page.get_by_role("button", name="Start drawing").click()
    canvas = page.get_by_test_id("canvas")
    canvas.wait_for()
    # the first node by the mouse, dragged from the palette; the others by typing
    page.locator(".palette").get_by_text("Answer", exact=True).drag_to(canvas, target_position={"x": 300, "y": 80})
    expect(page.locator(".react-flow__node")).to_have_count(1)
    page.keyboard.press("Escape")
    node(page, "Answer").click()
    for words in ("Menu", "Say", "End"):
        page.keyboard.press("Escape")
        page.locator(".react-flow__node").last.click(position={"x": 60, "y": 20})
        quick_add(page, words)
    expect(page.locator(".react-flow__node")).to_have_count(4)


def filled_in(page: Page) -> None:
    node(page, "Menu").click(position={"x": 60, "y": 20})
    form = page.get_by_test_id("node-form")
    expect(page.locator(".issues").get_by_text("is empty").first).to_be_visible()
    both(page, "editor-faults", "不能为空")
    form.locator("[data-field=prompt] [role=combobox], [data-field=prompt] textarea").first.fill(
        "You have reached the night bell. For a nurse press 1."
    )
    label = page.locator('[data-field="choices.0.label"] input, [data-field="choices.0.label"] textarea').first
    label.fill("Nurse")
    node(page, "Say").click(position={"x": 60, "y": 20})
    form.locator("[data-field=prompt] [role=combobox], [data-field=prompt] textarea").first.fill(
        "You pressed {{ results.menu.value }}. A nurse is on the way."
    )
    expect(page.get_by_text("No errors, ready to publish")).to_be_visible()


def test_from_nothing_to_a_session_seen_moving(page: Page, copy: RunningCopy, api: Api) -> None:
    drawn(page)
    filled_in(page)
    # undo and redo
    page.keyboard.press("Escape")
    page.get_by_test_id("canvas").click(position={"x": 30, "y": 500})
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    # its number and its version
    page.get_by_role("textbox", name="Number, e.g. 7001").fill(NUMBER)
    page.get_by_role("button", name="Bind").click()
    expect(page.get_by_role("button", name=f"Take {NUMBER} off")).to_be_visible()
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("textbox", name="What has changed").fill("The first night")
    shot(page, "publish")
    page.get_by_role("button", name="Publish v1").click()
    expect(page.get_by_test_id("live-version")).to_contain_text("v1")
    shot(page, "editor")
    # a caller, while we look
    page.get_by_role("link", name="Follow").click()
    expect(page.get_by_test_id("running-count")).to_contain_text("0")
    go_on = threading.Event()
    failures: list[BaseException] = []

    async def person() -> None:
        async with asyncio.timeout(60), Caller(copy.sip_port, number="13900001234") as caller:
            await caller.call(NUMBER)
            await caller.until_heard()
            await asyncio.to_thread(go_on.wait, 30)
            await caller.press("1")
            await caller.ended()

    def call() -> None:
        try:
            asyncio.run(person())
        except BaseException as error:
            failures.append(error)
            raise

    calling = threading.Thread(target=call)
    calling.start()
    try:
        row = page.locator("[data-session]").first
        expect(row).to_have_attribute("data-status", "running")
        expect(row).to_contain_text("13900001234")
        expect(node(page, "Menu").get_by_test_id("live-count")).to_contain_text("1")
        row.click()
        shot(page, "follow-live")
    finally:
        go_on.set()
        calling.join()
    assert failures == []
    expect(row).to_have_attribute("data-status", "completed")
    expect(page.locator('.fp-step[data-node="menu"][data-outlet="1"]')).to_be_visible()
    both(page, "follow-ended", "未按键")
    flow = page.url.split("/flows/")[1].split("/")[0]
    [session] = api.ended_sessions(flow, 1)
    assert api("GET", f"/sessions/{session['id']}")["results"]["menu"]["value"] == "1"


def test_every_page_in_both_languages_light_and_dark(browser: Browser, copy: RunningCopy) -> None:
    for language, scheme, title in (("zh-CN", "light", "流程"), ("en", "dark", "Flows")):
        for page in opened(browser, copy, language, scheme):
            expect(page.get_by_text(title).first).to_be_visible()
            shot(page, f"flows-{language}")
            page.get_by_text("Hospital reception").first.click()
            expect(page.locator(".react-flow__node").first).to_be_visible()
            expect(page.locator(".react-flow__node")).to_have_count(18)
            shot(page, f"editor-{language}")
            page.goto(page.url + "/follow")
            expect(page.locator(".react-flow__node").first).to_be_visible()
            shot(page, f"follow-{language}")
