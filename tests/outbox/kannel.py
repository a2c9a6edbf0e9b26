"""A real Kannel on free ports of 127.0.0.1, with Kannel's own fake SMSC behind it, whose log is the ledger."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections import defaultdict
from pathlib import Path
from typing import IO, Literal
from urllib.parse import unquote_to_bytes
from urllib.request import urlopen

from tests import needs

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
CONFIG = """
group = core
admin-port = {admin}
admin-interface = "127.0.0.1"
admin-password = adm
smsbox-port = {boxes}
smsbox-interface = "127.0.0.1"
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
log-level = 1
dlr-storage = spool
dlr-spool = "{folder}/dlr"
store-type = spool
store-location = "{folder}/spool"
sms-resend-freq = 2

group = smsc
smsc = fake
smsc-id = FAKE
allowed-smsc-id = FAKE
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = "127.0.0.1"
http-request-retry = 1000
http-queue-delay = 1
log-level = 1
access-log = "{folder}/access.log"

group = sendsms-user
username = callweave
password = kannel-password
concatenation = true
max-messages = 10
default-smsc = {by}

group = sms-service
keyword = default
catch-all = true
omit-empty = true
max-messages = 0
get-url = "{inbound}"
"""
SMPP = """
group = smsc
smsc = smpp
smsc-id = CENTRE
allowed-smsc-id = CENTRE
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = clinic
smsc-password = secret
system-type = ""
reconnect-delay = 1
"""
"""A second message centre, by SMPP: fakesmsc brings no text in UCS-2."""
NOWHERE = "http://127.0.0.1:9/"
GATEWAY = {
    "method": "GET", "accepted": [202], "sender": "106900", "secrets": {"password": "kannel-password"},
    "params": {
        "username": "callweave", "password": "{{ secrets.password }}", "from": "{{ sender }}", "to": "{{ to }}",
        "text": "{{ text }}", "charset": "UTF-8", "coding": "{{ coding }}",
    },
}  # fmt: skip
"""How Kannel's sendsms is described to Callweave."""
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (.*)>$")


class Kannel:
    """Bearerbox, smsbox and SMSC."""

    def __init__(
        self, folder: Path, inbound: str = NOWHERE, smpp: int | None = None, by: Literal["FAKE", "CENTRE"] = "FAKE"
    ) -> None:
        """`smpp` is the port of a second message centre; texts leave `by` one of them."""
        needs.require("bearerbox")
        if not FAKESMSC.exists():
            needs.absent("kannel-extras is not installed: apt-get install kannel-extras")
        for name in ("spool", "dlr"):
            (folder / name).mkdir(parents=True)
        self._folder = folder
        ports = dict(zip(("admin", "boxes", "smsc", "sendsms"), _free_ports(4), strict=True))
        self._smsc, self._sendsms, self._boxes = ports["smsc"], ports["sendsms"], ports["boxes"]
        self._admin = ports["admin"]
        self.url = f"http://127.0.0.1:{self._sendsms}/cgi-bin/sendsms"
        self._config = folder / "kannel.conf"
        config = CONFIG.format(folder=folder, inbound=inbound, by=by, **ports)
        self._config.write_text(config if smpp is None else config + SMPP.format(smpp=smpp))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._logs: list[IO[bytes]] = []

    def start(self, *, smsbox: bool = True) -> None:
        self.start_bearerbox()
        self._smsc_process = self._run("smsc", *self._fakesmsc("-m", "0"))
        if smsbox:
            self.start_smsbox()

    def text_from(self, sender: str, receiver: str, content: str) -> None:
        """A telephone sends a text to us; `content` is as fakesmsc writes it: `text Hello`, `ucs-2 %60%A8`."""
        self._smsc_process.kill()
        self._smsc_process.wait()
        message = f"{sender} {receiver} {content}"
        self._smsc_process = self._run("smsc", *self._fakesmsc("-m", "1", message))

    def _fakesmsc(self, *arguments: str) -> tuple[str, ...]:
        return (str(FAKESMSC), "-H", "127.0.0.1", "-r", str(self._smsc), "-i", "0.1", *arguments)

    def start_bearerbox(self) -> None:
        self._bearerbox = self._run("bearerbox", "bearerbox", "-v", "1", str(self._config))
        _wait_for(self._boxes)
        _wait_for(self._smsc)

    def start_smsbox(self) -> None:
        self._smsbox = self._run("smsbox", "smsbox", "-v", "1", str(self._config))
        _wait_for(self._sendsms)

    def kill(self, box: Literal["bearerbox", "smsbox"]) -> None:
        """SIGKILL; what is in its store on the disk is there when it is started again."""
        process = self._bearerbox if box == "bearerbox" else self._smsbox
        process.kill()
        process.wait()

    def waiting(self) -> int:
        """How many texts, both ways, bearerbox keeps until they are taken; 1 at least while it is away."""
        try:
            with urlopen(f"http://127.0.0.1:{self._admin}/status.xml?password=adm", timeout=10) as answer:
                status = answer.read().decode("utf-8", "replace")
        except OSError:
            return 1
        return sum(int(found) for found in re.findall(r"<(?:storesize|queued)>(-?\d+)<", status))

    def mend_smsbox(self) -> None:
        """Start smsbox again if the end of its bearerbox was its own: one that has much to do panics then."""
        end = time.monotonic() + 5.0
        while self._smsbox.poll() is None:
            if _listens(self._sendsms) and time.monotonic() > end - 3.0:
                return
            if time.monotonic() > end:
                self.kill("smsbox")
            time.sleep(0.1)
        self.start_smsbox()

    def access(self) -> list[str]:
        """What smsbox has written down of each text that it was asked to send."""
        log = self._folder / "access.log"
        return log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []

    def close(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
        for log in self._logs:
            log.close()

    def arrived(self) -> list[tuple[str, str]]:
        """Numbers and texts in the order in which the SMSC got them; the parts of a long one put together."""
        whole: list[tuple[str, str]] = []
        parts: dict[tuple[str, bytes], dict[int, bytes]] = defaultdict(dict)
        for line in (self._folder / "smsc.log").read_text(encoding="latin-1").splitlines():
            got = _GOT.search(line)
            if got is None:
                continue
            _, to, content = got.groups()
            if not content.startswith("udh "):
                whole.append((to, _text(content)))
                continue
            header, _, data = content.removeprefix("udh ").partition(" data ")
            _, _, _, reference, count, number = unquote_to_bytes(header.replace("+", " "))
            assert number not in parts[to, bytes([reference])], "a part came twice"
            parts[to, bytes([reference])][number] = unquote_to_bytes(data.replace("+", " "))
            if len(parts[to, bytes([reference])]) == count:
                together = parts.pop((to, bytes([reference])))
                whole.append((to, _decoded(b"".join(together[each] for each in sorted(together)))))
        return whole

    def _run(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{name}.log").open("ab")
        self._logs.append(log)
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        self._processes.append(process)
        return process


def _text(content: str) -> str:
    kind, _, rest = content.partition(" ")
    if kind == "ucs-2":
        return unquote_to_bytes(rest.replace("+", " ")).decode("utf-16-be")
    assert kind == "text", content
    return rest.encode("latin-1").decode()


def _decoded(data: bytes) -> str:
    """The tests' long texts are all Chinese or all ASCII."""
    return data.decode() if data.isascii() and b"\0" not in data and len(set(data)) > 2 and data[0] < 0x4E else (
        data.decode("utf-16-be")
    )  # fmt: skip


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for(port: int, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not _listens(port):
        assert time.monotonic() < end, f"nothing listens on {port}"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
