"""A real Asterisk 22, unpacked into the cache folder and never installed.

Debian 12 and 13 carry no Asterisk; Debian unstable does. Its packages, with every library that they need down to libc,
are fetched by apt into a folder of their own, checked against Debian's signature, and unpacked; this machine's system
stays as it is and no right is needed. `callweave asterisk up` runs it through its own dynamic loader.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import packages
from environment import PROJECT
from screen import CannotGoOn, run, step

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
UNNEEDED = ["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl", "usr/share/snmp", "var"]
LEAST = 20


def setting(name: str) -> str | None:
    """One setting as the engine would read it: the environment, else callweave.toml."""
    file = PROJECT / "callweave.toml"
    given = os.environ.get(f"CALLWEAVE_{name.upper()}")
    return given or (str(tomllib.loads(file.read_text()).get(name) or "") if file.exists() else "") or None


def ensure() -> None:
    """Bring Asterisk into the cache folder unless another one is to be used."""
    if setting("telephony") == "simulated" or setting("ari_url") or _own_version() >= LEAST:
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise CannotGoOn(
            "Asterisk can be fetched on Debian and Ubuntu only. Please install Asterisk 20 or newer, or set "
            "CALLWEAVE_ARI_URL, or run `make run TELEPHONY=simulated`."
        )
    architecture = run(["dpkg", "--print-architecture"], why="Could not ask for the architecture").strip()
    cache = Path(setting("cache") or "~/.cache/callweave").expanduser()
    root = cache / f"asterisk-sid-{architecture}"
    if root.exists():
        return
    packages.ensure(packages.TO_FETCH_ASTERISK)
    work = cache / f".asterisk-{os.getpid()}"
    try:
        with step("Asterisk from Debian unstable (80 MB)"):
            version = _unpack(work, architecture)
        (work / "root").rename(root)
    except OSError as error:
        if not root.exists():  # another set-up was quicker
            raise CannotGoOn(f"Could not write {root}: {error}.") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"    {version} in {root}", flush=True)


def _own_version() -> int:
    """The major version of the `asterisk` on PATH, 0 when there is none."""
    if shutil.which("asterisk") is None:
        return 0
    found = subprocess.run(["asterisk", "-V"], capture_output=True, text=True).stdout
    match = re.search(r"Asterisk (?:certified/)?(\d+)", found)
    return int(match[1]) if match else 0


def _mirror() -> str:
    """The Debian mirror that this machine uses already; on another system (Ubuntu) the one that debootstrap knows."""
    wanted = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)"]
    for line in run(wanted, why="Could not ask for the mirror").splitlines():
        origin, _, uri = line.partition(" ")
        if origin == "Debian" and "security" not in uri:
            return uri
    packages.ensure(packages.TO_FIND_A_MIRROR)
    match = re.search(r"^default_mirror (\S+)", Path("/usr/share/debootstrap/scripts/sid").read_text(), re.MULTILINE)
    if match is None:
        raise CannotGoOn("No Debian mirror is known here: install Asterisk 20 or newer, or set CALLWEAVE_ARI_URL.")
    return match[1]


def _unpack(work: Path, architecture: str) -> str:
    state, cache, root = work / "state", work / "cache", work / "root"
    for folder in (state / "lists" / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True)
    (state / "status").touch()
    (state / "sources.list").write_text(f"deb [arch={architecture} signed-by={KEYRING}] {_mirror()} sid main\n")
    options = {
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::Cache": cache,
        "Dir::Etc::sourcelist": state / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Architecture": architecture,
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": "false",
        "APT::Keep-Downloaded-Packages": "true",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",  # a mirror may lag, as for debootstrap; its signature must hold
        "Acquire::Retries": "3",
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
    why = "Could not fetch Asterisk (`make run TELEPHONY=simulated` works without)"
    run([*apt, "update"], why=why)
    run([*apt, "-y", "--download-only", "install", "asterisk"], why=why)
    _merged_usr(root)
    for archive in sorted((cache / "archives").glob("*.deb")):
        run(["dpkg-deb", "-x", archive, root], why="Could not unpack Asterisk")
    for name in UNNEEDED:
        shutil.rmtree(root / name, ignore_errors=True)
    return _version(root)


def _merged_usr(root: Path) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")


def _version(root: Path) -> str:
    """Run it once: an Asterisk that cannot start here must not get into the cache."""
    loader = next(iter(sorted(root.glob("usr/lib*/ld-linux*.so.*")) or sorted(root.glob("usr/lib/*/ld-linux*.so.*"))))
    libraries = next(root.glob("usr/lib/*-linux-gnu*"))
    command = [loader, "--library-path", libraries, root / "usr/sbin/asterisk", "-V"]
    return run(command, why="The fetched Asterisk does not start").strip()
