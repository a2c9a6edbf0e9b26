"""A flow is watched live, one session replayed; sessions are found and exported; messages answered, figures read."""

from __future__ import annotations

import io
import re
import time
import wave
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from engine.store import Stores, id_bytes, messages, new_id, now_micros, recordings
from engine.store.assets import NewFile
from engine.store.files import Files
from engine.store.messages import MessageRow
from tests.browser.axe import scan
from tests.browser.conftest import shot
from tests.product import RunningCopy
from tests.product_api import PATIENCE, Api

MARK = token_hex(3)
"""So that what is looked for is this run's, whatever else the copy holds."""
TYPE, NAME = f"stay_{MARK}", f"Back home {MARK}"
PHONE = 13_700_000_000 + int(MARK, 16)
HELD, TOLD = f"H{MARK}", f"well {MARK}"
ASKS: dict[str, Any] = {
    "callweave": 1, "name": NAME, "languages": ["en"], "start": "ask",
    "nodes": {
        "ask": {
            "type": "task", "name": "Call back", "at": [120, 80], "outlets": {"ok": "told"},
            "config": {
                "title": "Call {{ contact.name }} back", "role": "nurse",
                "decisions": [{"label": "Is well", "id": "ok"}, {"label": "Not reached", "id": "no"}],
            },
        },
        "told": {"type": "end", "at": [120, 260], "config": {"outcome": TOLD}},
    },
}  # fmt: skip


class Watched:
    """A flow with two sessions that have ended: one as it should, with a text and a recording, the other half-way."""

    def __init__(self, copy: RunningCopy, api: Api) -> None:
        self._api = api
        fields = {name: {"type": "string"} for name in ("no", "name", "mobile")}
        api("PUT", f"/record-types/{TYPE}", {"schema": {"type": "object", "properties": fields}, "key": "no", "name": "name", "phone": "mobile"})
        api("POST", f"/records/{TYPE}", {"no": HELD, "name": f"Ann {MARK}", "mobile": str(PHONE)})
        self.flow: str = api("POST", "/flows", ASKS)["id"]
        api("POST", f"/flows/{self.flow}/publish", {"message": "for a test"})
        self.ann, ben = self.start({"record": {"record_type": TYPE, "key": HELD}}), self.start({"contact": {"phone": str(PHONE + 1)}})
        tasks, begun = {one: self.task(one) for one in (self.ann, ben)}, time.monotonic()
        while time.monotonic() < begun + 1.2:  # so long they stay at the node, and the drawing says so
            time.sleep(0.1)
        self.decide(tasks[self.ann], "ok")
        self.decide(tasks[ben], "no")
        api.ended_sessions(self.flow, 2)
        _left_behind(copy, self.ann)

    def start(self, body: dict[str, Any]) -> str:
        return str(self._api("POST", f"/flows/{self.flow}/start", body)["session"])

    def task(self, session: str) -> str:
        until = time.monotonic() + PATIENCE
        while True:
            found = [one["id"] for one in self._api.everything("/tasks") if one["session"] == session]
            if found:
                return str(found[0])
            assert time.monotonic() < until, "the session has no task"
            time.sleep(0.1)

    def decide(self, task: str, decision: str) -> None:
        self._api("POST", f"/tasks/{task}/decide", {"decision": decision})


