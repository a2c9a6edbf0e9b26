"""Names and values that want to be a page: in every list and on the drawing they are text; and axe on the same pages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as NotConnected

from tests.browser.axe import scan
from tests.browser.conftest import context_of, opened
from tests.browser.test_looks import go
from tests.product import RunningCopy
from tests.product_api import Api

EVIL = """<img src=x onerror="window.harm=1"><script>window.harm=1</script>{{7*7}}"'><svg/onload=window.harm=1>"""
MARKUP = EVIL.replace("{{7*7}}", "")
"""Where a template stands: a sound one."""
FLOW = {
    "callweave": 1, "name": EVIL[:100], "description": EVIL, "languages": ["en"], "start": "say",
    "nodes": {
        "say": {
            "type": "set", "name": EVIL[:60], "at": [80, 80], "config": {"variables": {"seen": "{{ record.name }}"}},
            "outlets": {"done": "wait"},
        },
        "wait": {"type": "wait_for", "name": "javascript:alert(1)", "at": [80, 240],
                 "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end", "at": [80, 400], "config": {"outcome": EVIL[:60]}},
    },
    "notes": [{"text": EVIL, "at": [400, 80]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def flow(api: Api) -> str:
    """A flow of hostile words, published, with a session of somebody of a hostile name."""
    made: str = api("POST", "/flows", FLOW)["id"]
    api("POST", f"/flows/{made}/publish", {"message": EVIL})
    session = api("POST", f"/flows/{made}/start", {"contact": {"name": EVIL}, "record": {"name": EVIL}})["session"]
    api("POST", f"/sessions/{session}/signal", {"name": "go", "data": {"said": EVIL}})
    [ended] = api.ended_sessions(made, 1)
    assert api("GET", f"/sessions/{ended['id']}")["vars"]["seen"] == EVIL, "a value is never a template"
    return made


def unharmed(page: Page) -> None:
    assert page.evaluate("() => window.harm === undefined"), page.url
    assert page.locator("img[src=x], svg[onload]").count() == 0


def test_hostile_words_are_text_on_every_page(browser: Browser, copy: RunningCopy, flow: str) -> None:
    refused: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    for page in opened(browser, copy, "en"):
        page.on("console", said)
        expect(page.get_by_text("window.harm").first).to_be_visible(timeout=30_000)
        unharmed(page)
        scan(page)
        page.goto(f"/flows/{flow}")
        expect(page.locator(".react-flow__node").first).to_be_visible(timeout=30_000)
        page.locator(".react-flow__node").filter(has_text="window.harm").first.click()
        unharmed(page)
        scan(page)
        page.goto(f"/flows/{flow}/follow")
        row = page.locator("[data-session]").first
        expect(row).to_be_visible(timeout=30_000)
        row.click()
        expect(page.locator(".fp-step").first).to_be_visible(timeout=30_000)
        unharmed(page)
        scan(page)
        page.goto("/sources")
        expect(page.get_by_test_id("new-connector")).to_be_visible(timeout=30_000)
        scan(page)
        assert refused == [], "our own pages break none of the rules that we set them"


@pytest.fixture
def everywhere(api: Api, flow: str) -> Iterator[dict[str, str]]:
    """Hostile words as a person, a record, a campaign, a task, a prompt, a user and a key; gone afterwards."""
    asks = FLOW | {"start": "ask", "nodes": {
        "ask": {"type": "task", "name": EVIL[:60], "outlets": {"yes": "say", "timed_out": "say"},
                "config": {"title": MARKUP, "role": "nurse", "due": "2d", "decisions": [{"label": EVIL[:60], "id": "yes"}]}},
        "say": {"type": "say", "config": {"prompt": {"en": MARKUP}}, "outlets": {"done": "end"}},
        "end": {"type": "end", "config": {"outcome": "x"}},
    }}  # fmt: skip
    asking = api("POST", "/flows", asks)["id"]
    api("POST", f"/flows/{asking}/publish", {"message": EVIL})
    fields = {name: {"type": "string"} for name in ("no", "name", "mobile")}
    kind = {
        "schema": {"type": "object", "properties": fields},
        "key": "no",
        "name": "name",
        "phone": "mobile",
        "contact": "no",
    }
    api("PUT", "/record-types/evil", kind)
    api("POST", "/records/evil", [{"no": EVIL[:60], "name": EVIL, "mobile": "13800138009"}])
    person = {"name": EVIL, "phone": "13800138009"}
    campaign = api("POST", "/campaigns", {"name": EVIL[:100], "flow": flow, "audience": {"contacts": [person]}})["id"]
    api("POST", f"/flows/{asking}/start", {"contact": person})
    end = time.monotonic() + 60
    while not (tasks := api("GET", "/tasks?state=open")["items"]):
        assert time.monotonic() < end, "the session does not come to its task"
        time.sleep(0.1)
    user = api("POST", "/users", {"login": "evil@ward.example", "name": EVIL[:100], "role": "auditor"})["id"]
    key = api("POST", "/api-keys", {"name": EVIL[:100], "role": "auditor"})["id"]
    [contact] = [one["id"] for one in api.everything("/contacts") if EVIL[:60] in one["key"]]
    yield {"campaign": campaign, "task": tasks[0]["id"], "contact": contact, "asking": asking}
    for method, path, body in (
        ("DELETE", f"/api-keys/{key}", None), ("DELETE", f"/users/{user}", None), ("DELETE", f"/campaigns/{campaign}", None),
        ("POST", f"/contacts/{contact}/erase", {"reason": "tried"}),
    ):  # fmt: skip
        api(method, path, body)


def test_hostile_words_are_text_in_every_list(page: Page, everywhere: dict[str, str]) -> None:
    """One walk without a load, so that whatever one page had let in would be seen on the next ones, too."""
    shown = [
        "home", "flows", "campaigns", f"campaigns/{everywhere['campaign']}", "sessions", f"tasks/{everywhere['task']}", "prompts",
        "contacts", f"contacts/{everywhere['contact']}", "records?type=evil", "users", "api-keys", "audit", "figures", "triggers",
    ]  # fmt: skip
    unsaid = {"home", "figures", "triggers"}
    for place in shown:
        go(page, f"/{place}")
        if place not in unsaid:
            expect(page.get_by_text("window.harm").first).to_be_visible()
        unharmed(page)


def test_the_sign_in_can_be_used_by_everybody(browser: Browser, copy: RunningCopy) -> None:
    for scheme in ("light", "dark"):
        context = context_of(browser, copy.url, "zh-CN", color_scheme=scheme)
        page = context.new_page()
        page.goto("/flows")
        expect(page.locator("button[type=submit]").first).to_be_visible(timeout=30_000)
        scan(page)
        page.evaluate("() => document.querySelector('button[type=submit]').replaceChildren()")
        with pytest.raises(AssertionError, match="critical button-name"):  # and axe does look
            scan(page)
        context.close()


def test_no_page_runs_what_is_written_into_it(browser: Browser, copy: RunningCopy) -> None:
    """The policy holds even if a text came through as markup: no inline script, no handler, no foreign script."""
    for page in opened(browser, copy, "en"):
        page.evaluate(
            """() => {
              const into = document.createElement("div");
              document.body.append(into);
              into.innerHTML = '<img src="data:," onerror="window.harm=1"><a href="javascript:window.harm=1" id="evil">x</a>';
              const script = document.createElement("script");
              script.textContent = "window.harm=1";
              document.body.append(script);
            }"""
        )
        page.evaluate("() => document.querySelector('#evil').click()")
        frames = page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(1), 50)))"
        )
        assert frames == 1
        assert page.evaluate("() => window.harm === undefined")


def test_a_socket_without_a_session_hears_nothing(copy: RunningCopy, flow: str) -> None:
    """Without a cookie, with a forged one, with one from another site: nobody gets in, and nothing is said."""
    address = f"ws://127.0.0.1:{copy.port}/socket.io/?EIO=4&transport=websocket"
    for headers in (
        {}, {"Cookie": "callweave=forged.aaaaaa.bbbb"}, {"Origin": "https://evil.example"},
        {"Authorization": f"Bearer {copy.key}", "Origin": "https://evil.example"},
    ):  # fmt: skip
        heard: list[str] = []
        try:
            socket = Client(address, headers=headers)
            socket.send("40")
            socket.send("42" + json.dumps(["watch", {"flow": flow}]))
            socket.send("420" + json.dumps(["watch", {"conferences": True}]))
            for _ in range(4):
                heard.append(str(socket.receive(timeout=1)))
            socket.close()
        except (NotConnected, ConnectionClosed):
            pass
        assert not [
            text for text in heard if '"watching": true' in text or '"watching":true' in text or "step" in text
        ], heard
        assert not [text for text in heard if text.startswith("40")], heard
