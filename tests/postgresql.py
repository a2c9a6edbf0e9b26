"""A PostgreSQL server of the tests' own: a temporary folder, a free port of 127.0.0.1, gone at the end.

`initdb` and the server refuse root, so that as root they run as `postgres` or `nobody`. The server does not wait for the
disk (`fsync=off`): what these tests find out is what statements and locks do, not what a power cut leaves.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests import needs

INSTALLED = Path("/usr/lib/postgresql")
STARTS_WITHIN = 30.0
OPTIONS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
    "shared_buffers": "32MB", "max_wal_size": "128MB", "max_connections": "100", "listen_addresses": "127.0.0.1",
}  # fmt: skip


@contextmanager
def server(**options: str) -> Iterator[sa.URL]:
    """Start a server; the address of its administrator. Absent programs end the test (`tests.needs`)."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="callweave-pg-"))
    try:
        address = _made(programs, folder)
        process = _started(programs, folder, address, options)
        try:
            yield address
        finally:
            process.send_signal(signal.SIGINT)  # "fast": connections that are still open are closed
            process.wait(STARTS_WITHIN)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of the newest PostgreSQL's programs."""
    found = [path.parent for path in INSTALLED.glob("*/bin/initdb") if path.with_name("postgres").exists()]
    if not found:
        needs.absent("PostgreSQL is not installed: apt-get install postgresql")
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)


def _made(programs: Path, folder: Path) -> sa.URL:
    """Make an empty cluster in the folder; its address."""
    password = secrets.token_urlsafe(16)
    file = folder / "password"
    file.write_text(password)
    if os.geteuid() == 0:
        who = _other_user()
        for path in (folder, file):
            os.chown(path, who.pw_uid, who.pw_gid)
    command = [programs / "initdb", "--pgdata", folder / "data", "--username=postgres", "--auth=password",
               f"--pwfile={file}", "--encoding=UTF8", "--no-locale", "--no-sync"]  # fmt: skip
    done = subprocess.run(_as_nobody_special(command), cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or done.stdout
    return sa.URL.create(
        "postgresql", "postgres", password, host="127.0.0.1", port=_free_port(), database="postgres"
    )  # fmt: skip


def _started(
    programs: Path, folder: Path, address: sa.URL, wanted: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers."""
    options = OPTIONS | wanted | {"port": str(address.port), "unix_socket_directories": str(folder)}
    command = [programs / "postgres", "-D", folder / "data", *(f"--{name}={value}" for name, value in options.items())]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            _as_nobody_special(command), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    engine = sa.create_engine(address.set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with engine.connect():
                return process
        except sa.exc.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise AssertionError(f"PostgreSQL does not start: {log.read_text(errors='replace')}") from None
            time.sleep(0.02)  # between two looks whether it answers


def _as_nobody_special(command: list[str | Path]) -> list[str | Path]:
    """The command without root's rights, ended when this process dies."""
    ended = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        who = _other_user()
        ended += [f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
    return [*ended, *command]


def _other_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
