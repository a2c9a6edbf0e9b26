"""A draft calls the browser: its prompt is heard there, a key steers it, and hanging up ends it. And who may use such a line."""

from __future__ import annotations

import hashlib
import socket
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from simple_websocket import Client
from simple_websocket import ConnectionError as NotConnected

from tests.browser.axe import scan
from tests.browser.conftest import shot
from tests.browser.test_trying import tried
from tests.product import RunningCopy
from tests.product_api import Api
from tests.telephony import sip


def menu(name: str, at: int, outlets: dict[str, str]) -> dict[str, Any]:
    choices = [{"key": key, "label": f"Door {key}"} for key in ("1", "2")]
    config = {"prompt": f"{name} Press one or two.", "choices": choices, "timeout": 60}
    return {"type": "menu", "name": name, "at": [0, at], "outlets": outlets, "config": config}


DOORS: dict[str, Any] = {
    "callweave": 1, "name": "Doors to try", "languages": ["en"], "start": "pick_up",
    "nodes": {
        "pick_up": {"type": "answer", "at": [0, 0], "outlets": {"done": "which"}},
        "which": menu("Which door?", 120, {"1": "wrong", "2": "inside"}),
        "inside": menu("Inside.", 240, {}),
        "wrong": {"type": "end", "at": [340, 240], "config": {"outcome": "wrong"}},
    },
}  # fmt: skip
OVERHEARD = """
const Real = window.RTCPeerConnection
window.calls = []
window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.calls.push(this) } }
"""
SPEECH = """async () => {
  for (const call of window.calls) for (const one of (await call.getStats()).values())
    if (one.type === 'inbound-rtp' && one.bytesReceived > 1000 && one.totalAudioEnergy > 0.001) return true
  return false
}"""
"""Whether sound has come that is no silence: its energy is that of the samples which were decoded."""


def has_address() -> bool:
    """Whether this machine has an address besides the loopback's, where alone browsers and Asterisk look for a way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return False
        return not probe.getsockname()[0].startswith("127.")


@pytest.mark.skipif(not has_address(), reason="sound of WebRTC needs an address besides the loopback's")
def test_the_draft_calls_the_browser(page: Page, api: Api) -> None:
    page.add_init_script(OVERHEARD)
    tried(page, api, DOORS)
    page.get_by_test_id("try-browser").click()
    phone, call = page.get_by_test_id("browser-phone"), page.get_by_test_id("try-real-call")
    expect(phone).to_have_attribute("data-line", "talking")
    expect(call).to_contain_text("this browser is at Which door?")
    page.wait_for_function(SPEECH)
    expect(page.get_by_test_id("browser-length")).not_to_have_text("0:00")
    page.get_by_test_id("browser-mute").click()
    expect(phone).to_contain_text("Muted: you are not heard")
    scan(page)
    shot(page, "try-browser-phone")
    page.get_by_test_id("browser-mute").click()
    phone.locator("[data-key='2']").click()
    expect(call).to_contain_text("this browser is at Inside.")
    page.get_by_test_id("browser-hang-up").click()
    expect(phone).to_have_attribute("data-line", "over")
    expect(call).to_have_attribute("data-status", "completed")
    expect(call).to_contain_text("hung_up")
    expect(phone).to_contain_text("The flow has ended.")
    page.get_by_test_id("browser-close").click()
    expect(page.get_by_test_id("try-phone")).to_be_visible()


def line(copy: RunningCopy, phone: str, **headers: str) -> Client:
    address = f"ws://127.0.0.1:{copy.port}/api/v1/browser-phones/{phone}/line"
    return Client(address, subprotocols=["sip"], headers=headers)


def invite(socket: Client, caller: str, to: str, authorization: str = "") -> sip.Message:
    """Call a number; what Asterisk says at last."""
    headers = [
        ("Via", f"SIP/2.0/WS here.invalid;branch=z9hG4bK{uuid.uuid4().hex}"), ("Max-Forwards", "70"),
        ("From", f"<sip:{caller}@callweave.invalid>;tag=a"), ("To", f"<sip:{to}@callweave.invalid>"),
        ("Call-ID", uuid.uuid4().hex), ("CSeq", "1 INVITE"), ("Contact", f"<sip:{caller}@here.invalid;transport=ws>"),
    ]  # fmt: skip
    if authorization:
        headers.append(("Authorization", authorization))
    socket.send(sip.write(f"INVITE sip:{to}@callweave.invalid SIP/2.0", headers, sip.offer(9)).decode())
    while (heard := socket.receive(timeout=30)) is not None:
        answer = sip.parse(heard.encode() if isinstance(heard, str) else heard)
        if answer.is_response and answer.status >= 200:
            return answer
    raise AssertionError("no answer")


def test_a_line_is_for_who_may_try_and_calls_nobody(copy: RunningCopy, api: Api) -> None:
    made = api("POST", "/browser-phones", {})
    phone, password = made["phone"], made["password"]
    auditor = api("POST", "/api-keys", {"name": "looks on", "role": "auditor"})["key"]
    administrator = {"Authorization": f"Bearer {copy.key}"}
    for headers, status in (
        ({}, "401"), ({"Authorization": f"Bearer {auditor}"}, "403"), ({**administrator, "Origin": "https://evil.example"}, "403"),
    ):  # fmt: skip
        with pytest.raises(NotConnected, match=status):
            line(copy, phone, **headers)
    opened = line(copy, phone, **administrator)
    try:
        # neither as the trunk `local`, which takes calls of this machine without a password, nor as itself
        challenge = invite(opened, "local", "7001")
        assert challenge.status == 401
        challenge = invite(opened, phone, "7001")
        assert challenge.status == 401
        assert invite(opened, phone, "7001", digest(challenge, phone, password)).status == 404
    finally:
        opened.close()


def digest(challenge: sip.Message, name: str, password: str) -> str:
    """The answer to a challenge (RFC 2617)."""
    asked = dict(
        part.strip().split("=", 1) for part in challenge["WWW-Authenticate"].removeprefix("Digest ").split(",")
    )
    realm, nonce, opaque = (asked.get(key, '""').strip('"') for key in ("realm", "nonce", "opaque"))
    uri = "sip:7001@callweave.invalid"

    def hashed(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    words = f"{nonce}:00000001:c:auth"
    response = hashed(f"{hashed(f'{name}:{realm}:{password}')}:{words}:{hashed(f'INVITE:{uri}')}")
    return (
        f'Digest username="{name}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", '
        f'algorithm=MD5, qop=auth, nc=00000001, cnonce="c", opaque="{opaque}"'
    )
