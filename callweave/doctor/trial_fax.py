"""A fax of the doctor's own: Asterisk sends itself a page, and what has come is held against what went, dot by dot.

It has an ARI application of its own, and receives in a context of the dialplan of its own, so the engine hears nothing.
"""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import msgspec
from PIL import Image, ImageChops, ImageSequence

from callweave.doctor.finding import Finding
from callweave.doctor.line import APPLICATION
from callweave.doctor.modules import NEEDED
from callweave.doctor.telephone import Module
from engine.adapters.ari import faxes
from engine.adapters.ari.client import AriClient
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.errors import AriError
from engine.adapters.ari.messages import AriEvent, ChannelDestroyed, ChannelUserevent, QueryString, StasisStart
from engine.adapters.ari.translate import Request, known, watch
from engine.adapters.fax.pages import to_tiff
from engine.adapters.faxes import Arrived
from engine.host.settings import Settings

PART = "fax"
PICK_UP = 10.0
LONGEST = 120.0
"""Seconds for the one page, which takes about 30."""
PAGE = b"A page of `callweave doctor --fax`.\n\nIf you can read this on paper, somebody has printed it.\n"
CONTEXT = "callweave-doctor"
MEND_DIALPLAN = "take extensions.conf from `callweave asterisk config`, and reload the dialplan"
MEND_FOLDER = "CALLWEAVE_ASTERISK_RECORDINGS is a folder that both Callweave and Asterisk write to, under the same path"


class _Line:
    """What has been heard of the two ends of our call."""

    def __init__(self, leg: str) -> None:
        self._leg = leg
        self.started = asyncio.Event()
        self.ended = asyncio.Event()
        self.sent: Arrived | None = None

    def on_event(self, event: AriEvent) -> None:
        match event:
            case StasisStart() if event.channel.id == self._leg:
                self.started.set()
            case ChannelUserevent() if event.channel.id == self._leg:
                self.sent = faxes.over(event) or self.sent
            case ChannelDestroyed() if event.channel.id == self._leg:
                self.started.set()
                self.ended.set()


async def fax(settings: Settings) -> Finding:
    """Fax a page to ourselves, and say what came of it."""
    if settings.ari_address is None:
        return Finding(PART, False, "there is no Asterisk yet: start `callweave up`")
    leg = f"doctor-{uuid.uuid4().hex[:8]}"
    folder = settings.folder_faxes
    out, came = folder / f"{leg}-sent.tif", folder / f"{leg}-came.tif"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        out.write_bytes(to_tiff(PAGE).tiff)
    except OSError as error:
        return Finding(PART, False, f"{folder} cannot be written ({error.strerror}): see to it that {MEND_FOLDER}")
    line = _Line(leg)
    client = AriClient(AriConfig.read(settings.ari_address, application=APPLICATION), line.on_event)
    try:
        await client.connect()
        return await _send(client, line, leg, out, came)
    except AriError as error:
        return Finding(PART, False, f"the fax failed: {error}")
    finally:
        await client.close()
        out.unlink(missing_ok=True)
        came.unlink(missing_ok=True)


async def _send(client: AriClient, line: _Line, leg: str, out: Path, came: Path) -> Finding:
    loaded = msgspec.json.decode(await client.ask(Request("GET", "asterisk/modules")), type=list[Module])
    running = {module.name.removesuffix(".so") for module in loaded if module.status == "Running"}
    if lacking := [f"{name}.so" for name in NEEDED[PART] if name not in running]:
        return Finding(PART, False, f"{', '.join(lacking)} is not loaded: load it in modules.conf, or install it")
    try:
        await client.ask(_originate(leg, came))
        if not await _within(line.started, PICK_UP) or line.ended.is_set():
            return Finding(PART, False, f"nobody took the call at the context {CONTEXT}: {MEND_DIALPLAN}")
        await client.ask(watch(leg, APPLICATION))
        await client.ask(known(leg, "CALLWEAVE_FAX_FILE", str(out)))
        await client.ask(faxes.send(leg))
        if not await _within(line.ended, LONGEST):
            return Finding(PART, False, f"a page was not through in {LONGEST:.0f} s: is the machine overloaded?")
    finally:
        if not line.ended.is_set():
            client.send(Request("DELETE", f"channels/{leg}"))
    return outcome(line.sent, out, came)


def outcome(sent: Arrived | None, out: Path, came: Path) -> Finding:
    """What the sender was told and what lies there, in plain words."""
    if sent is None:
        return Finding(PART, False, f"nothing was told of how it went: {MEND_DIALPLAN}")
    if not sent.whole:
        word = f"the page was not sent ({sent.fault}): is {out.parent} readable by Asterisk, and res_fax.conf ours?"
        return Finding(PART, False, word)
    if not came.exists():
        return Finding(PART, False, f"the page went, but none lies in {came.parent}: see to it that {MEND_FOLDER}")
    try:
        wrong = differing(out, came)
    except OSError as error:
        return Finding(PART, False, f"what has come cannot be read ({error}): see to it that {MEND_FOLDER}")
    if wrong is None:
        return Finding(PART, False, "another page came than went: set `ecm = yes` in res_fax.conf")
    if wrong:
        return Finding(PART, False, f"{wrong} dots came wrong: set `ecm = yes` in res_fax.conf, look at the load")
    return Finding(PART, True, f"a page went to ourselves at {sent.rate} baud, no dot changed")


def differing(one: Path, other: Path) -> int | None:
    """How many dots differ; None where number or size of the pages do. Raises OSError where a file is no picture."""
    with Image.open(one) as first, Image.open(other) as second:
        mine, theirs = ([page.convert("1") for page in ImageSequence.Iterator(file)] for file in (first, second))
    if [page.size for page in mine] != [page.size for page in theirs]:
        return None
    pairs = zip(mine, theirs, strict=True)
    return sum(ImageChops.logical_xor(page, its).convert("L").histogram()[255] for page, its in pairs)


def _originate(leg: str, came: Path) -> Request:
    asked = {"endpoint": f"Local/fax@{CONTEXT}/n", "app": APPLICATION, "channelId": leg, "timeout": str(int(PICK_UP))}
    body = msgspec.json.encode({"variables": {"CALLWEAVE_FAX_FILE": str(came)}}).decode()
    return Request("POST", "channels", tuple(QueryString(name, value) for name, value in asked.items()), body)


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
