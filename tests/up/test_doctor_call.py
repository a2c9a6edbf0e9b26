"""The doctor's own calls: round by the trunk `local`, and what is said when they do not go through."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callweave.asterisk.root import NoAsterisk, find
from callweave.doctor import trial_call
from engine.host.settings import Settings
from tests import needs
from tests.telephony.local_asterisk import LocalAsterisk


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAsterisk]:
    try:
        find(Settings().cache)
    except NoAsterisk as error:
        needs.absent(str(error))
    here = LocalAsterisk(tmp_path_factory.mktemp("asterisk"))
    here.start()
    yield here
    here.stop()


def test_a_call_round_by_the_local_trunk(asterisk: LocalAsterisk) -> None:
    found = asyncio.run(trial_call.loop(asterisk.settings))
    assert (found.well, found.word) == (True, "doctor took the call; sound and a key came")
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
