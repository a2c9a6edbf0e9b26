"""Units and the compose file start what the Procfile starts, by commands that there are, with settings that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from callweave.cli import app
from callweave.up import procfile
from engine.host.queues import QUEUES
from engine.host.settings import PROJECT, Settings

UNITS = PROJECT / "deploy" / "systemd"
COMPOSE = PROJECT / "deploy" / "compose"
PROGRAM = "/opt/callweave/.venv/bin/callweave"


def commands() -> set[str]:
    """All that can be said after `callweave`."""
    root = typer.main.get_command(app)
    found: set[str] = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        found |= {f"{name} {inner}" for inner in getattr(command, "commands", {})} or {name}
    return found


def known(words: list[str]) -> bool:
    said = " ".join(words)
    return said in commands() or (words[0] == "worker" and set(words[1:]) <= set(QUEUES))


def wanted() -> set[str]:
    """The processes of the Procfile, as they are started."""
    return {" ".join(entry.command[entry.command.index("callweave") + 1 :] if "callweave" in entry.command else entry.command[1:]) for entry in procfile.read(PROJECT / "Procfile")}


def settings_named(text: str) -> set[str]:
    return {name.removeprefix("CALLWEAVE_").lower() for name in re.findall(r"\bCALLWEAVE_[A-Z_]+\b", text)}


def started_by_units() -> dict[str, str]:
    return {
        path.name: line.removeprefix(f"ExecStart={PROGRAM} ")
        for path in UNITS.glob("*.service")
        for line in path.read_text().splitlines()
        if line.startswith("ExecStart=")
    }


def test_every_process_has_a_unit_and_every_unit_a_command() -> None:
    started = started_by_units()
    assert wanted() <= set(started.values())
    assert {name: said for name, said in started.items() if not known(said.split())} == {}


@pytest.mark.parametrize("path", [*UNITS.glob("*.env"), *UNITS.glob("*.d/*.conf"), *COMPOSE.glob("*")], ids=lambda path: path.name)
def test_the_settings_that_are_named_are_there(path: Path) -> None:
    assert settings_named(path.read_text()) - Settings.model_fields.keys() - {"image"} == set()


def test_systemd_finds_nothing_to_say_and_little_exposed(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    units = tmp_path / "units"
    shutil.copytree(UNITS, units)
    for path in units.glob("*.service"):
        path.write_text(path.read_text().replace(PROGRAM, "/bin/true"))
    env = {"SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system:/usr/lib/systemd/system", "PATH": "/usr/bin:/bin"}
    for name in started_by_units():
        one = name.replace("@.", "@1.")
        said = subprocess.run([program, "verify", "--man=no", "--recursive-errors=no", one], env=env, capture_output=True, text=True)
        assert (said.returncode, said.stdout + said.stderr) == (0, ""), one
        told = subprocess.run([program, "security", "--offline=true", "--no-pager", "--threshold=30", one], env=env, capture_output=True, text=True)
        assert told.returncode == 0, told.stdout.splitlines()[-1]


def test_the_compose_file_names_what_there_is() -> None:
    file: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text())
    services: dict[str, Any] = file["services"]
    ours = {name: service for name, service in services.items() if "callweave" in service["image"]}
    assert {name: service["command"] for name, service in ours.items() if not known(service["command"])} == {}
    started = {" ".join(service["command"]) for service in ours.values()}
    assert wanted() - {"redis"} <= started, "Valkey has an image of its own"
    for name, service in services.items():
        assert service.keys() <= ALLOWED, name
        assert service["profiles"], f"{name} would be started on every machine"
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in ("service_started", "service_healthy", "service_completed_successfully")
            assert set(service["profiles"]) <= set(services[other]["profiles"]), f"{name} waits for {other}, which is not there"
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in file["volumes"], (name, volume)
        shared = service.get("pid", "service:asterisk").removeprefix("service:")
        assert shared in services
    for name, service in ours.items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name


def test_the_compose_file_s_variables_are_in_the_example() -> None:
    file, example = (COMPOSE / "compose.yaml").read_text(), (COMPOSE / "env.example").read_text()
    required = set(re.findall(r"\$\{([A-Z_]+):\?", file))
    assert required <= set(re.findall(r"^([A-Z_]+)=", example, re.M))


ALLOWED = {
    "cap_drop", "command", "depends_on", "deploy", "environment", "healthcheck", "image", "init", "logging", "network_mode",
    "pid", "ports", "profiles", "read_only", "restart", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "ulimits",
    "volumes",
}  # fmt: skip
"""Keys of a service that the compose specification has."""
