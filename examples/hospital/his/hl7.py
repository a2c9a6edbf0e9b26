"""HL7 v2 messages of the story, and their way over MLLP: a message counts as told when it is answered by AA."""

from __future__ import annotations

import socket
import time
from datetime import datetime

from examples.hospital.people import Patient
from examples.hospital.story import Event

START, END = b"\x0b", b"\x1c\r"
KINDS = {
    "visit_booked": "SIU^S12", "visit_moved": "SIU^S13", "visit_cancelled": "SIU^S15", "admitted": "ADT^A01",
    "admission_cancelled": "ADT^A11", "discharged": "ADT^A03", "results": "ORU^R01",
}  # fmt: skip
"""Which message tells of what."""
PATIENCE = 60.0


class NotTaken(Exception):
    """The other side has answered by something else than AA."""


def _time(when: datetime) -> str:
    return f"{when:%Y%m%d%H%M%S%z}"


def _name(name: str) -> str:
    if name.isascii():
        given, _, family = name.partition(" ")
        return f"{family}^{given}"
    return f"{name[0]}^{name[1:]}"


def _patient(who: Patient) -> str:
    return (
        f"PID|1||{who.patient_no}^^^HOSP^MR||{_name(who.name)}||{who.birth_date:%Y%m%d}|{who.sex}"
        f"|||||{who.mobile}||{who.language}"
    )


def _segment(name: str, fields: dict[int, str]) -> str:
    return "|".join([name, *(fields.get(number, "") for number in range(1, max(fields) + 1))])


def message(event: Event, known: dict[str, object], number: int, now: datetime) -> str:
    """The message that tells of an event; `known` is all that was told of its subject before, and now."""
    kind = KINDS[event.what]
    header = f"MSH|^~\\&|HIS|HOSP|CALLWEAVE|CALLWEAVE|{_time(now)}||{kind}|H{number:06d}|P|2.5.1|||||CHN|UNICODE UTF-8"
    lines = [header]
    if kind.startswith("SIU"):
        status = "Cancelled" if event.what == "visit_cancelled" else "Booked"
        preparation = known["preparation"]
        start = known["visit_at"]
        assert isinstance(start, datetime)
        times = {9: "15", 10: "min", 11: f"^^15^{_time(start)}", 25: status}
        lines += [
            _segment("SCH", {1: event.key, 2: event.key, 7: str(preparation)} | times), _patient(event.patient),
            "RGS|1", f"AIS|1||^{known['department']}", f"AIP|1||^{known['expert']}",
        ]  # fmt: skip
        return "\r".join(lines) + "\r"
    if kind == "ORU^R01":
        lines += [
            _patient(event.patient), _segment("PV1", {1: "1", 2: "I", 19: event.key}), "OBR|1|||TNI^肌钙蛋白I",
            f"OBX|1|ST|TNI^肌钙蛋白I||{event.fields['findings']}||||||F",
        ]  # fmt: skip
        return "\r".join(lines) + "\r"
    lines += [f"EVN|{kind[-3:]}|{_time(now)}", _patient(event.patient), _stay(event, known)]
    if "consultation_at" in known:
        lines.append(_consultation(known))
    return "\r".join(lines) + "\r"


def _stay(event: Event, known: dict[str, object]) -> str:
    """PV1: ward, doctor, number of the admission, when it began and ended."""
    admission = event.fields.get("admission_no", event.key)
    fields = {
        1: "1", 2: "I", 3: f"{known['ward']}^301^2", 7: f"D001^{known['doctor']}", 19: str(admission),
        44: _time(known["admitted_at"]) if isinstance(known["admitted_at"], datetime) else "",
        45: _time(event.at) if event.what == "discharged" else "",
    }  # fmt: skip
    return _segment("PV1", fields)


def _consultation(known: dict[str, object]) -> str:
    """A segment of this hospital's own: when specialists confer, with whom, and where the report goes."""
    when, experts = known["consultation_at"], known["experts"]
    assert isinstance(when, datetime)
    assert isinstance(experts, list)
    return f"ZCO|{when.isoformat()}|{known['doctor_phone']}|{','.join(experts)}|{known['report_fax']}"


class Sender:
    """One connection to a listener, opened again when it is cut; what is not acknowledged is sent again."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._connection: socket.socket | None = None

    def send(self, written: str) -> None:
        """Send a message until it is acknowledged; raises NotTaken, or OSError when nobody is there for a minute."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._exchange(written.encode())
                break
            except OSError:
                self.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        code = next((line.split("|")[1] for line in answer.split("\r") if line.startswith("MSA")), "")
        if code not in ("AA", "CA"):
            raise NotTaken(answer)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _exchange(self, data: bytes) -> str:
        if self._connection is None:
            self._connection = socket.create_connection(self._address, timeout=10)
        self._connection.sendall(START + data + END)
        received = b""
        while not received.endswith(END):
            piece = self._connection.recv(65_536)
            if not piece:
                raise ConnectionResetError("the listener has closed the connection")
            received += piece
        return received.strip(START + END).decode()
