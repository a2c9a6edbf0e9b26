"""The listener for HL7, spoken to by other people's clients over real sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import hl7
import pytest
from hl7.mllp import open_hl7_connection

from engine.adapters.gateway import NotNow, Refused
from engine.faults import Fault
from engine.sources.hl7 import Hl7Config, Hl7Source
from engine.sources.hl7.adapter import FEED
from engine.sources.hl7.framing import framed
from engine.sources.source import Arrival, Surroundings
from tests.sources.hl7_messages import admission, appointment, message, msh, report
from tests.sources.hl7_sender import NpmSender
from tests.telephony.certificates import Authority


class Kept:
    """What was kept, each batch; and what stands in for a spool that is full, slow, or finds a fault."""

    def __init__(self) -> None:
        self.batches: list[list[Arrival]] = []
        self.fails: Callable[[Sequence[Arrival]], None] | None = None
        self.entered, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def __call__(self, arrivals: Sequence[Arrival]) -> list[list[Fault]]:
        self.entered.set()
        self.go_on.wait(10)
        if self.fails is not None:
            self.fails(arrivals)
        self.batches.append([*arrivals])
        return [[*arrival.faults, *self.wrong(arrival)] for arrival in arrivals]

    def wrong(self, arrival: Arrival) -> list[Fault]:
        """A mapping that asks for the patient's number."""
        found = [row for row in arrival.rows if "id" not in row.get("patient", {})]
        return [Fault("fields.patient_no", "is required")] if found else []

    @property
    def ids(self) -> list[str]:
        return [arrival.rows[0]["id"] for batch in self.batches for arrival in batch if arrival.rows]


def surrounded(folder: Path, may_listen: bool) -> Surroundings:
    return Surroundings(
        permits=lambda name, address, port: False, place=lambda path: folder / path, folder=folder,
        permits_listening=lambda address, port: may_listen,
    )  # fmt: skip


@contextmanager
def listening(kept: Kept, folder: Path, **config: Any) -> Iterator[int]:
    around = surrounded(folder, True)
    source = Hl7Source(Hl7Config.model_validate({"port": 0, **config}), around)
    listener: Any = source.listeners[FEED]
    listener.start(kept)
    try:
        yield listener.port
    finally:
        source.close()


@pytest.fixture
def kept() -> Kept:
    return Kept()


