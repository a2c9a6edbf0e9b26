"""The tutorial as its reader does it: visits put in, the reminder drawn, tried, published, started; why a patient was not called."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import both, shot
from tests.product_api import Api

MARK = token_hex(3)
"""So that what is looked for is this run's, whatever else the copy holds."""
TYPE, FLOW = f"visit_{MARK}", f"My reminder {MARK}"
WANG, LI, ZHAO = (f"{name} {MARK}" for name in ("Wang Xiaoming", "Li Na", "Zhao Lei"))
PHONE = 13_800_000_000 + int(MARK, 16)
VISITS = f"""patient_no,name,phone,visit_at
{MARK}1,{WANG},{PHONE},2027-03-02T09:30:00+08:00
{MARK}2,{LI},{PHONE + 1},2027-03-02T10:00:00+08:00
{MARK}3,{ZHAO},,2027-03-02T10:30:00+08:00
"""


def test_from_a_file_of_visits_to_why_a_patient_was_not_called(page: Page, api: Api) -> None:
    visits_put_in(page)
    never_to_be_called(page, LI)
    drawn(page)
    tried(page)
    published(page)
    started(page, api)
    for name, why in ((ZHAO, "There is no number"), (LI, "do-not-contact list"), (WANG, "Outside the windows")):
        expect(told_of(page, name)).to_contain_text(re.compile(re.escape(why), re.IGNORECASE))
        page.get_by_test_id("why-panel").get_by_role("button", name="Close").click()
    told_of(page, LI)
    both(page, "why", re.compile("^在免打扰名单中$"))
    scan(page, within="main")
    page.get_by_test_id("stop").click()
    page.get_by_role("button", name=re.compile("^Stop, and leave")).click()
    expect(page.locator(".cg-hdr").get_by_test_id("campaign-state")).to_have_attribute("data-state", "stopped")


def chosen(page: Page, words: str) -> None:
    """From the list that is open now."""
    page.locator(
        ".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", has_text=words
    ).click()


def visits_put_in(page: Page) -> None:
    page.get_by_role("link", name="Records", exact=True).click()
    page.get_by_role("button", name="New type").click()
    form = page.locator(".ant-drawer")
    form.get_by_placeholder("visit").fill(TYPE)
    form.get_by_role("button", name="Add a field").click()
    page.keyboard.type("visit_at")  # the new field's name is where one types
    form.get_by_label("Kind").last.click()
    chosen(page, "Date and time")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    page.get_by_test_id("upload").click()
    page.locator(".ant-drawer input[type=file]").set_input_files(
        {"name": "visits.csv", "mimeType": "text/csv", "buffer": VISITS.encode()}
    )
    page.get_by_role("button", name="Put in 3 rows").click()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text(ZHAO)).to_be_visible()


def never_to_be_called(page: Page, name: str) -> None:
    page.get_by_role("link", name="Contacts", exact=True).click()
    page.get_by_role("searchbox").fill(name)
    page.get_by_text(name).click()
    page.get_by_role("button", name="Contact no more").first.click()
    expect(page.get_by_text("may be called")).to_have_count(0)


def node(page: Page, kind: str) -> Locator:
    return page.locator(f".react-flow__node[data-id={kind}]")


def led_to(page: Page, kind: str, outlet: str, words: str) -> None:
    """A click on an outlet, and the new node's name typed."""
    tab = node(page, kind).locator(f".out[data-outlet='{outlet}']")
    tab.hover()
    tab.click()
    field = page.get_by_role("combobox", name="Node to add")
    field.fill(words)
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    expect(field).to_be_hidden()


