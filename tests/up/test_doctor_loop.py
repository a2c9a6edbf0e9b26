"""`callweave doctor --loop`: each trunk is called at a number of ours that comes back, and at no other number."""

from __future__ import annotations

import asyncio
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.testing import CliRunner

from callweave import doctor
from callweave.cli import app
from callweave.doctor import Finding, Trials, line, tones, trial_loop
from engine.store import Stores, control, now_micros, trunks
from engine.store.inserting import insert_new
from engine.store.migrate import upgrade
from engine.store.trunks import OwnNumber
from engine.trunks import pjsip
from engine.trunks.config import TrunkConfig
from engine.trunks.routes import Trunk
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.sends_back import SendsBack

NUMBER = "02088886666"


@pytest.fixture
def far(asterisk: LocalAsterisk) -> Iterator[SendsBack]:
    with SendsBack(asterisk.sip_port) as far:
        yield far


@pytest.fixture
def stores(asterisk: LocalAsterisk) -> Iterator[Stores]:
    """The databases of the copy under test, with one number of its own."""
    asterisk.settings.make_folders()
    upgrade(asterisk.settings.control_url, "control")
    stores = Stores(asterisk.settings)
    with stores.control.begin() as connection:
        insert_new(connection, control.tenant, {"name": "main", "created_at": now_micros()})
        trunks.put_number(connection, "main", OwnNumber(number=NUMBER), at=now_micros())
    yield stores
    with stores.control.begin() as connection:
        for row in trunks.every(connection):
            trunks.remove(connection, row.trunk.tenant, row.trunk.name)
    stores.close()


def declare(asterisk: LocalAsterisk, stores: Stores, port: int, name: str = "telco", **config: Any) -> None:
    """A trunk as the engine would write it, in the database and at Asterisk."""
    declared = TrunkConfig(host="127.0.0.1", port=port, check_seconds=0, **config)
    trunk = Trunk(id=b"", tenant="main", name=name, config=declared)
    with stores.control.begin() as connection:
        trunks.put(connection, trunk, secret=None, keep_secret=False, at=now_micros())
        rows = [row.trunk for row in trunks.every(connection)]
    file = asterisk.settings.folder_asterisk / "etc" / "pjsip_trunks.conf"
    file.write_text(pjsip.written(rows, {}, port=asterisk.settings.sip_trunk_port), encoding="utf-8")
    asterisk.reload("res_pjsip.so")
    until = time.monotonic() + 10
    while not known(asterisk, trunk.endpoint):
        assert time.monotonic() < until
        time.sleep(0.05)


def known(asterisk: LocalAsterisk, endpoint: str) -> bool:
    try:
        return bool(asterisk.get(f"endpoints/PJSIP/{endpoint}"))
    except urllib.error.HTTPError:
        return False


def findings(asterisk: LocalAsterisk, **trials: Any) -> dict[str, Finding]:
    """What a loop finds, by part; nothing of it is left on the line or in Asterisk's folders."""
    found = {one.part: one for one in doctor.calls(asterisk.settings, Trials(loop=True, **trials))}
    assert asterisk.channels() == "[]", "nothing is left"
    assert asterisk.get("recordings/stored") == b"[]"
    assert b'"value":""' in asterisk.get("asterisk/variable?variable=CALLWEAVE_LOOP").replace(b" ", b"")
    return found


def test_a_call_goes_round_by_each_trunk_that_has_a_number(
    asterisk: LocalAsterisk, stores: Stores, far: SendsBack
) -> None:
    declare(asterisk, stores, far.port, loop_number="+862088886666")
    declare(asterisk, stores, far.port, "other")
    far.number = "862088886666"
    found = findings(asterisk)
    assert {part: one.well for part, one in found.items()} == {
        "trunk local": True, "trunk main-telco": True, "trunk main-other": True,
    }  # fmt: skip
    assert found["trunk main-telco"].word == "+862088886666 came back to us; sound and a key went both ways"
    assert found["trunk main-other"].word.startswith("not tried: set its `loop_number`")
    assert (far.called, far.callers) == (["+862088886666"], ["+862088886666"])


