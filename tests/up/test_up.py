"""`callweave up` as a whole: ready, side by side, started again, stopped without a trace, and plain about what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.host.settings import PROJECT
from tests.conftest import StartCopy
from tests.product import RunningCopy, free_port


def ready(copy: RunningCopy) -> bool:
    try:
        with urllib.request.urlopen(f"{copy.url}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def family(pid: int) -> list[int]:
    """A process and all that come from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def up(copy: RunningCopy, **env: str) -> subprocess.CompletedProcess[str]:
    """A start that is expected to be refused."""
    command = [sys.executable, "-m", "callweave", "up"]
    return subprocess.run(command, env={**copy.env, **env}, cwd=PROJECT, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def copy(running_copy: StartCopy) -> RunningCopy:
    return running_copy("simulated")


def test_every_process_shows_its_name(copy: RunningCopy) -> None:
    assert set(copy.processes()) == {"redis", "web", "engine", "clock", "worker", "worker turns"}


@pytest.mark.parametrize("name", ["engine", "clock", "worker", "worker turns", "web", "redis"])
def test_what_dies_is_started_again(copy: RunningCopy, name: str) -> None:
    before = copy.processes()[name]
    os.kill(before, signal.SIGKILL)
    # how soon is measured in bench/ and docs/proofs; here: that it is, on a machine that may be busy
    assert within(30, lambda: copy.processes().get(name, before) != before), copy.tail()
    assert within(30, lambda: ready(copy)), copy.tail()


def test_a_port_in_use_is_one_plain_sentence(copy: RunningCopy, tmp_path: Path) -> None:
    done = up(copy, CALLWEAVE_DATA=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"Port {copy.port} of 127.0.0.1 is in use. Set CALLWEAVE_PORT to another one.\n"


def test_a_sip_port_in_use_is_one_plain_sentence(copy: RunningCopy, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        port = phone.getsockname()[1]
        mine = {"CALLWEAVE_PORT": str(free_port()), "CALLWEAVE_SIP_PORT": str(port)}
        done = up(copy, CALLWEAVE_DATA=str(tmp_path), CALLWEAVE_TELEPHONY="asterisk", **mine)
    assert done.returncode == 1
    assert done.stderr.startswith(f"SIP port {port} of 127.0.0.1 is in use.") and done.stderr.count("\n") == 1


def test_a_data_folder_belongs_to_one_copy(copy: RunningCopy) -> None:
    done = up(copy, CALLWEAVE_PORT=str(free_port()))
    assert done.returncode == 1
    assert f"is used by another `callweave up` (process {copy.pid})" in done.stderr


def test_a_wrong_setting_is_misuse(copy: RunningCopy) -> None:
    done = up(copy, CALLWEAVE_PORT="eighty")
    assert done.returncode == 2
    assert "CALLWEAVE_PORT" in done.stderr and "eighty" in done.stderr and "Traceback" not in done.stderr


def test_two_copies_side_by_side_and_nothing_left_of_them(running_copy: StartCopy) -> None:
    one, two = running_copy("asterisk"), running_copy("asterisk")
    assert ready(one) and ready(two)
    assert one.settings.ari_address != two.settings.ari_address
    left = family(one.pid) + family(two.pid)
    assert len(left) >= 12
    one.stop()
    assert ready(two)
    os.kill(two.pid, signal.SIGKILL)
    assert within(20, lambda: not any(alive(pid) for pid in left)), [pid for pid in left if alive(pid)]
    assert "Traceback" not in one.tail(1000)


def test_the_key_of_the_first_start_is_kept_private(running_copy: StartCopy) -> None:
    copy = running_copy("simulated", CALLWEAVE_BOOTSTRAP_KEY="")
    kept = copy.data / "bootstrap-key"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert f"Sign in with  {kept.read_text().strip()}" in copy.tail(1000)
    request = urllib.request.Request(
        f"{copy.url}/api/v1/flows", headers={"Authorization": f"Bearer {kept.read_text().strip()}"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 200
    copy.stop()
    copy.start()
    assert f"Sign in with  {kept.read_text().strip()}" in copy.tail(20)
