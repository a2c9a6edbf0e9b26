"""System packages: by apt where it is there and we are root, else a sentence that names them."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from screen import CannotGoOn, run, step

POLICY = Path("/usr/sbin/policy-rc.d")
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/callweave.conf")


@dataclass(frozen=True)
class Package:
    """A Debian package and how to see that what it brings is there already."""

    name: str
    present: Callable[[], bool]


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _module(name: str) -> Callable[[], bool]:
    # asked of the system's Python itself: this one may be it, or a newer one beside it
    return lambda: subprocess.run(["python3", "-c", f"import {name}"], capture_output=True).returncode == 0


def _library(name: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return ask


def _installed(name: str) -> Callable[[], bool]:
    def ask() -> bool:
        done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", name], capture_output=True, text=True)
        return done.stdout == "installed"

    return ask


def _chinese_font() -> bool:
    fonts = Path("/usr/share/fonts")
    return any(True for pattern in ("**/wqy-*.tt?", "**/NotoSansCJK*.tt?") for _ in fonts.glob(pattern))


def _postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _mail_server() -> bool:
    """Debian has one mail server at a time: where there is another, that is the machine's own, and stays."""
    return shutil.which("smtpd") is not None or Path("/usr/sbin/sendmail").exists()


TO_RUN = [
    Package("python3-venv", _module("ensurepip")),
    Package("espeak-ng", _program("espeak-ng")),
    Package("fonts-wqy-microhei", _chinese_font),  # faxed texts; the browser's tests look at Chinese pages
]
TO_TEST = [
    *TO_RUN,
    Package("sip-tester", _program("sipp")),
    Package("chromium", _program("chromium")),
    Package("libatomic1", _library("libatomic.so.1")),  # the Node.js that Playwright brings needs it
    Package("procps", _program("ps")),
    Package("postgresql", _postgresql),
    Package("mariadb-server-core", lambda: Path("/usr/sbin/mariadbd").exists()),
    Package("faketime", lambda: any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))),
    Package("kannel", _program("bearerbox")),
    Package("kannel-extras", lambda: Path("/usr/lib/kannel/test/fakesmsc").exists()),
    Package("opensmtpd", _mail_server),
]
TO_FIND_A_MIRROR = [Package("debootstrap", _program("debootstrap"))]
TO_FETCH_ASTERISK = [Package("debian-archive-keyring", _installed("debian-archive-keyring"))]


def ensure(packages: list[Package]) -> None:
    """Install what is missing; raises CannotGoOn with the command to give when we may not."""
    missing = [package.name for package in packages if not package.present()]
    if not missing:
        return
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        raise CannotGoOn(f"Please install {names} (their Debian names), then run this again.")
    if os.geteuid() != 0:
        raise CannotGoOn(f"Please run `sudo apt-get install {names}`, then run this again.")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"system packages {names}"):
        why = f"Could not install {names}"
        run(["apt-get", "update", "-q"], why=why, env=env)
        with _no_cluster_of_debians(), _nothing_started():
            run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing], why=why, env=env)


@contextmanager
def _no_cluster_of_debians() -> Iterator[None]:
    """Debian's PostgreSQL makes and starts a server of its own when it is installed: the tests need its programs only.

    The setting is there while we install and gone afterwards, so that the machine is as its owner expects it.
    """
    made = [folder for folder in (NO_CLUSTER.parent, NO_CLUSTER.parent.parent) if not folder.exists()]
    NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    NO_CLUSTER.write_text("create_main_cluster = false\n")
    try:
        yield
    finally:
        NO_CLUSTER.unlink(missing_ok=True)
        for folder in made:
            with suppress(OSError):  # something else is in it now
                folder.rmdir()


@contextmanager
def _nothing_started() -> Iterator[None]:
    """Debian starts a server when it is installed, on the ports that it usually has: the tests start their own."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
