"""Records and their person, lines, calendars, prompts, recordings and faxes, each used as somebody would."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import Browser, FilePayload, Page, expect

from engine.adapters.fax.pages import to_tiff
from engine.store import Stores, assets, faxes, new_id, now_micros, recordings
from engine.store.assets import NewFile
from engine.store.faxes import FaxRow
from engine.store.files import Files
from tests.browser.axe import scan
from tests.browser.conftest import opened, shot
from tests.product import RunningCopy
from tests.product_api import Api

TEXT: dict[str, Any] = {"type": "string"}
OUTPATIENT = {
    "schema": {
        "type": "object", "required": ["no", "name", "mobile"], "additionalProperties": False,
        "properties": {
            "no": TEXT | {"title": "编号 / Number", "pattern": "^N[0-9]+$"}, "patient": TEXT, "name": TEXT | {"title": "姓名 / Name"},
            "mobile": TEXT | {"title": "手机 / Mobile"}, "ward": TEXT | {"title": "科室 / Ward"},
        },
    },
    "key": "no", "name": "name", "phone": "mobile", "contact": "patient",
}  # fmt: skip
ROWS: list[list[Any]] = [
    ["编号", "patient", "姓名", "手机", "Ward"],
    ["N1", "PM1", "Ming Li", 13700000001, "cardio"],
    ["none", "PM2", "Fang", 13700000002, "eye"],
]


def book(rows: list[list[Any]]) -> bytes:
    """A spreadsheet as offices keep it: telephone numbers are numbers there."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as written:
        sheet = written.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def test_a_file_of_records_a_person_and_the_proof_that_he_is_forgotten(page: Page, api: Api) -> None:
    api("PUT", "/record-types/outpatient", OUTPATIENT)
    page.goto("/records?type=outpatient")
    page.get_by_test_id("upload").click()
    file: FilePayload = {"name": "patients.xlsx", "mimeType": "application/octet-stream", "buffer": book(ROWS)}
    page.locator(".records-drop input").set_input_files(files=file)
    page.get_by_role("button", name="Put in 2 rows").click()
    expect(page.get_by_test_id("nothing-yet")).to_be_visible()
    expect(page.locator("[data-line='3']")).to_contain_text("'none' does not match")
    assert api("GET", "/records/outpatient")["items"] == []
    shot(page, "records-refused")
    scan(page, within=".ant-drawer")
    page.get_by_test_id("take-good").click()
    expect(page.get_by_test_id("upload-outcome")).to_contain_text("1New")
    shot(page, "records-upload")
    page.get_by_role("button", name="Done").click()

    page.get_by_role("button", name="N1", exact=True).click()
    fields = page.get_by_test_id("record-fields")
    expect(fields).to_contain_text("cardio")
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_label("Ward").fill("bones")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-version='2']")).to_contain_text("cardio → bones")
    shot(page, "records-one")

    page.get_by_role("link", name="See this person").last.click()
    sms = page.locator("[data-address='+8613700000001'] .contacts-reach").nth(1)
    sms.get_by_role("button", name="Contact no more").click()
    expect(sms).to_contain_text("no texts")
    assert [row["medium"] for row in api("GET", "/do-not-contact?number=13700000001")["items"]] == ["sms"]
    shot(page, "contact")
    scan(page)
    page.get_by_role("button", name="Forget for good").click()
    page.get_by_placeholder("on request").fill("on request")
    page.get_by_role("button", name="Forget Ming Li").click()
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_contain_text("on request")
    shot(page, "contact-erased")
    page.goto("/contacts")
    page.get_by_role("button", name="Receipts of erasure").click()
    page.get_by_label("By person key").fill("PM1")
    expect(page.get_by_test_id("receipt")).to_have_count(1)
    assert api("GET", "/contacts?key=PM1")["items"] == []