def exchange(port: int, *packets: bytes, answers: int, wait: float = 10.0) -> list[str]:
    """Send packets on one connection; the answers' texts, fewer where the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        for packet in packets:
            line.sendall(packet)
        return read(line, answers)


def read(line: socket.socket, count: int) -> list[str]:
    stream = b""
    while stream.count(b"\x1c\r") < count:
        try:
            data = line.recv(65_536)
        except ConnectionResetError:
            break
        if not data:
            break
        stream += data
    return [block.strip(b"\x0b").decode() for block in stream.split(b"\x1c\r")[:-1]]


def msa(answer: str) -> tuple[str, str]:
    fields = answer.split("\r")[1].split("|")
    return fields[1], fields[2]


def test_npms_client_sends_what_a_his_sends(kept: Kept, tmp_path: Path) -> None:
    nameless = message(msh(control="C9"), "PID|1")
    with listening(kept, tmp_path) as port:
        sender = NpmSender(port)
        sender.send([admission("C1"), appointment("S12", "S1"), report("R1"), nameless, admission("C2", version="2.5.1")])
        answers = sender.answers(5)
        sender.close()
    assert [(answer["id"], answer["code"]) for answer in answers] == [
        ("C1", "AA"), ("S1", "AA"), ("R1", "AA"), ("C9", "AE"), ("C2", "AA"),
    ]  # fmt: skip
    assert "fields.patient_no: is required" in answers[3]["text"]
    assert kept.ids == ["C1", "S1", "R1", "C9", "C2"]
    assert kept.batches[0][0].rows[0]["patient"]["name"] == "张三"


def test_python_hl7s_client_in_gb18030(kept: Kept, tmp_path: Path) -> None:
    async def talk(port: int) -> list[str]:
        reader, writer = await open_hl7_connection("127.0.0.1", port, encoding="gb18030")
        answers = []
        for control in ("C1", "C2"):
            writer.writemessage(hl7.parse(admission(control, charset="GB 18030-2000").decode()))
            answers.append(str((await reader.readmessage())["MSA"][0]))
        writer.close()
        return answers

    with listening(kept, tmp_path) as port:
        assert asyncio.run(talk(port)) == ["MSA|AA|C1", "MSA|AA|C2"]
    assert kept.batches[0][0].rows[0]["patient"]["name"] == "张三"


def test_many_in_a_packet_and_one_over_many_packets(kept: Kept, tmp_path: Path) -> None:
    ids = [f"C{number}" for number in range(50)]
    stream = b"".join(framed(admission(control)) for control in ids)
    with listening(kept, tmp_path) as port:
        together = exchange(port, stream, answers=50)
        apart = exchange(port, *(stream[place : place + 997] for place in range(0, len(stream), 997)), answers=50)
    assert [msa(answer) for answer in together] == [msa(answer) for answer in apart] == [("AA", id) for id in ids]
    assert kept.ids == [*ids, *ids] and len(kept.batches) < 60


def test_connections_share_a_write_and_each_keeps_its_order(kept: Kept, tmp_path: Path) -> None:
    kept.go_on.clear()
    with listening(kept, tmp_path) as port:
        lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(8)]
        for number, line in enumerate(lines):
            line.sendall(b"".join(framed(admission(f"{number}-{place}")) for place in range(20)))
        kept.go_on.set()
        found = [[msa(answer)[1] for answer in read(line, 20)] for line in lines]
        for line in lines:
            line.close()
    assert found == [[f"{number}-{place}" for place in range(20)] for number in range(8)]
    for number in range(8):
        assert [id for id in kept.ids if id.startswith(f"{number}-")] == found[number]


def test_no_answer_before_it_is_kept_and_none_where_it_cannot_be(kept: Kept, tmp_path: Path) -> None:
    with listening(kept, tmp_path) as port:
        kept.go_on.clear()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(framed(admission("C1")))
            line.settimeout(0.3)
            with pytest.raises(TimeoutError):
                line.recv(1)
            line.settimeout(10)
            kept.go_on.set()
            assert msa(read(line, 1)[0]) == ("AA", "C1")

        def full(arrivals: Sequence[Arrival]) -> None:
            raise NotNow("the disk is full")

        kept.fails = full
        assert exchange(port, framed(admission("C2")), answers=1) == []  # closed: the sender tries again
        kept.fails = None
        assert msa(exchange(port, framed(admission("C2")), answers=1)[0]) == ("AA", "C2")


def test_what_is_no_message_disturbs_no_other(kept: Kept, tmp_path: Path) -> None:
    with listening(kept, tmp_path, most_bytes=2_000) as port:
        answers = exchange(
            port, b"GET / HTTP/1.1\r\n\r\n", framed(b"hello"), framed(admission("C1")[:100] + b"x" * 200_000),
            b"\x0b" + admission("C2"), framed(admission("C3")), answers=4,
        )  # fmt: skip
    assert [msa(answer) for answer in answers] == [("AR", ""), ("AR", "C1"), ("AE", "C2"), ("AA", "C3")]
    assert "at most 2000 bytes" in answers[1]
    faulty = [arrival for batch in kept.batches for arrival in batch if arrival.faults]
    assert len(faulty) == 3 and faulty[0].text == "hello" and all(arrival.id for arrival in faulty)


def test_who_is_silent_within_a_message_or_comes_as_one_too_many_is_let_go(kept: Kept, tmp_path: Path) -> None:
    with listening(kept, tmp_path, message_seconds=0.2, connections=1) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(b"\x0bMSH|")
            assert exchange(port, framed(admission()), answers=1) == []
            assert line.recv(1) == b""
        assert len(exchange(port, framed(admission()), answers=1)) == 1
    with listening(kept, tmp_path, idle_seconds=0.2) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(10)
        assert line.recv(1) == b""
    with listening(kept, tmp_path, addresses=["10.0.0.0/8"]) as port:
        assert exchange(port, framed(admission()), answers=1) == []


def test_stop_answers_what_is_being_kept(kept: Kept, tmp_path: Path) -> None:
    with listening(kept, tmp_path) as port:
        idle = socket.create_connection(("127.0.0.1", port), timeout=10)
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        kept.go_on.clear()
        line.sendall(framed(admission("C1")))
        assert kept.entered.wait(10)
        threading.Timer(0.3, kept.go_on.set).start()
    assert [msa(answer) for answer in read(line, 2)] == [("AA", "C1")] and idle.recv(1) == b""
    idle.close()
    line.close()


def test_a_port_that_is_taken_or_not_permitted(kept: Kept, tmp_path: Path) -> None:
    with listening(kept, tmp_path) as port, pytest.raises(NotNow, match=f"port {port}"), listening(kept, tmp_path, port=port):
        pass
    with pytest.raises(Refused, match="not permitted"):
        Hl7Source(Hl7Config(port=0), surrounded(tmp_path, False)).listeners[FEED].start(kept)


def test_tls_with_certificates_of_clients(kept: Kept, tmp_path: Path) -> None:
    ours = Authority(tmp_path, "ours")
    (certificate, key), (client, client_key) = ours.certify(), ours.certify("ward")
    tls = {"certificate": certificate.name, "key": key.name, "clients": ours.file.name}
    with listening(kept, tmp_path, tls=tls) as port:
        context = ssl.create_default_context(cafile=ours.file)
        with suppress(ssl.SSLError, ConnectionError), secured(context, port) as line:
            line.sendall(framed(admission("C6")))  # TLS 1.3 tells a client without a certificate only after this
            assert line.recv(1) == b""
        context.load_cert_chain(client, client_key)
        with secured(context, port) as line:
            line.sendall(framed(admission("C7")))
            assert msa(read(line, 1)[0]) == ("AA", "C7")
    assert kept.ids == ["C7"]
    with pytest.raises(Refused, match="certificates"), listening(kept, tmp_path, tls=tls | {"key": client_key.name}):
        pass


@contextmanager
def secured(context: ssl.SSLContext, port: int) -> Iterator[ssl.SSLSocket]:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as line,
    ):
        yield line
