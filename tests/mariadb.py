"""A MariaDB server of the tests' own: a temporary folder, a free port of 127.0.0.1, gone at the end.

It has no system tables and knows no users: making those takes longer than all the tests.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests import needs
from tests.product import free_port

STARTS_WITHIN = 30.0
PATIENCE = 0.05


@contextmanager
def server() -> Iterator[sa.URL]:
    """Start a server; the address of its administrator. An absent program ends the test (`tests.needs`)."""
    program = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        needs.absent("MariaDB is not installed: apt-get install mariadb-server-core")
    folder = Path(tempfile.mkdtemp(prefix="callweave-mariadb-"))
    try:
        (folder / "data" / "mysql").mkdir(parents=True)
        user = _owner(folder, folder / "data", folder / "data" / "mysql")
        address = sa.URL.create("mysql+pymysql", "root", "", host="127.0.0.1", port=free_port())
        options = [
            f"--datadir={folder / 'data'}", f"--user={user}", "--skip-grant-tables", "--skip-networking=0",
            f"--port={address.port}", "--bind-address=127.0.0.1", f"--socket={folder / 'socket'}", "--skip-name-resolve",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M",
            "--character-set-server=utf8mb4", f"--pid-file={folder / 'pid'}",
        ]  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", program, "--no-defaults", *options],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            _answers(address, process, folder / "log")
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STARTS_WITHIN)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(*folders: Path) -> str:
    """Who runs it: a server does not run as root unless it is told to."""
    who = pwd.getpwuid(os.geteuid()).pw_name
    if who == "root":
        who = "nobody"
        for folder in folders:
            os.chown(folder, pwd.getpwnam(who).pw_uid, pwd.getpwnam(who).pw_gid)
    return who


def _answers(address: sa.URL, process: subprocess.Popen[bytes], log: Path) -> None:
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with engine.connect():
                return
        except sa.exc.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise AssertionError(f"MariaDB does not start: {log.read_text(errors='replace')}") from None
            time.sleep(PATIENCE)  # between two looks whether it answers
