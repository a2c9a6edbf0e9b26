"""Faxes through the whole product, with a second Asterisk as the far end: dot by dot both ways, and what may go wrong."""

from __future__ import annotations

import io
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.calls.test_calls_out import channels, ended, published, started, until
from tests.calls.test_calls_out_crash import kill_engine
from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony.fax_machine import AUDIO, BUSY, PERSON, FaxMachine, differing, drawn, save

OUTLETS = ("sent", "busy", "no_answer", "failed")
SENDING: dict[str, Any] = {
    "callweave": 1, "name": "Letter by fax", "languages": ["en"], "start": "send",
    "nodes": {
        "send": {
            "type": "send_fax", "config": {"to": "{{ contact.phone }}", "document": "letter", "tries": 2, "pause_seconds": 1},
            "outlets": {outlet: outlet for outlet in OUTLETS},
        },
        **{outlet: {"type": "end", "config": {"outcome": outlet}} for outlet in OUTLETS},
    },
}  # fmt: skip
RECEIVING: dict[str, Any] = {
    "callweave": 1, "name": "Ward desk, and its fax", "languages": ["en"], "start": "pick_up",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "what"}},
        "what": {
            "type": "menu",
            "config": {
                "prompt": "This is ward three. One for the nurse, two for water.", "timeout": 5, "tries": 3,
                "choices": [{"key": "1", "label": "Nurse"}],
            },
            "outlets": {"1": "person", "no_input": "person", "no_match": "person"},
        },
        "person": {"type": "end", "config": {"outcome": "person"}},
        "fax": {"type": "receive_fax", "outlets": {"received": "received", "failed": "broken"}},
        "received": {"type": "end", "config": {"outcome": "received"}},
        "broken": {"type": "end", "config": {"outcome": "broken"}},
    },
}  # fmt: skip


def stored(copy: RunningCopy, name: str, file_name: str, content: bytes) -> None:
    """Put a document into the copy."""
    edge = uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'.encode(),
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'.encode(),
        content, f"\r\n--{edge}--\r\n".encode(),
    ]  # fmt: skip
    request = urllib.request.Request(f"{copy.url}/api/v1/assets", b"".join(parts), method="POST")
    request.add_header("Authorization", f"Bearer {copy.key}")
    request.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.loads(answer.read())["name"] == name


def content_of(copy: RunningCopy, asset: str, version: int | None = None) -> bytes:
    """A file of an asset."""
    which = "" if version is None else f"?version={version}"
    request = urllib.request.Request(f"{copy.url}/api/v1/assets/{asset}/content{which}")
    request.add_header("Authorization", f"Bearer {copy.key}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def fax_of(api: Api, session: str) -> dict[str, Any]:
    """The one fax of a session."""
    [fax] = api.everything(f"/faxes?session={session}")
    return fax


def tiff(pages: list[Image.Image]) -> bytes:
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(204, 196))
    return file.getvalue()


@pytest.fixture(scope="module")
def copy(running_copy: StartCopy) -> RunningCopy:
    """A copy of its own: its engine is killed here."""
    return running_copy()


@pytest.fixture(scope="module")
def api(copy: RunningCopy) -> Api:
    return Api(copy)


@pytest.fixture(scope="module")
def far(copy: RunningCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaxMachine]:
    with FaxMachine(tmp_path_factory.mktemp("far"), copy.sip_peer_port, copy.sip_port) as far:
        yield far


def test_a_page_out_and_a_page_in_by_its_tone(copy: RunningCopy, api: Api, far: FaxMachine, tmp_path: Path) -> None:
    """At once: one as sound to a machine, one from a machine that calls where people are asked for a key; besides,
    a person who is called by a fax, a machine that is busy, and a document that is not there."""
    out, back = drawn("To the far end"), drawn("From the far end")
    stored(copy, "letter", "letter.tif", tiff(out))
    sending, receiving = published(api, SENDING), api.bound(RECEIVING, "7310")
    session = started(api, sending, f"800{AUDIO}")
    person = started(api, sending, f"801{PERSON}")
    busy = started(api, sending, f"802{BUSY}")
    nothing = {**SENDING, "nodes": {**SENDING["nodes"], "send": {**SENDING["nodes"]["send"], "config": {
        "to": "8031", "document": "nothing"}}}}  # fmt: skip
    missing = started(api, published(api, nothing), "8031")
    far.send("7310", save(back, tmp_path / "back.tif"))

    assert ended(api, missing)["results"]["send"]["reason"] == "there is no document 'nothing'"
    assert ended(api, busy, 40)["outcome"] == "busy"
    assert [fax["fate"] for fax in api.everything(f"/faxes?session={busy}")] == ["busy", "busy"], "tried again"
    let_go = ended(api, person, 60)
    assert (let_go["outcome"], let_go["results"]["send"]["cause"]) == ("failed", "no_fax_machine")
    heard = fax_of(api, person)
    times = [time.strptime(heard[name][:19], "%Y-%m-%dT%H:%M:%S") for name in ("answered_at", "ended_at")]
    assert time.mktime(times[1]) - time.mktime(times[0]) <= 20

    sent = ended(api, session, 120)
    assert (sent["outcome"], sent["results"]["send"]["value"]) == ("sent", 1)
    fax = fax_of(api, session)
    assert (fax["direction"], fax["fate"], fax["pages"], fax["station"], fax["medium"]) == (
        "out", "sent", 1, "FAR END", "audio",
    )  # fmt: skip
    assert differing(out, far.received(f"800{AUDIO}")) == [0]

    [came] = api.ended_sessions(receiving, 1, 120)
    assert came["outcome"] == "received"
    fax = fax_of(api, came["id"])
    assert (fax["direction"], fax["fate"], fax["pages"], fax["station"]) == ("in", "received", 1, "FAR END")
    assert (fax["caller"], fax["called"]) == ("02000000001", "7310")
    (tmp_path / "came.tif").write_bytes(content_of(copy, fax["asset"], 1))
    assert differing(back, tmp_path / "came.tif") == [0]
    assert content_of(copy, fax["asset"]).startswith(b"%PDF")
    assert api("GET", f"/sessions/{came['id']}")["results"]["fax"]["value"] == fax["asset"]
    until(lambda: channels(copy) == [])
    assert list((copy.data / "asterisk" / "spool" / "recording").iterdir()) == []


def test_a_fax_outlives_its_engine(copy: RunningCopy, api: Api, far: FaxMachine) -> None:
    if not any(asset["name"] == "letter" for asset in api.everything("/assets")):
        stored(copy, "letter", "letter.tif", tiff(drawn("To the far end")))
    session = started(api, published(api, SENDING), f"805{AUDIO}")
    until(lambda: any(fax["direction"] == "out" for fax in api.everything(f"/faxes?session={session}")), 40)
    until(lambda: len(channels(copy)) > 0)
    time.sleep(6)  # the machines are talking
    kill_engine(copy)
    sent = ended(api, session, 150)
    assert sent["outcome"] == "sent"
    assert fax_of(api, session)["fate"] == "sent"
    assert len(list(far.folder.glob("805*.tif"))) == 1
    until(lambda: channels(copy) == [])
