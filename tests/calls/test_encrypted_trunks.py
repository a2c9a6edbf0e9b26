"""Trunks by TLS and SRTP to a second Asterisk: answered where its certificate is trusted, not called where it is not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.calls.test_calls_out import CALLING, ari, calls_of, channels, ended, published, started, until
from tests.conftest import StartCopy
from tests.product import RunningCopy, free_port
from tests.product_api import Api
from tests.telephony.certificates import Authority
from tests.telephony.local_asterisk import LocalAsterisk

TRANSPORT = """
[{name}]
type = transport
protocol = tls
bind = 127.0.0.1:{port}
method = tlsv1_2
cert_file = {certificate}
priv_key_file = {key}
"""
ENCRYPTED = """
[local](+type=endpoint)
media_encryption = sdes
"""
NUMBER = "13912340200"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "ours")


@pytest.fixture(scope="module")
def trusting(running_copy: StartCopy, authority: Authority) -> RunningCopy:
    """A copy that trusts our authority alone."""
    return running_copy(CALLWEAVE_SIP_CA_FILE=str(authority.file))


@pytest.fixture(scope="module")
def provider(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """A provider's ports: with a certificate that is trusted, one by an authority that is not, one of another name."""
    folder = tmp_path_factory.mktemp("provider")
    strange = Authority(folder, "strange")
    asterisk = LocalAsterisk(folder / "data")
    etc = asterisk.settings.folder_asterisk / "etc"
    etc.mkdir(parents=True)
    ports = {name: free_port() for name in ("trusted", "strange", "another")}
    made = {
        "trusted": authority.certify(), "strange": strange.certify(),
        "another": authority.certify("sip.another.example", "127.0.0.9"),
    }  # fmt: skip
    text = "".join(
        TRANSPORT.format(name=name, port=port, certificate=made[name][0], key=made[name][1])
        for name, port in ports.items()
    )
    (etc / "pjsip_trunks.conf").write_text(text + ENCRYPTED, encoding="utf-8")
    try:
        asterisk.start()
        yield ports
    finally:
        asterisk.stop()


NOT_CONNECTED = ("trunk_trouble", "congestion")
"""What Asterisk says of a peer that it cannot connect to.

While its check says that the peer is away no channel is made: `trunk_trouble`. Whenever the trunks are written anew the
check begins anew, and until it has failed again a call is tried, and ends with a 503 of Asterisk's own, which is told to
us like a provider's: `congestion`. Either sends the call to the next trunk.
"""


def declared(api: Api, port: int) -> None:
    api(
        "POST", "/trunks",
        {"name": "secure", "host": "127.0.0.1", "port": port, "transport": "tls", "srtp": True, "check_seconds": 1},
    )  # fmt: skip


@pytest.fixture
def api(trusting: RunningCopy) -> Iterator[Api]:
    api = Api(trusting)
    yield api
    api("DELETE", "/trunks/secure")


def calling(api: Api) -> str:
    document: dict[str, Any] = deepcopy(CALLING)
    document["nodes"]["greet"]["config"]["prompt"] = "Good day, this is the clinic. " * 4
    return published(api, document)


def test_an_encrypted_call_is_answered(api: Api, trusting: RunningCopy, provider: dict[str, int]) -> None:
    declared(api, provider["trusted"])
    until(lambda: api("GET", "/trunks/secure")["reachable"] == "yes", 30)
    session = started(api, calling(api), NUMBER)
    until(lambda: [channel["state"] for channel in channels(trusting)] == ["Up"])
    [channel] = channels(trusting)
    secure = f"channels/{channel['id']}/variable?variable=CHANNEL(rtp,secure,audio)"
    assert value(trusting, secure) == "1", "the sound is encrypted"
    assert ended(api, session)["outcome"] in ("answered", "gone")
    [call] = calls_of(api, session)
    assert (call["trunk"], call["fate"], call["cause"]) == ("secure", "answered", "normal")


def value(copy: RunningCopy, path: str) -> str:
    found: Any = ari(copy, path)
    return str(found["value"])


@pytest.mark.parametrize(
    ("certificate", "said"),
    [("strange", "The certificate is untrusted"), ("another", "The server identity does not match")],
)
def test_whose_certificate_is_wrong_is_not_called(
    api: Api, trusting: RunningCopy, provider: dict[str, int], certificate: str, said: str
) -> None:
    declared(api, provider[certificate])
    until(lambda: api("GET", "/trunks/secure")["reachable"] == "no", 30)
    session = started(api, calling(api), NUMBER)
    assert ended(api, session)["outcome"] == "failed"
    [call] = calls_of(api, session)
    assert (call["trunk"], call["fate"], call["rang"]) == ("secure", "failed", False)
    assert call["cause"] in NOT_CONNECTED
    log = trusting.settings.folder_asterisk / "log" / "messages.log"
    assert said in Path(log).read_text(encoding="utf-8", errors="replace")
    assert channels(trusting) == []


def test_a_stranger_is_challenged_whatever_he_asks_for(trusting: RunningCopy) -> None:
    """From an address that is no trunk: the same answer for a number that exists and for one that does not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))
        stranger.settimeout(5)
        port = stranger.getsockname()[1]
        for turn, (method, number) in enumerate([("INVITE", "7002"), ("INVITE", "9999"), ("REGISTER", "admin")]):
            request = (
                f"{method} sip:{number}@127.0.0.1:{trusting.sip_port} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.2:{port};branch=z9hG4bK-{turn}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:x@127.0.0.2>;tag=a{turn}\r\nTo: <sip:{number}@127.0.0.1>\r\nCall-ID: stranger-{turn}\r\n"
                f"CSeq: 1 {method}\r\nContact: <sip:x@127.0.0.2:{port}>\r\nContent-Length: 0\r\n\r\n"
            )
            stranger.sendto(request.encode(), ("127.0.0.1", trusting.sip_port))
            answer = stranger.recv(4096).decode()
            while f"Call-ID: stranger-{turn}\r\n" not in answer:
                answer = stranger.recv(4096).decode()
            assert answer.startswith("SIP/2.0 401 ") and 'realm="callweave"' in answer
