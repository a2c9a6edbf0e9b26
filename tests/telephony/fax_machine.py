"""The far end of faxes: a second Asterisk, whose dialplan plays fax machines, and people who take the call of one."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageSequence

from callweave.asterisk import configuration
from callweave.asterisk.root import find
from engine.adapters.ari import AriConfig
from engine.adapters.fax.pages import DOTS, HEIGHT, WIDTH
from engine.host.settings import Settings

PATIENCE = 60.0
AUDIO, T38, PERSON, BUSY, RINGS, SILENT, WHISTLE = "1", "2", "3", "4", "5", "6", "7"
"""The last figure of a number says who is there."""
DIALPLAN = """[general]
static = yes
[callweave]
exten => _X.,1,Goto(far,${EXTEN:-1},1)
[far]
exten => 1,1,Answer()
 same => n,Goto(receive,1)
exten => receive,1,Set(FAXOPT(localstationid)=FAR END)
 same => n,ReceiveFAX(@FOLDER@/${CALLERID(dnid)}.tif,F)
 same => n,Hangup()
exten => 2,1,Answer()
 same => n,Set(FAXOPT(localstationid)=FAR END)
 same => n,ReceiveFAX(@FOLDER@/${CALLERID(dnid)}.tif,z)
 same => n,Hangup()
exten => 3,1,Answer()
 same => n(again),Playback(@MOMENT@)
 same => n,Goto(again)
exten => 4,1,Busy(1)
exten => 5,1,Ringing()
 same => n,Wait(60)
exten => 6,1,Answer()
 same => n,Wait(120)
exten => 7,1,Answer()
 same => n,Playtones(1700)
 same => n,Wait(120)
exten => send,1,Set(FAXOPT(localstationid)=FAR END)
 same => n,SendFAX(${FAR_FILE},${FAR_FLAGS})
 same => n,Hangup()
exten => talk,1,Playback(@MOMENT@)
 same => n,Wait(${FAR_SECONDS})
 same => n,Hangup()
"""


class FaxMachine:
    """Started on a SIP port, calls to which come from another one of this machine, where its own calls go."""

    def __init__(self, folder: Path, port: int, peer_port: int) -> None:
        self.folder = folder
        self.settings = Settings(data=folder, sip_port=port, sip_peer_port=peer_port)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> FaxMachine:
        self.folder.mkdir(parents=True, exist_ok=True)
        root = find(self.settings.cache)
        conf = configuration.write(self.settings, root)
        moment = self.settings.folder_asterisk / "sounds" / "one-moment"
        dialplan = DIALPLAN.replace("@FOLDER@", str(self.folder)).replace("@MOMENT@", str(moment))
        (conf.parent / "extensions.conf").write_text(dialplan)
        with (self.folder / "asterisk.log").open("ab") as log:
            self._process = subprocess.Popen([*root.command, "-C", str(conf), "-f"], stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < until, (self.folder / "asterisk.log").read_text()
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def received(self, number: str) -> Path:
        """What has come for a number."""
        return self.folder / f"{number}.tif"

    def call(self, number: str, extension: str, caller: str = "02000000001", **variables: str) -> None:
        """Call a number, and do there what the dialplan says."""
        body = {
            "endpoint": f"PJSIP/{number}@local", "context": "far", "extension": extension, "priority": 1,
            "callerId": caller, "variables": variables,
        }  # fmt: skip
        self._ask("POST", "channels", body)

    def send(self, number: str, file: Path, *, flags: str = "F", caller: str = "02000000001") -> None:
        """Call a number, and send it these pages: as sound (F), or by T.38 (z)."""
        self.call(number, "send", caller, FAR_FILE=str(file), FAR_FLAGS=flags)

    def channels(self) -> list[object]:
        """The calls that it has."""
        found: list[object] = json.loads(self._ask("GET", "channels"))
        return found

    def _answers(self) -> bool:
        try:
            return bool(self._ask("GET", "asterisk/ping"))
        except OSError:
            return False

    def _ask(self, method: str, path: str, body: object = None) -> bytes:
        address = self.settings.ari_address
        assert address is not None
        config = AriConfig.read(address)
        base = config.url.replace("ws://", "http://").partition("/events")[0]
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": config.authorization, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{base}/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return bytes(answer.read())


def drawn(*words: str) -> list[Image.Image]:
    """Pages with some words, a frame and a diagonal each: black and white, on a fax's sheet."""
    pages = []
    for number, text in enumerate(words):
        page = Image.new("1", (WIDTH, HEIGHT), 1)
        draw = ImageDraw.Draw(page)
        draw.rectangle((40, 60, WIDTH - 40, HEIGHT - 60), outline=0, width=5)
        draw.line((40, 60, WIDTH - 40, HEIGHT - 60), fill=0, width=3)
        for row in range(12):
            draw.text((120, 200 + 160 * row), f"{text} {number + 1}.{row}", fill=0, font_size=60)
        pages.append(page)
    return pages


def save(pages: list[Image.Image], file: Path) -> Path:
    """Write pages as a fax's file."""
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=DOTS)
    return file


def differing(pages: list[Image.Image], file: Path) -> list[int]:
    """Of each page, how many dots of a fax's file are others; AssertionError if there are more or fewer pages."""
    with Image.open(file) as found:
        others = [page.convert("1") for page in ImageSequence.Iterator(found)]
    assert [page.size for page in others] == [page.size for page in pages]
    return [
        ImageChops.logical_xor(mine, other).convert("L").histogram()[255]
        for mine, other in zip(pages, others, strict=True)
    ]
