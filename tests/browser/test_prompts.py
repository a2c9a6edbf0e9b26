"""The studio of prompts as somebody uses it, on a copy with a small translation service; a campaign's rehearsal stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import scan
from tests.browser.conftest import opened, shot
from tests.conftest import StartCopy
from tests.designer.test_translations import Libre
from tests.product import RunningCopy
from tests.product_api import Api

SPANISH = {"We open at nine.": "Abrimos a las nueve.", "Bring [[0]].": "Traiga [[0]].", "Goodbye.": "Adiós."}
SAID = {
    "hello": {"en": "Good morning.", "es": "Buenos días."}, "hours": {"en": "We open at nine."},
    "card": {"en": "Bring {{ record.card }}."}, "bye": {"en": "Goodbye."},
}  # fmt: skip


@pytest.fixture(scope="module")
def libre() -> Iterator[Libre]:
    """Translates what it knows; one sentence waits until `goes_on` is set, so that a page is seen at work."""
    goes_on = threading.Event()

    def way(text: str) -> str:
        assert text != "Bring [[0]]." or goes_on.wait(60)
        return SPANISH[text]

    with Libre(way) as server:
        server.goes_on = goes_on  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def copy(lasting_copy: StartCopy, libre: Libre) -> RunningCopy:
    return lasting_copy("simulated", CALLWEAVE_TRANSLATION_URL=libre.url, CALLWEAVE_ALLOW_HOSTS="127.0.0.1")


@pytest.fixture
def flow(copy: RunningCopy) -> str:
    """Four sentences in English, one of them in Spanish too; its id."""
    names = list(SAID)
    nodes = {
        name: {"type": "say", "name": name.capitalize(), "config": {"prompt": SAID[name]}, "outlets": {"done": after}}
        for name, after in zip(names, [*names[1:], "over"], strict=True)
    }
    nodes["take"] = {"type": "answer", "outlets": {"done": "hello"}}
    over = {"type": "end", "config": {"outcome": "told"}}
    said = {"callweave": 1, "name": "Said", "languages": ["en", "es"], "start": "take"}
    return str(Api(copy)("POST", "/flows", said | {"nodes": nodes | {"over": over}})["id"])


def kept(copy: RunningCopy, flow: str, node: str) -> Any:
    return Api(copy)("GET", f"/flows/{flow}/draft")["nodes"][node]["config"]["prompt"]


def test_a_sentence_is_changed_taken_back_given_a_voice_and_the_missing_filled_in(
    page: Page, browser: Browser, copy: RunningCopy, libre: Libre, flow: str, require: Callable[[str], str]
) -> None:
    require("espeak-ng")
    page.goto(f"/prompts?flow={flow}")

    def cell(node: str, language: str) -> Locator:
        return page.locator(f'[data-row="{flow}/{node}/prompt"] [data-language={language}]')

    cell("hello", "en").locator(".prompts-words").click()
    words = page.get_by_test_id("prompt-words").locator("textarea")
    words.fill("Good afternoon.")
    page.get_by_test_id("keep-prompt").click()
    changes = page.get_by_test_id("changes").locator("li")
    expect(changes).to_have_count(1)
    assert kept(copy, flow, "hello") == SAID["hello"] | {"en": "Good afternoon."}
    changes.locator("button").first.click()
    expect(changes.locator("del")).to_have_text("morning")
    page.get_by_role("button", name="Take what was before").click()
    expect(words).to_have_value("Good morning.")
    page.get_by_label("Voice").fill("Woman 3")
    page.get_by_label("Voice").press("Enter")
    page.get_by_label("Rate").click()
    page.locator(".ant-select-item-option", has_text="0.80").click()
    page.locator(".sounds-play").click()
    expect(page.locator(".sounds-wave[data-loaded=true]")).to_be_visible()
    page.get_by_test_id("keep-prompt").click()
    expect(changes.first).to_contain_text("changed the voice")
    spoken = kept(copy, flow, "hello")
    assert spoken["es"] == "Buenos días."
    assert spoken["en"] == [{"voice": "en-us+f3"}, {"rate": 0.8}, {"say": "Good morning."}]

    cell("hours", "es").locator(".prompts-words").click()
    expect(words).to_have_value("")
    for there in opened(browser, copy, "zh-CN", "dark"):
        there.goto(f"/prompts?flow={flow}")
        expect(there.get_by_test_id("fill-one")).to_have_count(3)
        shot(there, "prompts-missing-zh-CN")
        scan(there)
    cell("hours", "es").get_by_test_id("fill-one").click()
    expect(cell("hours", "es")).to_have_attribute("data-machine", "true")
    expect(words).to_have_value("Abrimos a las nueve.")
    page.get_by_test_id("mark-reviewed").click()
    expect(cell("hours", "es")).to_have_attribute("data-reviewed", "true")

    page.get_by_test_id("fill").click()
    page.get_by_test_id("translate").click()
    expect(page.get_by_test_id("translated")).to_have_text("1 of 2 translated")
    shot(page, "prompts-filling")
    libre.goes_on.set()  # type: ignore[attr-defined]
    expect(page.get_by_test_id("translated")).to_have_text("2 of 2 translated")
    expect(page.get_by_test_id("missing")).to_have_count(0)
    expect(page.locator("[data-machine=true]")).to_have_count(2)
    assert kept(copy, flow, "card") == SAID["card"] | {"es": "Traiga {{ record.card }}."}
    assert [asked["q"] for asked in libre.asked] == [["We open at nine."], ["Goodbye."], ["Bring [[0]]."]]


def test_a_try_speaks_aloud_and_leads_to_its_help(
    browser: Browser, copy: RunningCopy, flow: str, require: Callable[[str], str]
) -> None:
    require("espeak-ng")
    for number, (language, chapter) in enumerate((("en", "trying.html"), ("zh-CN", "trying.zh-CN.html"))):
        for page in opened(browser, copy, language, ("light", "dark")[number]):
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"/flows/{flow}/try")
            expect(page.get_by_test_id("try-state")).to_be_visible()
            expect(page.get_by_test_id("help")).to_have_attribute("href", f"/help/{chapter}")
            expect(page.get_by_test_id("help")).to_be_in_viewport(ratio=1)
            page.get_by_role("button", name=("Speak aloud", "说出声来")[number]).click()
            with page.expect_response("**/api/v1/speech") as spoken:
                page.get_by_test_id("try-restart").click()
            assert spoken.value.status == 200
            asked: Any = spoken.value.request.post_data_json
            assert asked["prompt"] == {"en": [{"say": "Good morning."}]}
            shot(page, f"try-{language}")
            scan(page)


def test_a_rehearsal_is_stopped(page: Page, copy: RunningCopy, flow: str) -> None:
    api = Api(copy)
    api("POST", f"/flows/{flow}/publish", {"message": "first"})
    everybody = {"contacts": [{"phone": f"139{number:08}"} for number in range(10_000)]}
    slow = {"name": "Many", "flow": flow, "audience": everybody, "pace": {"calls_per_second": 0.02}}
    campaign = api("POST", "/campaigns", slow)["id"]
    page.goto(f"/campaigns/{campaign}")
    page.get_by_test_id("rehearse").click()
    page.get_by_test_id("stop-rehearsal").click()
    expect(page.get_by_test_id("rehearsal-stopped")).to_be_visible()
    expect(page.get_by_test_id("stop-rehearsal")).to_have_count(0)
    (rehearsal,) = api("GET", "/rehearsals")["items"]
    assert rehearsal["state"] == "stopped"
    shot(page, "rehearsal-stopped")
