"""Connectors as the platform sees them: their key and door, batches that come twice, and the line on which they are asked."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import simple_websocket
from flask import Flask

from designer.live.lines import ANOTHER, REVOKED, Line
from designer.parts import Parts
from engine.adapters.gateway import NotNow, Refused, Unknown
from engine.commands import WriteSource
from engine.host.outbox.registry import row_of
from engine.host.sources.desk import Desk
from engine.sources import wire
from engine.store import connectors, id_bytes, id_text, new_id, now_micros, outbox, sources
from tests.designer.conftest import Caller

VISIT = {"schema": {"type": "object", "properties": {"no": {"type": "string"}, "ward": {"type": "string"}}, "required": ["no"]}, "key": "no"}
DECLARED = wire.Declared(
    name="his", kind="sql", queries={"slots": ["doctor"]}, statements={"book": ["slot"]}, seconds={"slots": 1.0, "book": 1.0}
)  # fmt: skip


class Socket:
    """The platform's end of a WebSocket; the test is the other end."""

    def __init__(self) -> None:
        self.to_platform: queue.Queue[str | None] = queue.Queue()
        self.to_connector: queue.Queue[Any] = queue.Queue()
        self.closed: int | None = None

    def send(self, data: str) -> None:
        if self.closed is not None:
            raise simple_websocket.ConnectionClosed(1000, "")
        self.to_connector.put(wire.decode_to_connector(data))

    def receive(self, timeout: float | None = None) -> str | bytes | None:
        found = self.to_platform.get(timeout=timeout)
        if found is None:
            raise simple_websocket.ConnectionClosed(1000, "")
        return found

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        self.closed = reason

    def say(self, message: wire.ToPlatform) -> None:
        self.to_platform.put(wire.encode(message).decode())

    def hear(self) -> Any:
        return self.to_connector.get(timeout=10)


class Far:
    """A connector of the tests' own."""

    def __init__(self, app: Flask, call: Caller) -> None:
        self.parts: Parts = app.extensions["callweave"]
        self.store = self.parts.stores.tenant("main")
        made: Any = call("POST", "/connectors", {"name": "ward"}).json
        self.id, self.key = made["id"], made["key"]
        self.identity = id_bytes(self.id) or b""
        self.stream = new_id()
        self.call = Caller(app.test_client(), self.key)
        self.lines: list[tuple[Socket, threading.Thread]] = []

    def connect(self, stream: bytes | None = None) -> Socket:
        socket = Socket()
        socket.say(wire.Hello(stream=id_text(stream or self.stream), software="1", sources=[DECLARED]))
        line = Line(socket, store=self.store, control=self.parts.stores.control, hub=self.parts.lines, connector=self.identity, name="ward")
        thread = threading.Thread(target=line.serve)
        thread.start()
        self.lines.append((socket, thread))
        return socket

    def cut(self) -> None:
        for socket, thread in self.lines:
            socket.to_platform.put(None)
            thread.join(10)
        self.lines.clear()

    def batch(self, *rows: tuple[int, str, str], status: int = 200) -> Any:
        sent = [wire.Sent(position=p, source="his", record_type="visit", data={"no": no, "ward": ward}) for p, no, ward in rows]
        answer = self.call("POST", "/connector/records", wire.encode(wire.BatchSent(stream=id_text(self.stream), rows=sent)))
        assert answer.status_code == status, answer.json
        return answer.json

    def records(self, call: Caller) -> dict[str, str]:
        return {item["key"]: item["data"]["ward"] for item in call("GET", "/records/visit?limit=1000").json["items"]}  # type: ignore[index]


@pytest.fixture
def far(app: Flask, call: Caller) -> Iterator[Far]:
    made = Far(app, call)
    yield made
    made.cut()


def desk(far: Far, work: Callable[[Desk], Any]) -> Any:
    async def run() -> Any:
        made = Desk(far.store, far.parts.settings)
        try:
            return await work(made)
        finally:
            await made.close()

    return asyncio.run(run())


def in_thread(far: Far, work: Callable[[Desk], Any]) -> Callable[[], Any]:
    """Begin, and give what fetches the result or raises what was raised."""
    found: queue.Queue[Any] = queue.Queue()

    def run() -> None:
        try:
            found.put(desk(far, work))
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            found.put(error)

    threading.Thread(target=run, daemon=True).start()

    def result() -> Any:
        got = found.get(timeout=20)
        if isinstance(got, Exception):
            raise got
        return got

    return result


def write(key: str, patience: float = 10.0) -> Callable[[Desk], Any]:
    return lambda made: made.write("his", "book", {"slot": 1}, key, patience=patience, may_act=lambda: True)


def test_its_key_opens_its_own_door_and_nothing_else(far: Far, call: Caller) -> None:
    assert far.call("GET", "/records/visit").status_code == 403
    assert far.call("POST", "/connectors", {"name": "x"}).status_code == 403
    assert call("POST", "/connector/records", b"{}").status_code == 403
    assert call("POST", "/sign-in", {"key": far.key}).status_code in (401, 403)
    assert call("DELETE", f"/connectors/{far.id}").status_code == 204
    assert far.call("POST", "/connector/records", b"{}").status_code == 401


