"""A draft is tried by keypad, voice and texts on a clock that is wound, saved as a scenario, its cover seen; and called."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from secrets import token_hex
from typing import Any

from playwright.sync_api import Page, expect

from engine.host.settings import PROJECT
from tests.browser.axe import scan
from tests.browser.conftest import both, shot
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.peers import Peers

PHONE = "13800138007"
REMINDER = PROJECT / "flows" / "examples" / "visit_reminder.json"
BELL: dict[str, Any] = {
    "callweave": 1, "name": "Bell to try", "languages": ["en"], "start": "pick_up",
    "nodes": {
        "pick_up": {"type": "answer", "at": [0, 0], "outlets": {"done": "ask"}},
        "ask": {
            "type": "menu", "name": "Shall we ring?", "at": [0, 120], "outlets": {"1": "rung"},
            "config": {"prompt": "Press one.", "choices": [{"key": "1", "label": "Ring"}]},
        },
        "rung": {"type": "end", "name": "Rung", "at": [0, 240], "config": {"outcome": "rung"}},
    },
}  # fmt: skip

MARK = token_hex(3)
TYPE = f"stay_{MARK}"
WORD: dict[str, Any] = {"type": "string"}
STAYS = {
    "schema": {"type": "object", "required": ["no"], "properties": {"no": WORD, "name": WORD, "mobile": WORD, "ward": WORD}},
    "key": "no", "name": "name", "phone": "mobile",
}  # fmt: skip
ASKED: dict[str, Any] = {
    "callweave": 1, "name": f"Asked aloud {MARK}", "languages": ["en"], "start": "ring", "record_type": TYPE,
    "nodes": {
        "ring": {"type": "call", "name": "Ring", "at": [200, 0], "config": {"to": "{{ contact.phone }}"}, "outlets": {"answered": "hear", "busy": "text"}},
        "hear": {
            "type": "listen", "name": "Can you come?", "at": [0, 160], "outlets": {"yes": "told"},
            "config": {"prompt": "{{ record.name }}, can you come?", "phrases": [{"label": "yes", "words": ["of course"]}, {"label": "no", "words": ["never"]}]},
        },
        "text": {
            "type": "ask_sms", "name": "By text", "at": [440, 160], "outlets": {"yes": "told"},
            "config": {"to": "{{ contact.phone }}", "text": "Can you come? Reply 1", "choices": [{"label": "yes", "match": ["yes", "1"]}], "timeout": "3d"},
        },
        "told": {"type": "end", "name": "Told", "at": [200, 320], "config": {"outcome": "told"}},
    },
}  # fmt: skip
RECOGNIZER = """
window.SpeechRecognition = class {
  start() { window.heard = this }
  abort() { this.onend?.() }
  hears(transcript, isFinal) {
    this.onresult({results: [Object.assign([{transcript}], {isFinal})]})
    if (isFinal) this.onend()
  }
}
"""
"""The Web Speech API as a page sees it: Chromium without the network of its maker has no recognizer of its own."""


def tried(page: Page, api: Api, document: dict[str, Any]) -> str:
    """A new flow of this document, open for trying by the key; its id."""
    flow = str(api("POST", "/flows", document)["id"])
    page.goto(f"/flows/{flow}")
    page.locator(".react-flow__node").first.wait_for()
    page.keyboard.press("t")
    expect(page.get_by_test_id("try-state")).to_have_attribute("data-status", "running")
    return flow


def test_keys_time_a_scenario_and_what_it_covers(page: Page, api: Api) -> None:
    document = json.loads(REMINDER.read_text()) | {"name": "Reminder to try", "scenarios": []}
    flow = tried(page, api, document)
    state, values = page.get_by_test_id("try-state"), page.get_by_test_id("try-values")
    # the first time busy: the clock is wound to the next call, which is answered and confirmed by a key of the keyboard
    page.locator("[data-offer=busy]").click()
    expect(state).to_contain_text("now at Later, waiting for its time")
    expect(values.locator("[data-name='vars.tries']")).to_contain_text("1")
    page.get_by_test_id("try-next").click()
    expect(page.get_by_test_id("try-phone")).to_have_attribute("data-line", "ringing")
    page.locator("[data-offer=answered]").click()
    expect(page.get_by_test_id("try-said")).to_contain_text("Press 1 to confirm, 2 to change.")
    page.keyboard.press("2")
    expect(page.get_by_test_id("try-chat")).to_contain_text("Please call the number in the text message")
    page.get_by_test_id("try-back").click()
    expect(page.get_by_test_id("try-said")).to_contain_text("Press 1 to confirm, 2 to change.")
    page.keyboard.press("1")
    expect(state).to_have_attribute("data-status", "completed")
    expect(state).to_contain_text("confirmed")
    expect(page.locator(".react-flow__node[data-id=thanks] .nd")).to_have_class(re.compile(r"\blit\b"))
    scan(page)
    both(page, "try", "无人接")
    # saved, played with all others, and what none of them walks is told on the drawing
    page.get_by_test_id("try-save").click()
    page.get_by_label("Name", exact=True).fill("busy, then confirmed")
    page.get_by_role("button", name="Save", exact=True).click()
    scenarios = page.get_by_test_id("try-scenarios")
    expect(scenarios.get_by_text("busy, then confirmed")).to_be_visible()
    page.get_by_test_id("try-run-all").click()
    expect(page.get_by_test_id("try-held")).to_have_text("1 of 1 hold")
    expect(page.get_by_test_id("try-coverage")).to_contain_text("outlets")
    expect(page.get_by_test_id("try-missing").locator("[data-node=change]")).to_contain_text("the whole node")
    expect(page.locator(".react-flow__node[data-id=ask] .out[data-outlet='2']")).to_have_class(re.compile(r"\bun\b"))
    expect(page.locator(".react-flow__node[data-id=ask] .out[data-outlet='1']")).to_have_class(re.compile(r"\blit\b"))
    both(page, "try-scenarios", "无人接")
    [kept] = api("GET", f"/flows/{flow}/draft")["scenarios"]
    assert (kept["name"], kept["steps"][-1]["expect"]["outcome"]) == ("busy, then confirmed", "confirmed")


def test_a_record_a_voice_fates_texts_and_days(page: Page, api: Api) -> None:
    page.add_init_script(RECOGNIZER)
    api("PUT", f"/record-types/{TYPE}", STAYS)
    for row in ({"no": "A1", "name": "Old Zhou", "mobile": "13600000001"}, {"no": "A2", "name": "Wu Ying", "mobile": "13600000002", "ward": "eye"}):
        api("POST", f"/records/{TYPE}", row)
    tried(page, api, ASKED)
    state, chat, phone = page.get_by_test_id("try-state"), page.get_by_test_id("try-chat"), page.get_by_test_id("try-phone")
    # it begins with the record that came last, and by chosen fates
    expect(page.get_by_test_id("try-record")).to_contain_text("Wu Ying · A2")
    expect(phone).to_contain_text("13600000002")
    phone.locator("[data-next=answered]").click()
    page.get_by_test_id("try-restart").click()
    expect(page.get_by_test_id("try-said")).to_contain_text("Wu Ying, can you come?")
    # spoken, as the browser hears it
    page.get_by_test_id("try-speak").click()
    expect(page.get_by_test_id("try-speak")).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.heard.hears('yes, of', false)")
    expect(phone).to_contain_text("“yes, of”")
    shot(page, "try-speaks")
    scan(page, within=".try-panel")
    page.evaluate("window.heard.hears('Yes, of course', true)")
    expect(chat).to_contain_text("Yes, of course")
    expect(state).to_have_attribute("data-status", "completed")
    expect(page.locator(".react-flow__node[data-id=hear] .out[data-outlet=yes]")).to_have_class(re.compile(r"\blit\b"))
    # what was known at an earlier step
    page.get_by_role("tab", name="Steps").click()
    page.locator(".fp-step[data-node=ring]").click()
    page.get_by_role("tab", name="Values").click()
    values = page.get_by_test_id("try-values")
    expect(values.locator("[data-name='results.ring.outlet']")).to_contain_text("Answered")
    expect(values.locator("[data-name='results.hear.value']")).to_have_count(0)
    page.get_by_role("button", name="Show now").click()
    expect(values.locator("[data-name='results.hear.value']")).to_contain_text("yes")
    # on another day the call is busy: a text goes out, a day and two hours pass, and the answer is written back
    phone.locator("[data-next=busy]").click()
    clock = page.get_by_test_id("try-clock")
    clock.click()
    page.get_by_label("Begins at").fill("2027-03-01T09:00")
    page.get_by_role("button", name="Begin anew then").click()
    expect(chat).to_contain_text("Can you come? Reply 1")
    expect(clock).to_contain_text("Mon 1 Mar 09:00")
    page.get_by_test_id("try-questions").locator("[data-offer]").first.click()
    page.get_by_role("button", name="+1 day").click()
    expect(clock).to_contain_text("Tue 2 Mar 09:00")
    page.get_by_role("button", name="+1 h").click()
    expect(clock).to_contain_text("Tue 2 Mar 10:00")
    shot(page, "try-texts")
    page.get_by_test_id("try-write-back").fill("Yes")
    page.keyboard.press("Enter")
    expect(chat).to_contain_text("Text from them")
    expect(state).to_have_attribute("data-status", "completed")
    expect(page.locator(".react-flow__node[data-id=text] .out[data-outlet=yes]")).to_have_class(re.compile(r"\blit\b"))


def test_the_draft_calls_a_telephone(page: Page, copy: RunningCopy, api: Api) -> None:
    flow = tried(page, api, BELL)
    failures: list[BaseException] = []
    ready = threading.Event()

    async def person() -> None:
        async with asyncio.timeout(90), Peers(copy.sip_peer_port) as peers:
            ready.set()
            phone = await peers.rings(PHONE, 60)
            await phone.answer()
            await asyncio.to_thread(asked.wait, 60)
            await phone.press("1")

    def answer() -> None:
        try:
            asyncio.run(person())
        except BaseException as error:
            failures.append(error)
            raise

    asked = threading.Event()
    answering = threading.Thread(target=answer)
    answering.start()
    try:
        assert ready.wait(30)
        page.get_by_test_id("try-call").click()
        page.get_by_label("My number").fill(PHONE)
        page.get_by_role("button", name="Call now").click()
        call = page.get_by_test_id("try-real-call")
        expect(call).to_contain_text("is at Shall we ring?")
        expect(page.locator(".react-flow__node[data-id=ask] .nd")).to_have_class(re.compile(r"\brun\b"))
    finally:
        asked.set()
        answering.join()
    assert failures == []
    expect(call).to_have_attribute("data-status", "completed")
    expect(call).to_contain_text("rung")
    shot(page, "try-called")
    row = next(row for row in api.everything("/flows") if row["id"] == flow)
    assert (row["live"], row["published"]) == (0, None)
    assert "Bell to try (draft)" not in {row["name"] for row in api.everything("/flows")}
    assert api("GET", f"/sessions?flow={flow}")["items"] == []