def test_a_trunk_is_named_with_the_number(asterisk: LocalAsterisk, stores: Stores, far: SendsBack) -> None:
    declare(asterisk, stores, far.port)
    [(part, one)] = findings(asterisk, trunk="telco", to="020 8888-7777").items()
    assert (part, one.well, far.called) == ("trunk main-telco", True, ["02088887777"])
    assert not findings(asterisk, trunk="telco")["trunk main-telco"].well, "it has no number of its own"
    refused = findings(asterisk, trunk="telco", to="110")["trunk main-telco"]
    assert not refused.well and "emergency number" in refused.word
    unknown = findings(asterisk, trunk="nobody")["trunks"]
    assert not unknown.well and "main-telco" in unknown.word
    assert far.called == ["02088887777"]


def test_a_number_that_is_not_ours_is_not_called(asterisk: LocalAsterisk, stores: Stores, far: SendsBack) -> None:
    declare(asterisk, stores, far.port, loop_number="13912340200")
    for trials in ({}, {"trunk": "telco"}):
        found = findings(asterisk, **trials)["trunk main-telco"]
        assert not found.well and "PUT /api/v1/numbers/13912340200" in found.word
    assert far.called == []


def test_no_sound_finds_its_way(asterisk: LocalAsterisk, stores: Stores, far: SendsBack) -> None:
    far.deaf = True
    declare(asterisk, stores, far.port, loop_number=NUMBER)
    found = findings(asterisk, trunk="telco")["trunk main-telco"]
    assert not found.well and found.word.startswith("nothing was heard on the way out: look at NAT")


@pytest.mark.parametrize(
    ("status", "words"), [(404, "there is no such number"), (486, "busy"), (200, "taken, but not by us")]
)
def test_a_call_that_does_not_come_back(asterisk: LocalAsterisk, stores: Stores, status: int, words: str) -> None:
    with phones(status) as port:
        declare(asterisk, stores, port, loop_number=NUMBER)
        found = findings(asterisk, trunk="telco")["trunk main-telco"]
    assert not found.well and words in found.word


def test_a_call_that_is_never_heard_of_again(
    asterisk: LocalAsterisk, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial_loop, "COMES_BACK", 1.0)
    with phones(0) as port:
        declare(asterisk, stores, port, loop_number=NUMBER)
        found = findings(asterisk, trunk="telco")["trunk main-telco"]
    assert not found.well and "nothing came within 1 s" in found.word and "extensions.conf" in found.word


@contextmanager
def phones(status: int) -> Iterator[int]:
    """A far end where somebody takes the call (200), refuses it, or lets it ring (0); its port."""
    ready, over = threading.Event(), threading.Event()
    ports = []

    async def serve() -> None:
        async with Peers(0) as peers:
            ports.append(peers.port)
            ready.set()
            answered = False
            while not over.is_set():
                await asyncio.sleep(0.02)
                if peers.phones and not answered:
                    answered = True
                    phone = peers.phones[0]
                    phone.ring()
                    if status == 200:
                        await phone.answer()
                    elif status:
                        phone.refuse(status)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield ports[0]
    finally:
        over.set()
        thread.join()


def test_tones_are_told_apart() -> None:
    there, back = (tones.from_law(tones.packet(hertz) * 50) for hertz in (tones.THERE, tones.BACK))
    assert tones.is_heard(there, tones.THERE) and not tones.is_heard(there, tones.BACK)
    assert tones.is_heard(back, tones.BACK) and not tones.is_heard(back, tones.THERE)
    silence = tones.from_law(b"\xff" * 8000)
    assert not tones.is_heard(silence, tones.THERE) and tones.is_silent(silence)
    assert not tones.is_silent(there) and tones.is_silent(tones.from_wav(b"no sound"))
    assert line.why(17) == "busy"


def test_to_goes_with_loop_and_trunk() -> None:
    assert CliRunner().invoke(app, ["doctor", "--to", "1"]).exit_code == 2