def _left_behind(copy: RunningCopy, session: str) -> None:
    """What adapters keep of a session: a text that arrived, two seconds of sound; and texts that wait for a person."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10\x00\xf0" * 8000)
    stores, files, at = Stores(copy.settings), Files(copy.settings.folder_assets, "main"), now_micros()
    kept = NewFile(sha256=files.put(sound.getvalue()), media_type="audio/wav", size=len(sound.getvalue()), source="call", seconds=2.0)
    walked, asks = id_bytes(session), f"+86{PHONE + 2}"
    assert walked is not None
    with stores.tenant("main").begin() as connection:
        recordings.add(connection, session_id=walked, leg="x", kind="speech", channels=1, file=kept, at=at)
        messages.add(connection, MessageRow(
            id=new_id(), direction="out", medium="sms", gateway="sms", sender="106900", receiver=f"+86{PHONE}", peer=f"+86{PHONE}",
            text="Come at nine.", state="delivered", session_id=walked, queued_at=at, sent_at=at, ended_at=at,
        ))  # fmt: skip
        messages.add(connection, MessageRow(
            id=new_id(), direction="in", medium="sms", gateway="sms", sender=asks, receiver="106900", peer=asks,
            text=f"When may I come? {MARK}", state="received", queued_at=at, ended_at=at, became="inbox",
        ))  # fmt: skip
    stores.close()


@pytest.fixture(scope="module")
def watched(copy: RunningCopy, api: Api) -> Watched:
    return Watched(copy, api)


def saved(page: Page, button: str) -> str:
    """What a click on an export puts into a file."""
    with page.expect_download() as expected:
        page.get_by_role("button", name=button).or_(page.get_by_role("link", name=button)).click()
    return expected.value.path().read_text(encoding="utf-8-sig")


def test_a_flow_is_watched_and_a_session_replayed(page: Page, watched: Watched) -> None:
    page.goto(f"/flows/{watched.flow}/follow")
    ask, told = (page.locator(f".react-flow__node[data-id={name}]") for name in ("ask", "told"))
    for outlet in ("ok", "no"):
        expect(ask.locator(f"[data-outlet={outlet}] [data-count]")).to_have_attribute("data-count", "1")
    expect(page.locator(".react-flow__edge path.ed")).to_have_css("stroke-width", re.compile(r"^4\.\d+px"))
    drops = page.get_by_test_id("drop-offs")
    expect(drops).to_contain_text(re.compile(r"Call back · Not reached\s*50\.0%"))
    expect(drops).to_contain_text(re.compile(r"Longest stays.*Call back\s*\d+ (s|min)"))
    expect(drops).to_contain_text("2 sessions in 7 days")
    shot(page, "watched")
    scan(page)

    cat = watched.start({"contact": {"name": f"Cat {MARK}"}})  # while somebody looks
    expect(ask.locator(".live")).to_have_text("1")
    expect(page.get_by_test_id("running-count")).to_have_text("1 running")
    watched.decide(watched.task(cat), "ok")
    expect(page.locator(f"[data-session='{cat}']")).to_have_attribute("data-status", "completed")
    expect(ask.locator(".live")).to_have_count(0)

    page.locator(f"[data-session='{watched.ann}']").click()
    expect(told.locator(".nd")).to_have_class(re.compile(r"\b(run|lit)\b"))
    page.locator(".fp-step").first.click()
    expect(told.locator(".nd")).to_have_class(re.compile(r"\bdim\b"))  # it has not come so far
    page.locator('.fp-step[data-node="ask"][data-outlet="ok"]').click()
    expect(ask.locator(".nd")).to_have_class(re.compile(r"\b(run|lit)\b"))
    page.get_by_role("tab", name="Journal").click()
    decided = page.locator(".fp-entry[data-sign=in]", has_text="decided").last
    decided.locator("summary").click()
    expect(decided.locator("pre")).to_contain_text('"decision": "ok"')
    page.get_by_role("tab", name="Messages").click()
    expect(page.get_by_role("tabpanel", name="Messages")).to_contain_text("Come at nine.")
    page.get_by_role("tab", name="Recordings").click()
    sound = page.get_by_role("tabpanel", name="Recordings").locator("audio")
    sound.evaluate("(audio) => { audio.muted = true; return audio.play() }")
    page.wait_for_function("(audio) => audio.currentTime > 0.2 && audio.duration === 2", arg=sound.element_handle(), timeout=30_000)
    shot(page, "replayed")
    scan(page)


def test_sessions_are_found_and_exported_and_an_export_is_stopped(page: Page, watched: Watched) -> None:
    page.goto("/sessions")
    rows = page.get_by_test_id("session-list").locator("[data-session]")
    for words in (str(PHONE), HELD, watched.ann):
        page.get_by_test_id("session-search").fill(words)
        page.get_by_role("button", name="Find").click()
        expect(rows).to_have_count(1)
        expect(rows).to_have_attribute("data-session", watched.ann)
    table = saved(page, "Export (CSV)").splitlines()
    assert table[0] == "id,flow,version,name,phone,status,outcome,node,started_at,ended_at"
    assert [line.split(",")[:7] for line in table[1:]] == [
        [watched.ann, NAME, "1", f"Ann {MARK}", str(PHONE), "completed", TOLD]
    ]  # fmt: skip
    page.get_by_test_id("session-search").fill("nobody-at-all")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("No session fits")).to_be_visible()
    shot(page, "sessions-found")

    page.goto("/sessions")
    page.route(re.compile(r"/api/v1/sessions\?limit=1000"), lambda _: None)  # an answer that takes for ever
    page.get_by_role("button", name="Export (CSV)").click()
    page.get_by_role("button", name="Stop (0 rows)").click()
    expect(page.get_by_role("button", name="Export (CSV)")).to_be_visible()


def test_what_waits_is_answered_from_home_and_figures_are_read(page: Page, api: Api, watched: Watched) -> None:
    page.goto("/home")
    expect(page.get_by_test_id("key-figures").get_by_role("link")).to_have_count(5)
    needs = page.get_by_test_id("needs-a-person")
    needs.get_by_role("link", name=f"Answer: When may I come? {MARK}").click()
    thread = page.get_by_test_id("thread")
    expect(thread).to_contain_text(MARK)
    shot(page, "messages-thread")
    page.get_by_role("searchbox", name="Find messages").fill(str(PHONE + 2))
    expect(page.get_by_test_id("threads").get_by_role("button")).to_have_count(1)
    table = saved(page, "Export this one").splitlines()
    assert table[0].startswith("id,time,direction,medium,sender,receiver")
    assert f",in,sms,+86{PHONE + 2},106900,,When may I come? {MARK},received," in table[1]
    page.get_by_role("button", name="Nothing to answer").click()
    expect(thread.get_by_text("Waits")).to_have_count(0)
    waiting = api("GET", "/messages?became=inbox&handled=false&limit=1000")["items"]
    assert [one for one in waiting if MARK in one["text"]] == []

    page.goto(f"/figures?flow={watched.flow}&period=week")
    charts = page.get_by_role("main").locator("canvas")
    expect(charts).to_have_count(5)
    expect(page.get_by_role("region", name="Outcomes")).to_contain_text(TOLD)
    lines = [line.split(",") for line in saved(page, "Export (CSV)").splitlines()]
    place = lines[0].index("sessions")
    assert sum(int(line[place]) for line in lines[1:]) >= 2
    assert TOLD in lines[0]
    shot(page, "figures-of-a-flow")
    scan(page, within="main")


def test_a_record_says_why_its_trigger_did_not_call_and_a_person_where_he_waits(page: Page, api: Api, watched: Watched) -> None:
    trigger = api("POST", "/triggers", {
        "kind": "record", "record_type": TYPE, "when": "record.name == 'Dan'", "flow": watched.flow,
    })["id"]  # fmt: skip
    other = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()  # hours of another day: he waits whenever this runs
    campaign = api("POST", "/campaigns", {
        "name": f"Winter {MARK}", "flow": watched.flow, "audience": {"record_type": TYPE, "when": f"record.no == '{HELD}'"},
        "windows": [{"days": [other], "from": "09:00", "to": "20:00"}],
    })["id"]  # fmt: skip
    api("POST", f"/campaigns/{campaign}/start")
    page.goto(f"/records?type={TYPE}&key={HELD}")
    fired = page.get_by_test_id("record-triggers").get_by_role("listitem")
    expect(fired).to_have_attribute("data-state", "none")
    expect(fired.locator(".records-why")).to_have_text("the condition does not hold")
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_label("name", exact=True).fill("Dan")
    page.get_by_role("button", name="Save").click()
    expect(fired).to_have_attribute("data-state", "started")
    shot(page, "record-triggers")
    scan(page, within=".ant-drawer")
    page.get_by_role("link", name="See this person").last.click()
    waits = page.get_by_test_id("in-campaigns").get_by_role("listitem")
    expect(waits).to_have_attribute("data-state", "waiting")
    shot(page, "contact-waits")
    scan(page, within="main")
    waits.get_by_role("link", name=f"Winter {MARK}").click()
    expect(page.get_by_test_id("verdict")).to_contain_text("Outside the windows", ignore_case=True)
    api("DELETE", f"/triggers/{trigger}")
    api("POST", f"/campaigns/{campaign}/stop", {})


def test_a_long_upload_says_how_far_it_is_is_stopped_and_the_records_are_exported(page: Page, api: Api) -> None:
    kind = f"many_{MARK}"
    fields = {"no": {"type": "string"}, "ward": {"type": "string"}}
    api("PUT", f"/record-types/{kind}", {"schema": {"type": "object", "properties": fields}, "key": "no"})
    rows = "".join(f"R{number:03},cardio\n" for number in range(600))
    held: list[Route] = []
    page.route(re.compile(rf"/api/v1/records/{kind}$"), lambda route: route.continue_() if route.request.method == "GET" else held.append(route))
    page.goto(f"/records?type={kind}")
    page.get_by_test_id("upload").click()
    page.locator(".records-drop input").set_input_files(
        {"name": "many.csv", "mimeType": "text/csv", "buffer": f"no,ward\n{rows}".encode()}
    )
    page.get_by_role("button", name="Put in 600 rows").click()
    until = time.monotonic() + PATIENCE
    while not held and time.monotonic() < until:
        page.wait_for_timeout(50)  # hears of requests meanwhile
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    held[0].continue_()  # the lot that was under way; the second is not sent
    expect(page.get_by_test_id("upload-outcome")).to_contain_text("500")
    shot(page, "upload-stopped")
    page.get_by_role("button", name="Done").click()
    assert len(api.everything(f"/records/{kind}")) == 500
    page.unroute_all()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as table:
        page.get_by_role("link", name="CSV table").click()
    lines = table.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert (len(lines), lines[0].split(",")[:2], lines[1].split(",")[:2]) == (501, ["no", "ward"], ["R000", "cardio"])
