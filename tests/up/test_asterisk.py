"""The local Asterisk's configuration: ports of its own, a password that stays and that nobody else can read."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callweave.asterisk import configuration, ports
from callweave.asterisk.own import snippets
from callweave.asterisk.root import AsteriskRoot, NoAsterisk, find
from engine.host.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> AsteriskRoot:
    return AsteriskRoot(("asterisk",), tmp_path / "modules", tmp_path, tmp_path / "none", tmp_path)


@pytest.fixture
def descriptors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the locks that a test took, as the end of the process would."""
    taken: list[int] = []
    take = ports.take_rtp_block

    def remember(cache: Path, wish: int | None) -> tuple[int, int, int]:
        block = take(cache, wish)
        taken.append(block[2])
        return block

    monkeypatch.setattr(ports, "take_rtp_block", remember)
    yield
    for lock in taken:
        os.close(lock)


def settings(tmp_path: Path, name: str, sip: int) -> Settings:
    return Settings(data=tmp_path / name, cache=tmp_path / "cache", sip_port=sip, sip_peer_port=sip + 10)


def rtp(config: Path) -> tuple[int, int]:
    text = (config.parent / "rtp.conf").read_text()
    first, last = re.findall(r"= (\d+)", text)
    return int(first), int(last)


@pytest.mark.usefixtures("descriptors")
def test_two_copies_share_no_port(tmp_path: Path, root: AsteriskRoot) -> None:
    one = configuration.write(settings(tmp_path, "one", 15060), root)
    two = configuration.write(settings(tmp_path, "two", 15080), root)
    (first, last), (other_first, other_last) = rtp(one), rtp(two)
    assert last < other_first or other_last < first
    addresses = {settings(tmp_path, name, 15060).ari_address for name in ("one", "two")}
    assert len(addresses) == 2 and None not in addresses
    names = [re.search(r"systemname = (\w+)", path.read_text()) for path in (one, two)]
    assert len({found[1] for found in names if found is not None}) == 2, "no two name their calls alike"
    assert "bind = 127.0.0.1:15080" in (two.parent / "pjsip.conf").read_text()
    assert "contact = sip:127.0.0.1:15090" in (two.parent / "pjsip.conf").read_text()


@pytest.mark.usefixtures("descriptors")
def test_address_and_password_stay(tmp_path: Path, root: AsteriskRoot) -> None:
    mine = settings(tmp_path, "one", 15060)
    configuration.write(mine, root)
    address, config = mine.ari_address, (mine.folder_asterisk / "etc" / "asterisk.conf").read_text()
    configuration.write(mine, root)
    assert mine.ari_address == address
    assert (mine.folder_asterisk / "etc" / "asterisk.conf").read_text() == config, "its name stays, too"
    saved = mine.folder_asterisk / "ari.json"
    for path in (saved, mine.folder_asterisk / "etc" / "ari.conf"):
        assert path.stat().st_mode & 0o777 == 0o600
        assert json.loads(saved.read_text())["password"] in path.read_text()


@pytest.mark.usefixtures("descriptors")
def test_a_port_that_was_taken_meanwhile_is_replaced(tmp_path: Path, root: AsteriskRoot) -> None:
    mine = settings(tmp_path, "one", 15060)
    configuration.write(mine, root)
    port = json.loads((mine.folder_asterisk / "ari.json").read_text())["port"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        configuration.write(mine, root)
    assert json.loads((mine.folder_asterisk / "ari.json").read_text())["port"] != port


@pytest.mark.usefixtures("descriptors")
def test_nothing_is_left_to_fill_in(tmp_path: Path, root: AsteriskRoot) -> None:
    config = configuration.write(settings(tmp_path, "one", 15060), root)
    for path in config.parent.glob("*.conf"):
        assert not re.search(r"@[A-Z_]+@", path.read_text()), path.name


@pytest.mark.usefixtures("descriptors")
def test_all_blocks_taken_is_said_plainly(tmp_path: Path) -> None:
    for _ in range(8):
        ports.take_rtp_block(tmp_path, None)
    with pytest.raises(ports.NoPort, match="All 8 blocks of RTP ports"):
        ports.take_rtp_block(tmp_path, None)


def test_the_unpacked_asterisk_wins(tmp_path: Path) -> None:
    tree = tmp_path / "asterisk-sid-amd64" / "usr"
    for file in ("sbin/asterisk", "lib64/ld-linux-x86-64.so.2", "lib/x86_64-linux-gnu/libc.so.6"):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        (tree / file).touch()
    found = find(tmp_path)
    assert found.command[0].endswith("ld-linux-x86-64.so.2") and found.command[-1].endswith("usr/sbin/asterisk")


def test_none_at_all_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoAsterisk, match="make install"):
        find(tmp_path)


def test_what_an_asterisk_of_ones_own_needs(tmp_path: Path) -> None:
    text = snippets(settings(tmp_path, "one", 15060))
    assert "Stasis(callweave,${EXTEN})" in text
    assert "CALLWEAVE_ARI_URL=http://callweave:PASSWORD@127.0.0.1:8088/ari" in text
    assert not re.search(r"@[A-Z_]+@", text)
