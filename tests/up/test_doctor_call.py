"""The doctor's own calls: round by the trunk `local`, and what is said when they do not go through."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from callweave import doctor
from callweave.doctor import Trials, trial_call, trial_fax
from engine.adapters.fax.pages import to_tiff
from engine.adapters.faxes import Arrived
from engine.host.settings import Settings
from tests.telephony.local_asterisk import LocalAsterisk


def test_a_call_round_by_the_local_trunk(asterisk: LocalAsterisk) -> None:
    found = asyncio.run(trial_call.loop(asterisk.settings))
    assert (found.well, found.word) == (True, "doctor took the call; sound went both ways, and a key came")
    assert asterisk.channels() == "[]", "nothing is left"


def test_the_far_ends_port_is_taken(asterisk: LocalAsterisk) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", asterisk.settings.sip_peer_port))
        found = asyncio.run(trial_call.loop(asterisk.settings))
    assert not found.well and "is in use" in found.word and "CALLWEAVE_SIP_PEER_PORT" in found.word


def test_a_trunk_that_is_not_there(asterisk: LocalAsterisk) -> None:
    found = asyncio.run(trial_call.call(asterisk.settings, "8001", "nowhere"))
    assert not found.well and found.part == "trunk nowhere"


def test_no_asterisk(tmp_path: Path) -> None:
    found = asyncio.run(trial_call.call(Settings(data=tmp_path), "8001", "local"))
    assert not found.well and "callweave up" in found.word


def test_a_fax_to_ourselves(asterisk: LocalAsterisk) -> None:
    (found,) = doctor.calls(asterisk.settings, Trials(fax=True))
    assert (found.well, found.word) == (True, "a page went to ourselves at 14400 baud, no dot changed")
    assert asterisk.channels() == "[]", "nothing is left"
    assert list(asterisk.settings.folder_faxes.glob("doctor-*")) == []


def test_a_fax_that_nobody_takes(asterisk: LocalAsterisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_fax, "CONTEXT", "nowhere")
    found = asyncio.run(trial_fax.fax(asterisk.settings))
    assert not found.well and "callweave asterisk config" in found.word


def test_what_became_of_a_fax(tmp_path: Path) -> None:
    out, came = tmp_path / "out.tif", tmp_path / "came.tif"
    out.write_bytes(to_tiff(b"A page").tiff)
    whole = Arrived(whole=True, rate=14400)

    def word(sent: Arrived | None) -> str:
        found = trial_fax.outcome(sent, out, came)
        assert not found.well
        return found.word

    assert "extensions.conf" in word(None)
    assert "not sent (broke_off)" in word(Arrived(whole=False, fault="broke_off"))
    assert "CALLWEAVE_ASTERISK_RECORDINGS" in word(whole)
    came.write_bytes(b"no picture")
    assert "cannot be read" in word(whole)
    came.write_bytes(to_tiff(b"B page").tiff)
    assert "dots came wrong" in word(whole)
    came.write_bytes(to_tiff(b"A page\n" * 120).tiff)
    assert "another page came" in word(whole)
    came.write_bytes(out.read_bytes())
    assert trial_fax.outcome(whole, out, came).well


def test_a_fax_whose_folder_cannot_be_written(asterisk: LocalAsterisk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = asterisk.settings.model_copy(
        update={"ari_url": asterisk.settings.ari_address, "asterisk_recordings": tmp_path / "file"}
    )
    found = asyncio.run(trial_fax.fax(settings))
    assert not found.well and "cannot be written" in found.word
