"""A real mail server (OpenSMTPD) on free ports of 127.0.0.1, with its spool in a mount namespace of its own.

What is for clinic.example it hands to an LMTP port; all else it relays to an SMTP port, where the world stands.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests import needs

CONFIG = """
table ours {{ "@clinic.example" = "nobody" }}
listen on 127.0.0.1 port {port} hostname localhost
action "in" lmtp "127.0.0.1:{lmtp}" rcpt-to virtual <ours>
action "out" relay host "smtp://127.0.0.1:{world}"
match from any for domain "clinic.example" action "in"
match from local for any action "out"
"""
START = """
mount -t tmpfs none /var/spool && mount -t tmpfs none /run && mkdir -m 711 /var/spool/smtpd && mkdir /run/smtpd || exit 77
exec smtpd -d -f "$1"
"""


class OpenSmtpd:
    """`port` is where mail is handed in."""

    def __init__(self, folder: Path, *, port: int, lmtp: int, world: int) -> None:
        needs.require("smtpd")
        needs.require("unshare")
        if os.geteuid() != 0:
            needs.absent("OpenSMTPD has to be started by root")
        folder.mkdir()
        self.port, self.lmtp = port, lmtp
        self._log = folder / "log"
        self._config = folder / "smtpd.conf"
        self._config.write_text(CONFIG.format(port=port, lmtp=lmtp, world=world))
        self._config.chmod(0o600)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["unshare", "--mount", "sh", "-c", START, "sh", str(self._config)], stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self._process.poll() == 77:
                    needs.absent("no mount namespaces here")
                assert self._process.poll() is None and time.monotonic() < end, self.log
                time.sleep(0.05)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

