"""`/browser-phones`: a telephone in the browser, which a draft calls as it calls any other, at our own Asterisk.

A telephone is made for one who may try flows, with a name that nobody guesses and a password of its own; it is gone
when its line is closed, or after two minutes if it has not been opened. It can be called by its name and calls nobody.
"""

from __future__ import annotations

import re
import threading
from urllib.parse import urlsplit

import simple_websocket  # type: ignore[import-untyped]
import structlog
from flask import Blueprint, Response, request

from designer import browser_line
from designer.access.gate import require_right
from designer.access.identity import require_identity, require_own_origin
from designer.access.rights import needs
from designer.api.connector_line import Over
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import BrowserPhoneShape
from designer.parts import parts
from designer.problems import Problem
from engine.adapters.ari.browser_phones import LOOPBACK, BrowserPhones
from engine.adapters.ari.errors import AriError
from engine.adapters.ways import BROWSER_NUMBER
from engine.store import now_micros
from engine.store.times import SECOND

log = structlog.get_logger()

api = resource("browser_phones", 409)
line = Blueprint("browser_line", __name__, url_prefix="/api/v1")
MESSAGES = {
    "Only an Asterisk of this machine can call a browser.",
    "Asterisk cannot call a browser just now: {reason}",
    "Too many browsers telephone just now.",
}
"""Sentences of this module; each has its translation."""
AT_ONCE = 20
"""Open lines of one web process; each holds a thread."""
_free = threading.BoundedSemaphore(AT_ONCE)


@api.post("/browser-phones", responses={201: BrowserPhoneShape})
@needs("flows.try")
def make_phone() -> Response:
    """A telephone for this browser; 409 where no Asterisk of this machine is there."""
    at = now_micros() // SECOND
    phones = BrowserPhones(_address())
    try:
        phones.forget_left(at)
        name, password = phones.declare(at)
    except AriError as error:
        raise Problem(503, "Asterisk cannot call a browser just now: {reason}", {"reason": str(error)}) from error
    return reply({"phone": name, "password": password}, 201)


@line.get("/browser-phones/<phone>/line", websocket=True)
@needs("flows.try")
def open_line(phone: str) -> Response:
    """The line of a telephone (WebSocket): its SIP."""
    require_own_origin()
    if "Sec-WebSocket-Key" not in request.headers or not re.fullmatch(BROWSER_NUMBER, phone):
        raise Problem(400, "This is a WebSocket.")
    address = _address()
    if not _free.acquire(blocking=False):
        raise Problem(503, "Too many browsers telephone just now.", headers={"Retry-After": "10"})
    try:
        asterisk = browser_line.ToAsterisk(address)
        try:
            page = simple_websocket.Server.accept(
                request.environ, [browser_line.PROTOCOL], ping_interval=browser_line.PING_SECONDS,
                max_message_size=browser_line.LONGEST_MESSAGE,
            )  # fmt: skip
            browser_line.serve(page, asterisk, _may_go_on)
        finally:
            browser_line.close(asterisk)
    except browser_line.NoLine as error:
        raise Problem(503, "Asterisk cannot call a browser just now: {reason}", {"reason": str(error)}) from error
    finally:
        _free.release()
        _forget(address, phone)
    return Over(page)


def _may_go_on() -> bool:
    try:
        require_identity()
        require_right()
    except Problem:
        return False
    return True


def _forget(address: str, phone: str) -> None:
    try:
        BrowserPhones(address).forget(phone)
    except AriError as error:
        log.info("the telephone of a browser was not taken away", phone=phone, reason=str(error))


def _address() -> str:
    settings = parts().settings
    address = settings.ari_address if settings.telephony == "asterisk" else None
    if address is None or urlsplit(address).hostname not in LOOPBACK:
        raise Problem(409, "Only an Asterisk of this machine can call a browser.")
    return address


line.before_request(require_identity)
line.before_request(require_right)
