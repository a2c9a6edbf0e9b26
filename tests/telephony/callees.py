"""The far end of our calls, by SIPp: what it does stands in the last digits of the number that is called.

`13800000486` answers 486; a 1 before the last three digits (`13800001486`) lets it ring first. Other endings:
200 rings and answers, 201 answers and hangs up at once, 202 gives early media only, 203 rings for ever, 204 never
answers the INVITE, 205 answers without ringing.
"""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests import needs
from tests.product import free_port

STATUSES = {
    302: "Moved Temporarily", 403: "Forbidden", 404: "Not Found", 408: "Request Timeout", 410: "Gone",
    480: "Temporarily Unavailable", 484: "Address Incomplete", 486: "Busy Here", 488: "Not Acceptable Here",
    500: "Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 600: "Busy Everywhere", 603: "Decline",
}  # fmt: skip

_HEAD = """SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]c[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:callee@[local_ip]:[local_port]>
"""
_EMPTY = "Content-Length: 0\n"
_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=callee 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
"""
_LOG = '<action><log message="{what} [clock_tick] [call_id] to=[$number] from=[$from]"/></action>'
_AGAIN = """SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
CSeq: {cseq}
Content-Length: 0
"""


def _send(status: str, *, sdp: bool = False, extra: str = "") -> str:
    return f"<send><![CDATA[\n{_HEAD.format(status=status)}{extra}{_SDP if sdp else _EMPTY}\n]]></send>\n"


def _label(name: int) -> str:
    return f'<label id="{name}"/>\n'


def _branch(value: str, variable: str, to: int) -> str:
    return (
        f'<nop><action><strcmp assign_to="differs" variable="{variable}" value="{value}"/>'
        '<test assign_to="same" variable="differs" compare="equal" value="0"/></action></nop>\n'
        f'<nop next="{to}" test="same"></nop>\n'
    )


_ACK = '<recv request="ACK"/>\n'
_OVER = '<nop next="9999"></nop>\n'
_BYE = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: [$to];tag=[pid]c[call_number]
To: [$from]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
"""
_CANCELLED = (
    '<recv request="CANCEL"/>\n'
    f"<send><![CDATA[\n{_AGAIN.format(status='200 OK', cseq='[last_cseq_number] CANCEL')}\n]]></send>\n"
    f"<send><![CDATA[\n{_HEAD.format(status='487 Request Terminated').replace('[last_CSeq:]', 'CSeq: [last_cseq_number] INVITE')}"
    f"{_EMPTY}\n]]></send>\n" + _ACK
)
_UNTIL_BYE = f'<recv request="BYE">{_LOG.format(what="BYE")}</recv>\n<send><![CDATA[\n{_AGAIN.format(status="200 OK", cseq="[last_cseq_number] BYE")}\n]]></send>\n'


def scenario(media: str = "") -> str:
    """The scenario for all endings; `media` is what a callee does once it has answered, such as playing a sound."""
    invite = (
        '<recv request="INVITE" rrs="true"><action>'
        '<ereg regexp="sip:([^@]*)@" search_in="hdr" header="To:" assign_to="all,number"/>'
        '<ereg regexp="sip:[^@]*(.)...@" search_in="hdr" header="To:" assign_to="all,rings"/>'
        '<ereg regexp="sip:[^@]*(...)@" search_in="hdr" header="To:" assign_to="all,code"/>'
        '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>'
        '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>'
        '<log message="INVITE [clock_tick] [call_id] to=[$number] from=[$from]"/></action></recv>\n'
    )
    body = invite + _branch("204", "code", 204) + _branch("201", "code", 201) + _branch("202", "code", 202)
    body += _branch("205", "code", 205) + _branch("1", "rings", 1) + _branch("200", "code", 1) + _branch("203", "code", 1)
    body += '<nop next="2"></nop>\n' + _label(1) + _send("180 Ringing") + '<pause milliseconds="300"/>\n' + _label(2)
    for code in STATUSES:
        body += _branch(str(code), "code", code)
    body += _branch("203", "code", 203)
    body += _label(205) + _send("200 OK", sdp=True) + _ACK + media + _UNTIL_BYE + _OVER
    body += _label(201) + _send("200 OK", sdp=True) + _ACK + _BYE + _OVER
    body += _label(202) + _send("183 Session Progress", sdp=True) + _CANCELLED + _OVER
    body += _label(203) + _CANCELLED + _OVER
    body += _label(204) + '<pause milliseconds="5000"/>\n' + _OVER
    for code, words in STATUSES.items():
        extra = "Contact: <sip:elsewhere@[local_ip]:[local_port]>\n" if code == 302 else ""
        body += _label(code) + _send(f"{code} {words}", extra=extra) + _ACK + _OVER
    body += _label(9999) + f"<nop>{_LOG.format(what='OVER')}</nop>\n"
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<scenario name="callees">\n'
        f'{body}<Reference variables="all,to,from,number,differs"/>\n</scenario>\n'
    )


@dataclass(frozen=True)
class Seen:
    """One line that a callee has logged: a call began, was hung up, or was over. `at` is in seconds."""

    what: str
    at: float
    call_id: str
    number: str
    caller: str


_LINE = re.compile(r"(INVITE|BYE|OVER) (\d+) (\S+) to=(\S*) from=(.*)")
_CALLER = re.compile(r"sip:([^@>]*)")


class Callees:
    """All far ends, at one port; `with Callees(folder, port) as callees`."""

    def __init__(self, folder: Path, port: int, *, media: str = "", files: Path | None = None) -> None:
        self._sipp = needs.require("sipp")
        self._folder = folder
        self.port = port
        self._media = media
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Callees:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "callees.xml").write_text(scenario(self._media), encoding="iso-8859-1")
        with (self._folder / "callees.out").open("wb") as out:
            self._process = subprocess.Popen(
                [
                    self._sipp, "-sf", "callees.xml", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-p", str(self.port),
                    "-mp", str(free_port("udp") // 2 * 2), "-nostdin", "-trace_logs", "-log_file", "callees.log",
                    "-trace_err", "-error_file", "errors.log", "-aa",
                ],
                cwd=self._folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        until = time.monotonic() + 10
        while not (self._folder / "callees.log").exists():
            assert self._process.poll() is None, (self._folder / "callees.out").read_text(errors="replace")[-2000:]
            assert time.monotonic() < until, "SIPp did not start"
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @property
    def seen(self) -> list[Seen]:
        """All that was logged so far."""
        lines = (self._folder / "callees.log").read_text(errors="replace").splitlines()
        matches = [match for line in lines if (match := _LINE.search(line))]
        return [
            Seen(match[1], int(match[2]) / 1000, match[3], match[4], found[1] if (found := _CALLER.search(match[5])) else "")
            for match in matches
        ]  # fmt: skip

    def invites(self, number: str = "") -> list[Seen]:
        """The calls that came, each once, to this number or to any."""
        return [seen for seen in self.seen if seen.what == "INVITE" and number in ("", seen.number)]
