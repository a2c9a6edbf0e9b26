"""What `callweave doctor` finds at Asterisk: each fault once, in words that say what to mend."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from callweave.doctor import telephone
from callweave.doctor.modules import NEEDED
from callweave.doctor.telephone import Endpoint, Module
from engine.host.settings import PROJECT, Settings
from tests.product import free_port
from tests.telephony.local_asterisk import LocalAsterisk

ALL = [Module(name=f"{name}.so", status="Running") for names in NEEDED.values() for name in names]


def found(settings: Settings) -> dict[str, tuple[bool, str]]:
    return {finding.part: (finding.well, finding.word) for finding in telephone.look(settings)}


def test_the_local_asterisk_has_all_that_is_needed(asterisk: LocalAsterisk) -> None:
    parts = found(asterisk.settings)
    assert parts["ari"][0] and "Asterisk" in parts["ari"][1]
    assert parts["modules"][0], parts["modules"]
    assert parts["trunks"] == (True, "local")
    assert "name" not in parts, "it has one"


def test_a_wrong_password_is_named(asterisk: LocalAsterisk) -> None:
    address = asterisk.settings.ari_address
    assert address is not None
    head, _, tail = address.rpartition("@")
    wrong = f"{head[:-3]}xyz@{tail}"
    well, word = found(Settings(data=asterisk.settings.data, ari_url=wrong))["ari"]
    assert not well and "refuses user and password" in word and "xyz" not in word


def test_no_asterisk_where_one_should_be(tmp_path: Path) -> None:
    url = f"http://callweave:secret@127.0.0.1:{free_port()}/ari"
    well, word = found(Settings(data=tmp_path, ari_url=url))["ari"]
    assert not well and "does not answer" in word and "check CALLWEAVE_ARI_URL" in word and "secret" not in word


def test_none_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    well, word = found(Settings(data=tmp_path, cache=tmp_path))["asterisk"]
    assert not well and "make install" in word


@pytest.mark.parametrize("what", NEEDED)
def test_a_module_that_is_missing_is_named_with_what_needs_it(what: str) -> None:
    name = f"{NEEDED[what][-1]}.so"
    (finding,) = telephone.modules([module for module in ALL if module.name != name])
    assert not finding.well and f"no {what} without {name}" in finding.word


def test_a_module_that_does_not_run_is_missing() -> None:
    stopped = [*ALL[1:], Module(name=ALL[0].name, status="Not Running")]
    assert [finding.well for finding in telephone.modules(stopped)] == [False]
    assert [finding.well for finding in telephone.modules(ALL)] == [True]


@pytest.mark.parametrize(
    ("words", "well"), [("18.12.0", False), ("Asterisk 16.2", False), ("20.0.0", True), ("22.5.1", True), ("GIT-x", True)]
)
def test_versions(words: str, well: bool) -> None:
    finding = telephone.version(words)
    assert finding.well is well and (well or "install 20 or newer" in finding.word)


def test_trunks() -> None:
    (none,) = telephone.trunks([])
    assert not none.well and "asterisk config" in none.word
    (away,) = telephone.trunks([Endpoint("a", "online"), Endpoint("b", "offline"), Endpoint("c", "unknown")])
    assert not away.well and away.word.startswith("b cannot be reached")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (finding,) = telephone.free_ports(Settings(data=tmp_path, sip_port=port))
    assert not finding.well and f"SIP port {port} of 127.0.0.1 is in use" in finding.word


def test_a_low_limit_of_open_files(tmp_path: Path) -> None:
    def lower() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))

    code = "import resource; from callweave.doctor import telephone as t;"
    code += "f = t.files(*resource.getrlimit(resource.RLIMIT_NOFILE)); print(f.well, f.word)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, preexec_fn=lower, check=True
    )
    assert done.stdout.startswith("False 256 open files are enough for about 51 calls: raise `nofile`")
