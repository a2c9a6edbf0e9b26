"""Two hundred thousand records of a HIS by SQL, HL7 and FHIR, through a connector that is killed and lines that are cut.

A connector reads a database, listens for HL7 over MLLP and polls a real FHIR server (sekmet-fhir). Among what comes are
newer versions, messages sent twice, messages older than what is known, messages that cannot be read, and rows that the
record type refuses. One sender of HL7 is npm's `node-hl7-client`. The connector is killed by -9 again and again, its line
to the platform and the HIS's line to it are cut, and the web process is killed. In the end the platform has what the
source has, no more and no less, and each record that asked for a session has started one.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.connector.his import Connector, His
from tests.product import free_port
from tests.product_api import Api, Refused
from tests.prove.feeding import MllpSender, Relay
from tests.prove.proof import Proof
from tests.sources.fhir_server import fhir_server
from tests.sources.hl7_sender import NpmSender

BY_SQL, BY_HL7, BY_NPM, BY_FHIR = 140_000, 50_000, 2_000, 8_000
KILLS, CUTS = 6, 12
PATIENCE = 3_600.0
URGENT = 10
"""Every so manieth record starts a session, and is not changed any more."""
VISIT = {
    "schema": {
        "type": "object",
        "properties": {"visit_no": {"type": "string"}, "patient": {"type": "string"}, "mobile": {"type": "string"},
                       "ward": {"type": "string"}},
        "required": ["visit_no", "patient"], "additionalProperties": False,
    },
    "key": "visit_no", "name": "patient", "phone": "mobile",
}  # fmt: skip
FLOW = {
    "callweave": 1, "name": "Urgent", "languages": ["en"], "record_type": "visit", "start": "end",
    "nodes": {"end": {"type": "end", "config": {"outcome": "{{ record.visit_no }}"}}},
}  # fmt: skip
Known = dict[str, tuple[str, str | None]]
"""What the source has: by key, the patient and the ward."""


class Story:
    """What is sent, and what has to come of it."""

    def __init__(self) -> None:
        self.known: Known = {}
        self.refused: set[str] = set()
        """Keys of which nothing may be in the platform."""
        self.wrong: dict[str, str] = {}
        """Messages that have to be answered other than AA."""

    def messages(self, count: int) -> Iterator[tuple[str, bytes]]:
        """HL7: versions in order, then some again, older ones, and wrong ones."""
        for number in range(count):
            key = f"H{number}"
            first = self._admission(key, f"{key}a", number, 1, "A01")
            yield first
            if number % 50 == 7:
                yield from self._wrong(number)
            if number % URGENT == 0:
                continue
            if number % 5 == 1:
                yield self._admission(key, f"{key}b", number, 2, "A08")
            if number % 20 == 1:
                yield first
                before = self.known[key]
                yield self._admission(key, f"{key}c", number, 0, "A08")
                self.known[key] = before

    def _wrong(self, number: int) -> Iterator[tuple[str, bytes]]:
        key = f"X{number}"
        self.refused.add(key)
        kind = (number // 50) % 4
        control, message = self._admission(key, f"{key}a", number, 1, "A01")
        del self.known[key]
        if kind == 0:
            message, self.wrong[control] = message.replace(b"|2.5.1|", b"|9.9|"), "AR"
        elif kind == 1:
            message, self.wrong[control] = message.replace("病人".encode(), "病人".encode("gb18030")), "AE"
        elif kind == 2:
            message, self.wrong[control] = message.replace(b"|P|2", b"|T|2"), "AR"
        else:
            message = message.replace("病人".encode() + str(number).encode(), b"")  # read, and refused by its type
        yield control, message

    def _admission(self, key: str, control: str, number: int, version: int, event: str) -> tuple[str, bytes]:
        ward = "urgent" if number % URGENT == 0 else f"w{version}"
        self.known[key] = (f"病人{number}", ward)
        lines = [
            f"MSH|^~\\&|HIS|HOSP|IVR|CW|2026112{version + 1}210000||ADT^{event}|{control}|P|2.5.1||||||UNICODE UTF-8",
            f"PID|1||P{number}||病人{number}||||||||139{number:08d}", f"PV1|1|I|{ward}" + "|" * 16 + key, "",
        ]  # fmt: skip
        return control, "\r".join(lines).encode()

    def npm(self, count: int) -> list[bytes]:
        """What npm's client sends, one after the other."""
        return [self._admission(f"N{number}", f"N{number}", number, 1, "A01")[1] for number in range(count)]

    def rows(self, his: His, numbers: range, changed: int) -> None:
        """Rows of the database, or newer versions of some of them; every 200th has no name, which its type refuses."""
        if changed == 1:
            his.add(range(numbers.start, numbers.stop), ward="w1")
            his.query("update visit set name = null where substr(no, 2) % 200 = 3")
            his.query(f"update visit set ward = 'urgent' where substr(no, 2) % {URGENT} = 0")
        else:
            his.query(
                f"update visit set ward = 'w{changed}', changed = {changed} * 1000000 + rowid"
                f" where substr(no, 2) % 7 = {changed} and ward <> 'urgent'"
            )
        for no, name, ward in his.query("select no, name, ward from visit"):
            if name is None:
                self.refused.add(no)
            else:
                self.known[no] = (name, ward)

    def resources(self, numbers: range, version: int) -> list[dict[str, Any]]:
        """Patients of the FHIR server; every 100th has no name."""
        found = []
        for number in numbers:
            key, ward = f"F{number}", "urgent" if number % URGENT == 0 else f"w{version}"
            name = [{"text": f"患者{number}"}]
            if number % 100 == 5:
                self.refused.add(key)
            else:
                self.known[key] = (f"患者{number}", ward)
            more = {} if number % 100 == 5 else {"name": name}
            found.append(
                {"resourceType": "Patient", "id": key, "address": [{"text": ward}], **more,
                 "telecom": [{"system": "phone", "value": f"137{number:08d}"}]}
            )  # fmt: skip
        return found


