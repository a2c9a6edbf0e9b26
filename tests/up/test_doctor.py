"""`callweave doctor` on a copy that runs and on one that does not; what its processes count; how its clock tells."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from engine.host.settings import PROJECT
from tests.conftest import StartCopy
from tests.product import RunningCopy


@pytest.fixture(scope="module")
def copy(running_copy: StartCopy) -> RunningCopy:
    return running_copy("simulated", CALLWEAVE_ENGINES="1")


def doctor(copy: RunningCopy, **env: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit status, and each part's verdict and words."""
    done = subprocess.run(
        [sys.executable, "-m", "callweave", "doctor"], env=copy.env | env, cwd=PROJECT, capture_output=True, text=True
    )
    assert done.stderr == ""
    lines = [(line[:4].strip(), line[6:18].strip(), line[18:].strip()) for line in done.stdout.splitlines()]
    return done.returncode, {part: (verdict, words) for verdict, part, words in lines}


def eventually(copy: RunningCopy, part: str, seconds: float = 60) -> tuple[int, dict[str, tuple[str, str]]]:
    end = time.monotonic() + seconds
    while True:
        found = doctor(copy)
        if found[1].get(part, ("", ""))[0] == "ok" or time.monotonic() > end:
            return found


def test_all_is_well_in_a_copy_that_runs(copy: RunningCopy) -> None:
    status, parts = eventually(copy, "clock")
    wrong = {part: found for part, found in parts.items() if found[0] != "ok" and part != "front end"}
    assert wrong == {}
    assert status == 0 or list(parts["front end"]) == ["MEND", "not built: run `make install`"]
    assert parts["engine"][1].startswith("simulated: ")
    assert {"database", "tenants", "disk", "redis", "workers", "clock", "inbox", "timers", "outbox"} <= parts.keys()


def test_its_processes_are_added_up_in_metrics(copy: RunningCopy) -> None:
    end = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(f"{copy.url}/metrics") as answer:
            text = answer.read().decode()
        if "callweave_disk_free_bytes" in text and "callweave_engine_active" in text:
            break
        assert time.monotonic() < end, text
        time.sleep(0.2)
    assert 'callweave_engine_active{lease="simulated"} 1.0' in text
    assert 'callweave_queue_jobs{queue="turns"}' in text
    assert "callweave_sessions_live 0.0" in text


def test_a_database_of_an_earlier_shape_is_named(copy: RunningCopy, tmp_path: Path) -> None:
    from engine.host.settings import Settings
    from engine.store.migrate import upgrade

    settings = Settings(data=tmp_path / "data")
    settings.make_folders()
    upgrade(settings.control_url, "control", "0001")
    status, parts = doctor(copy, CALLWEAVE_DATA=str(settings.data))
    assert status == 1
    assert parts["database"][0] == "MEND"
    assert "control: at revision 0001, not " in parts["database"][1] and "run `callweave prepare`" in parts["database"][1]
    assert parts["redis"][0] == "MEND"