def test_a_trunk_with_a_fault_a_number_and_a_calendar(page: Page, api: Api) -> None:
    page.goto("/lines")
    page.get_by_test_id("new-trunk").click()
    page.get_by_label("Name", exact=True).fill("Big Telco")
    page.get_by_label("Server", exact=True).fill("127.0.0.9")
    page.get_by_label("Password").fill("opensesame")
    page.get_by_test_id("keep-trunk").click()
    expect(page.locator("[data-field=name] .ant-form-item-explain")).not_to_be_empty()
    page.get_by_label("Name", exact=True).fill("bigtelco")
    page.get_by_label("Calls at once").fill("8")
    page.get_by_label("In use").click()
    page.get_by_test_id("keep-trunk").click()
    expect(page.locator("[data-trunk=bigtelco]")).to_contain_text("0 / 8")
    assert api("GET", "/trunks/bigtelco")["has_password"] is True
    page.get_by_role("button", name="bigtelco").click()
    expect(page.get_by_label("Password")).to_have_value("")
    shot(page, "lines-trunk")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New number").first.click()
    page.get_by_placeholder("02088886666").fill("020 8700 0001")
    page.get_by_test_id("keep-number").click()
    expect(page.get_by_role("button", name="02087000001")).to_be_visible()
    shot(page, "lines")
    scan(page)
    api("DELETE", "/trunks/bigtelco")
    api("DELETE", "/numbers/02087000001")

    page.goto("/calendars")
    page.get_by_test_id("new-calendar").first.click()
    page.get_by_label("Name", exact=True).fill("day clinic")
    page.get_by_test_id("keep-calendar").click()
    card = page.get_by_label("day clinic", exact=True)
    expect(card.get_by_role("img").first).to_have_attribute("aria-label", "Mon: 08:00–12:00, 14:00–17:30")
    shot(page, "calendars")
    scan(page)
    api("DELETE", "/calendars/day%20clinic")


def studio(api: Api, name: str = "Studio") -> str:
    """A flow in two languages: one prompt is missing in English, one has not kept up with the Chinese; its id."""
    ask = {
        "prompt": {"zh-CN": "明天能来吗？", "en": "Will you come tomorrow?"},
        "choices": [{"key": "1", "label": "Yes"}],
    }
    bye = {"prompt": {"zh-CN": "再见。"}}
    document = {
        "callweave": 1, "name": name, "languages": ["zh-CN", "en"], "start": "take",
        "nodes": {
            "take": {"type": "answer", "outlets": {"done": "ask"}},
            "ask": {"type": "menu", "name": "Will you come?", "config": ask, "outlets": {"1": "bye"}},
            "bye": {"type": "say", "name": "Goodbye", "config": {"prompt": {"zh-CN": "再见。", "en": "Goodbye."}}},
        },
    }  # fmt: skip
    flow: str = api("POST", "/flows", document)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "first"})
    ask["prompt"]["zh-CN"] += "来请按 1。"  # type: ignore[index]
    document["nodes"]["bye"]["config"] = bye  # type: ignore[index]
    api("PUT", f"/flows/{flow}/draft", document, If_Match="*")
    return flow


def test_a_trigger_is_refused_made_switched_off_and_let_go(page: Page, api: Api) -> None:
    api("PUT", "/record-types/outpatient", OUTPATIENT)
    flow = studio(api, "Triggered")
    page.goto("/triggers")
    page.get_by_test_id("new-trigger").first.click()
    page.get_by_label("Which records").click()
    page.get_by_title("outpatient", exact=True).last.click()
    page.get_by_label("Only where").fill("record.ward ==")
    page.get_by_label("Starts the flow").fill("Triggered")
    page.get_by_title("Triggered", exact=True).last.click()
    page.get_by_test_id("keep-trigger").click()
    expect(page.locator("[data-field=when] .ant-form-item-explain")).not_to_be_empty()
    page.get_by_label("Only where").fill("record.ward == 'cardio'")
    scan(page, within=".ant-drawer")
    page.get_by_test_id("keep-trigger").click()
    row = page.locator("[data-kind=record]", has_text="Triggered")
    expect(row).to_contain_text("outpatient, new")
    shot(page, "triggers")
    scan(page)
    row.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Only where")).to_have_value("record.ward == 'cardio'")
    page.get_by_label("Only where").fill("record.ward == 'eye'")
    shot(page, "triggers-change")
    page.get_by_test_id("keep-trigger").click()
    expect(row).to_contain_text("record.ward == 'eye'")
    row.get_by_role("switch").click()
    expect(row).to_contain_text("Off")
    made = api("GET", f"/triggers?flow={flow}")["items"]
    assert [(one["kind"], one["when"], one["enabled"]) for one in made] == [
        ("record", "record.ward == 'eye'", False)
    ]
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Let it go").click()
    expect(row).to_have_count(0)


