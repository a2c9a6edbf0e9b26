"""Two people in one drawing: nothing is lost, both see each other; publishing with people in the flow; going back."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from engine.flow.canonical import canonical
from tests.browser.axe import scan
from tests.browser.conftest import opened, shot
from tests.product import RunningCopy
from tests.product_api import Api

LONG = 30_000


def document(name: str, **more: Any) -> dict[str, Any]:
    """A flow that waits for a word, asks again a day later, and ends."""
    nodes = {
        "hold": {
            "type": "wait_for", "name": "Until the ward calls", "at": [100, 100],
            "config": {"what": "signal", "name": "go"}, "outlets": {"received": "later"},
        },
        "later": {"type": "wait", "name": "A day later", "at": [100, 240], "config": {"for": "1d"}, "outlets": {"done": "bye"}},
        "bye": {"type": "end", "name": "Told", "at": [120, 380], "config": {"outcome": "told"}, "outlets": {}},
    }  # fmt: skip
    return {"callweave": 1, "name": name, "languages": ["en"], "start": "hold", "nodes": nodes} | more


@pytest.fixture(scope="module")
def pair(browser: Browser, copy: RunningCopy) -> Iterator[list[Page]]:
    """Two browsers, each signed in; every test goes to a flow of its own."""
    with ExitStack() as stack:
        pages = [stack.enter_context(contextmanager(opened)(browser, copy, "en")) for _ in range(2)]
        for page in pages:
            page.set_default_timeout(LONG)
        yield pages


def go(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator(".react-flow__node").first).to_be_visible(timeout=LONG)


def node(page: Page, name: str) -> Locator:
    return page.locator(".react-flow__node").filter(has_text=name)


def select(page: Page, name: str) -> None:
    """Click a card until it is selected: a drawing that just comes into view may move away under the pointer."""
    title, until = page.get_by_role("textbox", name="Node name"), time.monotonic() + LONG / 1000
    while True:
        node(page, name).click(position={"x": 60, "y": 20})
        try:
            expect(title).to_have_value(name, timeout=2_000)
        except AssertionError:
            if time.monotonic() > until:
                raise
        else:
            return


def renamed(page: Page, name: str, to: str) -> None:
    select(page, name)
    page.get_by_role("textbox", name="Node name").fill(to)


def idle(page: Page) -> None:
    expect(page.get_by_test_id("save-state")).to_have_attribute("data-state", "saved", timeout=LONG)


def kept(copy: RunningCopy, flow: str) -> str:
    """The draft as the server has it, byte for byte."""
    request = urllib.request.Request(f"{copy.url}/api/v1/flows/{flow}/draft")
    request.add_header("Authorization", f"Bearer {copy.key}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return str(answer.read().decode())


def test_two_browsers_edit_one_flow_at_once_and_nothing_is_lost(pair: list[Page], copy: RunningCopy, api: Api) -> None:
    flow = api("POST", "/flows", document("Drawn by two"))["id"]
    before = kept(copy, flow)
    one, two = pair
    for page in pair:
        go(page, f"/flows/{flow}")
    # they see each other, and what the other has in hand
    for page in (one, two):
        expect(page.get_by_test_id("avatars").get_by_role("button")).to_have_count(1, timeout=LONG)
    select(one, "A day later")
    expect(node(two, "A day later").get_by_test_id("held-by")).to_be_visible(timeout=LONG)
    one.get_by_test_id("canvas").hover(position={"x": 300, "y": 300})
    expect(two.get_by_test_id("cursor")).to_be_visible(timeout=LONG)
    # a field that one has in hand is marked for the other, and locked for the moment
    one.locator('[data-field="for"]').locator("input, textarea, [role=combobox]").first.focus()
    select(two, "A day later")
    expect(two.locator('[data-field="for"]').get_by_test_id("held-by")).to_be_visible(timeout=LONG)
    assert two.locator('[data-field="for"]').evaluate("field => field.inert")
    shot(two, "together")
    assert kept(copy, flow) == before, "looking changes nothing"
    # at once: each renames a node of his own and adds one; both new ones want the same id
    renamed(one, "Until the ward calls", "Until the doctor calls")
    renamed(two, "Told", "Told in time")
    for page in (one, two):
        page.keyboard.press("Escape")
        page.get_by_test_id("canvas").click(position={"x": 30, "y": 500})
    # (two nodes that are alike to the last byte would be one)
    select(one, "Until the doctor calls")
    for page in (one, two):
        page.keyboard.press("/")
        page.get_by_role("combobox", name="Node to add").fill("Say")
        expect(page.get_by_role("option").first).to_be_visible(timeout=LONG)
        page.keyboard.press("Enter")
    for page in (one, two):
        expect(page.locator(".react-flow__node")).to_have_count(5, timeout=LONG)
        expect(node(page, "Until the doctor calls")).to_be_visible(timeout=LONG)
        expect(node(page, "Told in time")).to_be_visible(timeout=LONG)
        idle(page)
    text = kept(copy, flow)
    assert text == canonical(json.loads(text))
    nodes = json.loads(text)["nodes"]
    assert sorted(one["type"] for one in nodes.values()) == ["end", "say", "say", "wait", "wait_for"]
    # undo takes back one's own step and nothing of the other's
    two.get_by_test_id("canvas").click(position={"x": 30, "y": 500})
    two.keyboard.press("Control+z")
    for page in (one, two):
        expect(page.locator(".react-flow__node")).to_have_count(4, timeout=LONG)
        expect(node(page, "Until the doctor calls")).to_be_visible()
        idle(page)


def test_what_both_have_changed_is_asked_field_by_field(pair: list[Page], api: Api) -> None:
    flow = api("POST", "/flows", document("Disputed"))["id"]
    one, two = pair
    for page in pair:
        go(page, f"/flows/{flow}")
    two.context.set_offline(True)
    renamed(two, "A day later", "Two days later")
    expect(two.get_by_test_id("save-state")).to_have_attribute("data-state", "kept", timeout=LONG)
    expect(two.get_by_role("alert").filter(has_text="on this computer")).to_be_visible()
    shot(two, "offline")
    renamed(one, "A day later", "A week later")
    renamed(one, "Told", "Told on the phone")
    idle(one)
    two.context.set_offline(False)
    bar = two.get_by_test_id("merge-bar")
    expect(bar).to_contain_text("1 place differs", timeout=LONG)
    expect(bar).to_contain_text("Mine: Two days later")
    expect(bar).to_contain_text("A week later")
    expect(node(two, "Told on the phone")).to_be_visible()
    shot(two, "merge-bar")
    scan(two)
    bar.get_by_text("A week later").click()
    bar.get_by_role("button", name="Use the chosen").click()
    expect(bar).to_be_hidden()
    for page in (one, two):
        expect(node(page, "A week later")).to_be_visible(timeout=LONG)
        idle(page)
    # the other side is one undo away
    two.get_by_test_id("canvas").click(position={"x": 30, "y": 500})
    two.keyboard.press("Control+z")
    expect(node(one, "Two days later")).to_be_visible(timeout=LONG)


def test_publishing_with_people_in_flight_and_going_back(pair: list[Page], copy: RunningCopy, api: Api) -> None:
    flow = api("POST", "/flows", document("With people in it"))["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "The first"})
    sessions = [api("POST", f"/flows/{flow}/start", {"contact": {"phone": f"1390000000{n}"}})["session"] for n in range(3)]
    page = pair[0]
    go(page, f"/flows/{flow}")
    renamed(page, "Told", "Told and thanked")
    idle(page)
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="What has changed").fill("Thanks at the end")
    expect(dialog.get_by_test_id("in-words")).to_contain_text("Told and thanked (Node name)")
    expect(dialog.get_by_test_id("people")).to_contain_text("3 people in earlier versions")
    dialog.get_by_text("Move those who wait to v2").click()
    shot(page, "publish-people")
    scan(page)
    dialog.get_by_role("button", name="Choose per node").click()
    expect(dialog.locator('tr[data-node="hold"]')).to_contain_text("3 people")
    dialog.get_by_role("button", name="Publish and move 3 people").click()
    expect(page.get_by_test_id("live-version")).to_contain_text("v2")
    for session in sessions:
        until(api, session, version=2)
    # what each version changed, side by side; and back to the first
    page.get_by_role("link", name="Versions").click()
    page.locator('[data-edition="2"]').click()
    expect(page.get_by_test_id("changes")).to_contain_text("its name is")
    expect(page.locator('.compared-side[data-side="after"] [data-mark="changed"]')).to_be_visible()
    expect(page.locator('.compared-side[data-side="before"] [data-mark="changed"]')).to_be_visible()
    shot(page, "versions")
    scan(page)
    page.locator('[data-edition="1"]').click()
    page.get_by_role("button", name="Go back to this").click()
    expect(page.get_by_role("status").filter(has_text="as v1 was")).to_be_visible()
    first = api("GET", f"/flows/{flow}/versions/1")["document"]
    assert kept(copy, flow) == canonical(first)
    assert api("GET", f"/flows/{flow}/drafts")["items"], "the draft before is kept"


def test_people_stay_and_end_by_node_and_a_flow_goes_out_and_comes_in_as_a_file(pair: list[Page], copy: RunningCopy, api: Api, tmp_path: Path) -> None:
    flow = api("POST", "/flows", document("With people at two nodes"))["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "The first"})
    one, two, three = (api("POST", f"/flows/{flow}/start", {"contact": {"phone": f"1391000000{n}"}})["session"] for n in range(3))
    for session in (two, three):
        until(api, session, node="hold")
        api("POST", f"/sessions/{session}/signal", {"name": "go"})
        until(api, session, node="later")
    page = pair[0]
    go(page, f"/flows/{flow}")
    renamed(page, "Told", "Told and thanked")
    idle(page)
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="What has changed").fill("Only some go on")
    expect(dialog.get_by_test_id("people")).to_contain_text("3 people in earlier versions")
    dialog.get_by_text("End all").click()
    expect(dialog.get_by_role("button", name="Publish and end 3 people")).to_be_visible()
    dialog.get_by_role("button", name="Choose per node").click()
    for node_id, fate in (("hold", "Stay"), ("later", "End")):
        dialog.locator(f'tr[data-node="{node_id}"] .ant-select').click()
        page.locator(".ant-select-dropdown:visible").get_by_title(fate, exact=True).click()
        expect(page.locator(".ant-select-dropdown:visible")).to_have_count(0)
    expect(dialog.locator('tr[data-node="later"]')).to_contain_text("2 people")
    shot(page, "publish-per-node")
    dialog.get_by_role("button", name="Publish and end 2 people").click()
    expect(page.get_by_test_id("live-version")).to_contain_text("v2")
    for session in (two, three):
        until(api, session, status="cancelled")
    until(api, one, status="waiting", version=1)
    # out as a file, as it was published, and in again: the same, byte for byte
    page.get_by_role("link", name="Versions").click()
    expect(page.locator('[data-edition="1"]')).to_contain_text("1 person is still in it")
    expect(page.locator('[data-edition="2"]')).to_contain_text("Only some go on")
    page.locator('[data-edition="2"]').click()
    expect(page.get_by_test_id("changes")).to_contain_text("its name is")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export").click()
    file = tmp_path / "exported.json"
    download.value.save_as(file)
    page.goto("/flows")
    page.get_by_test_id("import-flow").click()
    page.get_by_test_id("import-file").set_input_files(file)
    page.get_by_role("button", name="Import as a new flow").click()
    expect(node(page, "Told and thanked")).to_be_visible()
    made = page.url.split("/flows/")[1]
    assert made != flow
    assert kept(copy, made) == kept(copy, flow)


def test_a_faulty_flow_comes_in_from_a_file_and_cannot_be_published(pair: list[Page], tmp_path: Path) -> None:
    page = pair[0]
    page.goto("/flows")
    page.get_by_test_id("import-flow").click()
    file = tmp_path / "flow.json"
    file.write_text("{")
    page.get_by_test_id("import-file").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("it is not JSON")
    file.write_text(json.dumps(document("From a file", start="nowhere")))
    page.get_by_test_id("import-file").set_input_files(file)
    expect(page.get_by_test_id("import-faults")).to_contain_text("nowhere")
    shot(page, "import")
    page.get_by_role("button", name="Import as a new flow").click()
    expect(page.locator(".react-flow__node")).to_have_count(3, timeout=LONG)
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("textbox", name="What has changed").fill("It cannot be")
    expect(page.get_by_role("button", name="Publish v1")).to_be_disabled()


def until(api: Api, session: str, **wanted: Any) -> None:
    """Wait until a session is so."""
    end = time.monotonic() + LONG / 1000
    while True:
        last = api("GET", f"/sessions/{session}")
        if all(last[key] == value for key, value in wanted.items()):
            return
        assert time.monotonic() < end, last
        time.sleep(0.1)