def test_rows_that_come_again_are_left_out(far: Far, call: Caller) -> None:
    far.batch((1, "V1", "a"), status=409)  # it has not said yet that `his` lies behind it
    far.connect().hear()
    assert "record type" in far.batch((1, "V1", "a"), status=409)["detail"]
    call("PUT", "/record-types/visit", VISIT)
    assert far.batch((1, "V1", "a"), (2, "V2", "a"))["accepted"] == 2
    taken = far.batch((1, "V1", "old"), (2, "V2", "old"), (3, "V2", "b"))
    assert (taken["through"], taken["repeated"], taken["updated"]) == (3, 2, 1)
    assert far.batch((2, "V2", "old"))["through"] == 3
    assert far.records(call) == {"V1": "a", "V2": "b"}
    far.stream = new_id()  # another file counts from 1 again
    assert far.batch((1, "V1", "c"))["updated"] == 1


def test_a_refused_row_is_kept_for_a_person_and_holds_up_nothing(far: Far, call: Caller) -> None:
    call("PUT", "/record-types/visit", VISIT)
    far.connect().hear()
    rows = [wire.Sent(position=1, source="his", record_type="visit", data={"no": "V1", "ward": 7}),
            wire.Sent(position=2, source="his", record_type="visit", data={"no": "V2"})]  # fmt: skip
    answer: Any = far.call("POST", "/connector/records", wire.encode(wire.BatchSent(stream=id_text(far.stream), rows=rows))).json
    assert (answer["through"], answer["accepted"], [r["position"] for r in answer["rejected"]]) == (2, 1, [1])
    kept: Any = call("GET", "/sources/his/rejected").json
    assert [error["path"] for error in kept["items"][0]["errors"]] == ["ward"]


def test_two_batches_at_once_are_taken_one_after_the_other(far: Far, call: Caller) -> None:
    call("PUT", "/record-types/visit", VISIT)
    far.connect().hear()
    with far.store.begin() as connection:
        assert connectors.claim(connection, far.identity, far.stream, at=now_micros()) == 0
    far.batch((1, "V1", "a"), status=409)
    with far.store.begin() as connection:
        connectors.release(connection, far.identity)
    far.batch((1, "V1", "a"))


def test_a_copy_of_a_connector_is_refused_while_the_other_is_connected(far: Far) -> None:
    assert isinstance(far.connect().hear(), wire.Welcome)
    copy = far.connect(stream=new_id())
    far.lines.pop()[1].join(10)
    assert copy.closed == ANOTHER
    assert isinstance(far.connect().hear(), wire.Welcome)  # the same file calls again: its older line is forgotten


def test_it_is_asked_and_answers(far: Far, call: Caller) -> None:
    socket = far.connect()
    socket.hear()
    answer = in_thread(far, lambda made: made.ask("his", "slots", {"doctor": "Wang"}))
    asked = socket.hear()
    assert (asked.source, asked.query, asked.parameters) == ("his", "slots", {"doctor": "Wang"})
    socket.say(wire.Rows(id=asked.id, rows=[{"slot": 1}]))
    assert answer() == [{"slot": 1}]
    for query, parameters in (("drop", {}), ("slots", {})):
        with pytest.raises(Refused):
            desk(far, lambda made, q=query, p=parameters: made.ask("his", q, p))
    socket.say(wire.Doing(sources={"his": wire.SourceStatus(state="running", waiting=3, oldest_at=now_micros() - 5_000_000)}))

    def doing() -> Any:
        found: Any = call("GET", f"/connectors/{far.id}").json
        return found if found["waiting"] else None

    end = time.monotonic() + 10
    while (found := doing()) is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert found["connected"] and found["sources"][0]["queries"] == ["slots"]
    assert 5 <= found["lag_seconds"] < 60


def test_who_is_away_is_not_waited_for(far: Far) -> None:
    far.connect().hear()
    far.cut()
    began = time.monotonic()
    with pytest.raises(NotNow):
        desk(far, lambda made: made.ask("his", "slots", {"doctor": "Wang"}))
    assert time.monotonic() - began < 8
    with pytest.raises(Refused, match="not connected"):
        desk(far, write("a1", patience=0.3))
    socket = far.connect()
    socket.hear()
    assert socket.to_connector.empty(), "what was withdrawn is not sent later"


def test_a_write_whose_answer_was_cut_off_is_sent_again_by_its_key(far: Far, call: Caller) -> None:
    socket = far.connect()
    socket.hear()
    result = in_thread(far, write("k1"))
    assert socket.hear().key == "k1"
    far.cut()
    socket = far.connect()
    socket.hear()
    again = socket.hear()
    assert again.key == "k1"
    socket.say(wire.Ended(id=again.id, fate="done", reference="A-7"))
    assert result().reference == "A-7"
    assert desk(far, write("k1")).reference == "A-7"  # known: it is not sent a third time
    assert socket.to_connector.empty()
    writes: Any = call("GET", f"/connectors/{far.id}/writes").json
    assert [(each["key"], each["state"]) for each in writes["items"]] == [("k1", "done")]