def drawn(page: Page) -> None:
    page.get_by_role("link", name="Flows", exact=True).click()
    page.get_by_test_id("new-flow").click()
    page.get_by_role("textbox", name="Name").fill(FLOW)
    page.keyboard.press("Enter")
    page.get_by_test_id("canvas").wait_for()
    page.get_by_role("combobox", name="About which records").click()
    chosen(page, TYPE)
    page.get_by_role("button", name="Add a node").click()
    page.get_by_role("combobox", name="Node to add").fill("call")
    page.keyboard.press("Enter")
    led_to(page, "call", "answered", "menu")
    prompt = page.locator("[data-field=prompt] textarea").first
    prompt.click()
    page.keyboard.type("Hello {{ record.na")
    expect(page.get_by_role("option", name="record.name")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type(", press 1 to confirm.")
    expect(prompt).to_have_value("Hello {{ record.name }}, press 1 to confirm.")
    expect(page.get_by_test_id("node-form").get_by_test_id("sample")).to_contain_text(f"Hello {WANG}, press 1")
    shot(page, "reminder-drawn")
    page.locator('[data-field="choices.0.label"] input').first.fill("Confirm")
    led_to(page, "menu", "1", "say")
    page.locator("[data-field=prompt] textarea").first.fill("Thank you.")
    expect(page.get_by_text("No errors, ready to publish")).to_be_visible()
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")


def tried(page: Page) -> None:
    page.get_by_role("link", name="Try", exact=True).click()
    page.get_by_test_id("try-record").click()
    chosen(page, WANG)
    expect(page.get_by_test_id("try-phone")).to_have_attribute("data-line", "ringing")
    page.locator("[data-offer=answered]").first.click()
    expect(page.get_by_test_id("try-said")).to_contain_text(f"Hello {WANG}, press 1 to confirm.")
    page.keyboard.press("1")
    expect(page.get_by_test_id("try-state")).to_have_attribute("data-status", "completed")
    page.get_by_test_id("try-save").click()
    page.get_by_label("Name", exact=True).fill("confirms")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_test_id("try-scenarios").get_by_text("confirms")).to_be_visible()


def published(page: Page) -> None:
    """The first time all scenarios hold; then one does not, and a word is asked for."""
    page.get_by_role("link", name="Design", exact=True).click()
    page.get_by_role("button", name="Publish…").click()
    outcome = page.get_by_test_id("publish-scenarios")
    expect(outcome).to_have_text("1 scenario holds")
    page.get_by_role("textbox", name="What has changed").fill("The first reminder")
    shot(page, "publish-scenarios")
    page.get_by_role("button", name="Publish v1").click()
    expect(page.get_by_test_id("live-version")).to_contain_text("v1")
    node(page, "say").click(position={"x": 60, "y": 20})
    page.keyboard.press("Delete")
    expect(node(page, "say")).to_have_count(0)
    page.get_by_role("button", name="Publish…").click()
    expect(outcome).to_contain_text("1 of 1 scenarios does not hold")
    expect(outcome).to_contain_text("confirms")
    page.get_by_role("textbox", name="What has changed").fill("Shorter")
    again = page.get_by_role("button", name="Publish v2")
    expect(again).to_be_disabled()
    shot(page, "publish-failing")
    scan(page, within=".ant-modal")
    page.get_by_role("textbox", name="Why publish it all the same").fill("no thanks needed")
    again.click()
    expect(page.get_by_test_id("live-version")).to_contain_text("v2")


def started(page: Page, api: Api) -> None:
    page.goto("/campaigns")
    page.get_by_test_id("new-campaign").first.click()
    page.locator("#cg-name").fill(f"Visits {MARK}")
    page.locator("#cg-flow").click()
    chosen(page, FLOW)
    page.locator("#cg-type").click()
    chosen(page, TYPE)
    page.get_by_test_id("save-campaign").click()
    state = page.locator(".cg-hdr").get_by_test_id("campaign-state")
    expect(state).to_have_attribute("data-state", "draft")
    # hours of another day, whenever this runs: nobody is called
    other = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
    hours = [{"days": [other], "from": "09:00", "to": "20:00"}]
    api("PATCH", f"/campaigns/{page.url.split('/campaigns/')[1]}", {"windows": hours, "holidays": None})
    page.get_by_test_id("start").click()
    page.get_by_role("button", name="Start contacting").click()
    expect(state).to_have_attribute("data-state", "running")
    expect(page.get_by_test_id("campaign-people").get_by_text(ZHAO)).to_be_visible()


def told_of(page: Page, name: str) -> Locator:
    """The verdict on one person."""
    page.get_by_test_id("campaign-people").get_by_text(name).click()
    return page.get_by_test_id("verdict")