def sources(his: His, port: int, fhir: str) -> dict[str, Any]:
    """The connector's sources: one record type from all three."""
    sql = his.source()
    sql["records"][0]["fields"].pop("age")
    hl7 = {
        "kind": "hl7", "config": {"port": port},
        "records": [{"record_type": "visit", "source_version": "{{ row.version }}", "fields": {
            "visit_no": "{{ row.visit.number }}", "patient": "{{ row.patient.name }}",
            "mobile": "{{ row.patient.phone }}", "ward": "{{ row.visit.ward }}"}}],
    }  # fmt: skip
    polled = {
        "kind": "fhir", "every_seconds": 1, "config": {"url": fhir, "feeds": {"patients": {"type": "Patient"}}},
        "records": [{"record_type": "visit", "source_version": "{{ row.meta.lastUpdated }}", "fields": {
            "visit_no": "{{ row.id }}", "patient": "{{ row.name[0].text }}",
            "mobile": "{{ row.telecom[0].value }}", "ward": "{{ row.address[0].text }}"}}],
    }  # fmt: skip
    return {"db": sql, "his": hl7, "fhir": polled}


def prove(proof: Proof) -> None:
    story, copy = Story(), proof.copy(telephony="simulated")
    api = Api(copy)
    api("PUT", "/record-types/visit", VISIT)
    flow = api("POST", "/flows", FLOW)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "for a proof"})
    trigger = {"kind": "record", "record_type": "visit", "on": ["created"], "when": "record.ward == 'urgent'", "flow": flow}
    api("POST", "/triggers", trigger)
    key = api("POST", "/connectors", {"name": "beside the HIS"})["key"]
    his = His(proof.folder / "his.sqlite3")
    story.rows(his, range(BY_SQL), 1)
    port, platform = free_port(), Relay(copy.port)
    with fhir_server(proof.folder / "fhir") as fhir:
        everything = story.resources(range(BY_FHIR), 1)
        for first in range(0, BY_FHIR, 500):
            fhir.batch(everything[first : first + 500])
        agent = Connector(proof.folder, f"http://127.0.0.1:{platform.port}", key, sources(his, port, fhir.url))
        line = Relay(port)
        bulk, npm = MllpSender(line.port, story.messages(BY_HL7)), NpmSender(port)
        began = time.monotonic()
        agent.start()
        bulk.start()
        npm.send(story.npm(BY_NPM))
        for disaster in range(CUTS):
            some_more(bulk)
            (platform if disaster % 2 else line).cut()
            if disaster < KILLS:
                story.rows(his, range(0), 2 + disaster % 4)
                agent.kill()
                agent.start()
            if disaster == KILLS:
                os.kill(copy.processes()["web"], signal.SIGKILL)
                fhir.batch(story.resources(range(1, BY_FHIR, 9), 2)[:900])
        answers = npm.answers(BY_NPM)
        npm.close()
        bulk.join(PATIENCE)
        found = came(api, story, began)
        seconds = time.monotonic() - began
        agent.kill(signal.SIGINT)
    line.close()
    platform.close()
    judge(proof, api, story, found, flow)
    acknowledged(proof, story, bulk, answers)
    proof.claim("lines were cut while something was said on them", line.cuts + platform.cuts >= CUTS // 2, f"{line.cuts} and {platform.cuts} times")
    proof.figure("records", len(found))
    proof.figure("seconds", round(seconds))
    proof.figure("hl7_messages_answered", bulk.answered + BY_NPM)
    proof.figure("hl7_messages_sent_again_after_a_cut_or_a_kill", bulk.again + sum(answer["tries"] - 1 for answer in answers))


def some_more(bulk: MllpSender) -> None:
    """Wait until a good part more is answered, so that every disaster meets work that is done."""
    wanted, end = bulk.answered + BY_HL7 // (CUTS + 4), time.monotonic() + 60
    while bulk.answered < wanted and bulk.is_alive() and time.monotonic() < end:
        time.sleep(0.1)


def came(api: Api, story: Story, began: float) -> Known:
    """What the platform has when it has everything, or when nothing more comes."""
    found: Known = {}
    while found != story.known and time.monotonic() - began < PATIENCE:
        time.sleep(2)
        try:
            if not api("GET", "/connectors")["items"][0]["waiting"]:
                items = api.everything("/records/visit")
                found = {item["key"]: (item["data"]["patient"], item["data"].get("ward")) for item in items}
        except (OSError, Refused):
            continue  # the web process is being started again
    return found


def judge(proof: Proof, api: Api, story: Story, found: Known, flow: str) -> None:
    """What is there, and what was started."""
    missing, more = story.known.keys() - found.keys(), found.keys() - story.known.keys()
    other = [key for key in story.known.keys() & found.keys() if story.known[key] != found[key]]
    proof.claim("nothing is missing", not missing, f"{len(missing)} of {len(story.known)} {sorted(missing)[:5]}")
    proof.claim("nothing is there that may not be", not more, f"{len(more)}, {len(story.refused)} were refused")
    proof.claim("each record is as it was last", not other, [(key, story.known[key], found[key]) for key in other[:3]] or "all")
    urgent = {key for key, (_, ward) in story.known.items() if ward == "urgent"}
    sessions = api.everything(f"/sessions?flow={flow}")
    starts = Counter(session["outcome"] for session in sessions)
    twice = [key for key, count in starts.items() if count > 1]
    proof.claim("each start happened once", set(starts) == urgent and not twice, f"{len(sessions)} of {len(urgent)}, {len(twice)} twice")
    rejected = {name: len(api.everything(f"/sources/{name}/rejected")) for name in ("db", "his", "fhir")}
    proof.claim("what was refused is kept for a person", all(rejected.values()), rejected)


def acknowledged(proof: Proof, story: Story, bulk: MllpSender, answers: list[dict[str, Any]]) -> None:
    """What the senders of HL7 heard."""
    wrong = {control: codes for control, codes in bulk.codes.items() if {*codes} != {story.wrong.get(control, "AA")}}
    proof.claim("every message was answered as it has to be", not wrong and not bulk.is_alive(), list(wrong.items())[:5] or f"{bulk.answered} answers")
    others = [answer for answer in answers if answer["code"] != "AA"]
    proof.claim("npm's client heard AA to every message", not others, others[:3] or len(answers))