def test_a_write_that_went_to_a_file_that_is_lost_is_unknown(far: Far) -> None:
    socket = far.connect()
    socket.hear()
    result = in_thread(far, write("k2"))
    socket.hear()
    far.cut()
    far.stream = new_id()
    socket = far.connect()
    socket.hear()
    with pytest.raises(Unknown, match="lost"):
        result()
    with pytest.raises(Unknown):
        desk(far, write("k2"))


@pytest.mark.parametrize(("answers", "raised"), [("again", NotNow), ("never", Refused), ("unknown", Unknown), ("silence", Unknown)])
def test_what_did_not_work_says_whether_it_happened(far: Far, answers: str, raised: type[Exception]) -> None:
    socket = far.connect()
    socket.hear()
    result = in_thread(far, write("k3", patience=1.0 if answers == "silence" else 10.0))
    sent = socket.hear()
    if answers == "unknown":
        socket.say(wire.Ended(id=sent.id, fate="unknown", reason="nobody knows"))
    elif answers != "silence":
        socket.say(wire.NotDone(id=sent.id, reason="no", again=answers == "again"))
    with pytest.raises(raised) as error:
        result()
    assert error.type is raised


def test_an_answer_that_comes_late_closes_the_letter(far: Far) -> None:
    row = row_of(new_id(), WriteSource(id="4", source="his", statement="book"), now_micros())
    row.state = "unknown"
    with far.store.begin() as connection:
        outbox.insert(connection, [row])
    socket = far.connect()
    socket.hear()
    result = in_thread(far, write(row.key, patience=0.5))
    sent = socket.hear()
    with pytest.raises(Unknown):
        result()
    socket.say(wire.Ended(id=sent.id, fate="done"))
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with far.store.read() as connection:
            found = outbox.by_command(connection, row.session_id, "4")
        if found is not None and found.state == "done":
            break
        time.sleep(0.05)
    assert found is not None and (found.state, found.reason) == ("done", "the answer came late")


def test_a_line_ends_with_its_key(far: Far, call: Caller) -> None:
    socket = far.connect()
    socket.hear()
    call("DELETE", f"/connectors/{far.id}")
    socket.say(wire.Doing(sources={}))
    far.lines.pop()[1].join(10)
    assert socket.closed == REVOKED


def test_a_source_of_the_platform_keeps_its_name(far: Far) -> None:
    with far.store.begin() as connection:
        sources.put(connection, "his", kind="sql", document={"kind": "sql"}, at=now_micros())
    assert far.connect().hear().refused == {"his": "there is another source of this name"}


def test_secrets_of_a_source_are_not_shown_again(call: Caller) -> None:
    document = {"kind": "sql", "config": {"database": "postgresql", "host": "his.example", "name": "his", "secrets": {"password": "geheim"}}}
    assert call("PUT", "/sources/own", document).status_code == 200
    shown: Any = call("GET", "/sources/own").json
    assert shown["document"]["config"]["secrets"] == {"password": "•••"}
    assert call("PUT", "/sources/own", {**shown["document"], "every_seconds": 5}).status_code == 200
    assert call("PUT", "/sources/own", {"kind": "sql", "config": {"name": 7}}).status_code == 422
    assert "geheim" not in call("GET", "/sources").text
    assert call("DELETE", "/sources/own").status_code == 204
    assert call("GET", "/sources/own").status_code == 404


def test_the_workbench_says_what_a_row_would_become_and_keeps_nothing(call: Caller, flow: str) -> None:
    call("PUT", "/record-types/visit", VISIT)
    call("POST", f"/flows/{flow}/publish", {"message": "first"})
    trigger: Any = call("POST", "/triggers", {"kind": "record", "flow": flow, "record_type": "visit", "when": "record.ward == 'cardio'"}).json
    mapping = {"record_type": "visit", "fields": {"no": "{{ row.no }}", "ward": "{{ row.ward }}"}}
    for _ in range(2):
        found: Any = call("POST", "/workbench", {"row": {"no": "V1", "ward": "cardio"}, "records": [mapping]}).json
        record = found["rows"][0]["records"][0]
        assert (record["becomes"], record["key"], record["errors"]) == ("accepted", "V1", [])
        assert [(each["trigger"], each["does"]) for each in record["triggers"]] == [(trigger["id"], "start")]
    assert call("GET", "/records/visit").json["items"] == []  # type: ignore[index]
    found = call("POST", "/workbench", {"row": {"ward": 3}, "records": [mapping]}).json
    assert [record["becomes"] for record in found["rows"][0]["records"]] == ["rejected"]
    assert call("POST", "/workbench", {"row": {}, "records": [{"record_type": "visit"}]}).status_code == 422
    adt = "MSH|^~\\&|HIS|H|CW|C|20261122100000||ADT^A01|1|P|2.5\rPID|1||P7^^^H||Li^Lei"
    mapping = {"record_type": "visit", "fields": {"no": "{{ message.patient.id }}"}}
    found = call("POST", "/workbench", {"message": adt, "records": [mapping]}).json
    assert found["errors"] == [] and found["rows"][0]["records"][0]["key"] == "P7"