def test_what_is_missing_is_written_and_heard(
    page: Page, browser: Browser, copy: RunningCopy, api: Api, require: Callable[[str], str]
) -> None:
    require("espeak-ng")
    flow = studio(api)
    page.goto(f"/prompts?flow={flow}")
    expect(page.get_by_test_id("missing")).to_have_text("1 missing")
    expect(page.get_by_test_id("stale")).to_have_text("1 to check")
    for there in opened(browser, copy, "zh-CN", "dark"):
        there.goto(f"/prompts?flow={flow}")
        expect(there.locator("[data-state=missing]")).to_contain_text("缺")
        expect(there.locator("[data-state=stale]")).to_contain_text("待核对")
        there.locator("[data-state=stale] .prompts-words").click()
        shot(there, "prompts-zh-CN")
        scan(there)
    page.locator("[data-state=missing] .prompts-words").click()
    words = page.get_by_test_id("prompt-words").locator("textarea")
    words.fill("Goodbye, and get well soon.")
    page.get_by_test_id("hear").click()
    expect(page.locator(".sounds-wave[data-loaded=true]")).to_be_visible()
    page.get_by_test_id("keep-prompt").click()
    expect(page.get_by_test_id("missing")).to_have_count(0)
    page.locator("[data-state=stale][data-language=en] .prompts-words").click()
    page.get_by_test_id("mark-reviewed").click()
    expect(page.locator("[data-state=stale][data-language=en]")).to_have_count(0)
    expect(page.get_by_test_id("reviewed-by")).to_contain_text("Reviewed by")
    page.get_by_text("Not reviewed", exact=True).click()
    expect(page.locator("[data-reviewed=false]")).to_have_count(3)
    shot(page, "prompts")
    scan(page)
    prompt = api("GET", f"/flows/{flow}/draft")["nodes"]["bye"]["config"]["prompt"]
    assert prompt == {"zh-CN": "再见。", "en": "Goodbye, and get well soon."}


@pytest.fixture
def heard_and_faxed(copy: RunningCopy) -> None:
    """A recording of two seconds, and a fax of two pages that has come in."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10\x00\xf0" * 8000)
    tiff = to_tiff(b"A letter\n" * 90).tiff
    stores, files = Stores(copy.settings), Files(copy.settings.folder_assets, "main")
    came = new_id()
    with stores.tenant("main").begin() as connection:
        for identity, content, kind in ((None, sound.getvalue(), "audio/wav"), (came, tiff, "image/tiff")):
            entered = NewFile(
                sha256=files.put(content), media_type=kind, size=len(content), source="call", seconds=2.0 if identity is None else None
            )  # fmt: skip
            if identity is None:
                recordings.add(
                    connection, session_id=new_id(), leg="x", kind="speech", channels=1, file=entered, at=now_micros()
                )
            else:
                assets.add(
                    connection,
                    identity=identity,
                    kind="document",
                    name=None,
                    language="",
                    file=entered,
                    at=now_micros(),
                )
        row = FaxRow(
            id=new_id(), session_id=new_id(), direction="in", leg="y", caller="02081234567", called="02088886666", pages=2,
            fate="received", medium="t38", asset_id=came, started_at=now_micros(), ended_at=now_micros(),
        )  # fmt: skip
        faxes.add(connection, row)
    stores.close()


@pytest.mark.usefixtures("heard_and_faxed")
def test_a_recording_is_heard_and_deleted_and_a_fax_is_looked_at(page: Page, api: Api) -> None:
    page.goto("/recordings")
    row = page.locator("tr.ant-table-row", has_text="What was said").first
    row.get_by_role("button").first.click()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_test_id("wave-time")).to_contain_text("2.0 s")
    shot(page, "recordings")
    scan(page)
    before = len(api.everything("/recordings"))
    row.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete 0:02 of sound").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.wait_for_function(
        "(n) => document.querySelectorAll('tr.ant-table-row').length < n", arg=before, timeout=30_000
    )
    assert len(api.everything("/recordings")) == before - 1

    page.goto("/faxes")
    page.locator("tr.ant-table-row", has_text="02081234567").get_by_role("button").first.click()
    page.wait_for_function(
        "() => document.images.length === 2 && [...document.images].every((one) => one.naturalWidth === 1728)",
        timeout=30_000,
    )
    shot(page, "faxes")
    scan(page)
