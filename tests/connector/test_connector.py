"""The connector as it runs: a process beside a HIS, and a whole copy of the platform."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import StartCopy
from tests.connector.his import VISIT, Connector, His
from tests.product import free_port
from tests.product_api import Api
from tests.prove.feeding import MllpSender
from tests.sources.hl7_messages import admission

PATIENCE = 40.0


@pytest.fixture(scope="module")
def api(running_copy: StartCopy) -> Api:
    copy = running_copy(telephony="simulated", CALLWEAVE_ALLOW_HOSTS="127.0.0.1")
    made = Api(copy)
    made("PUT", "/record-types/visit", VISIT)
    return made


@pytest.fixture
def his(tmp_path: Path) -> His:
    return His(tmp_path / "his.sqlite3")


@pytest.fixture
def connector(api: Api, his: His, tmp_path: Path) -> Iterator[Connector]:
    made = api("POST", "/connectors", {"name": "beside the HIS"})
    name = f"his_{time.time_ns()}"
    agent = Connector(tmp_path, api._copy.url, made["key"], {name: his.source()})
    agent.name, agent.id = name, made["id"]  # type: ignore[attr-defined]
    yield agent
    agent.close()
    api("DELETE", f"/connectors/{made['id']}")


def until(what: Callable[[], Any], connector: Connector) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, connector.tail()
        time.sleep(0.1)
    return found


def test_killed_again_and_again_it_loses_and_doubles_nothing(api: Api, his: His, connector: Connector) -> None:
    his.add(range(2_000))
    for round_ in range(3):
        connector.start()
        time.sleep(1.5 + 0.4 * round_)
        his.add(range(round_ * 200, round_ * 200 + 200), ward=f"w{round_}", changed=2 + round_)
        connector.kill()
    connector.start()
    wanted = {no: (name, ward) for no, name, ward in his.query("select no, name, ward from visit")}

    def there() -> bool:
        items = api.everything("/records/visit")
        return {r["key"]: (r["data"]["patient"], r["data"].get("ward")) for r in items} == wanted

    until(there, connector)


def booking(source: str) -> dict[str, Any]:
    """A flow that looks for a free slot and books it."""
    return {
        "callweave": 1, "name": f"Book at {source}", "languages": ["en"], "start": "find",
        "nodes": {
            "find": {"type": "lookup", "config": {"source": source, "query": "free_slots", "parameters": {"doctor": "{{ contact.doctor }}"}},
                     "outlets": {"found": "book", "not_found": "none", "failed": "failed"}},
            "book": {"type": "write_source",
                     "config": {"source": source, "statement": "book",
                                "parameters": {"patient": "{{ contact.name }}", "slot": "{{ results.find.value.id }}"}},
                     "outlets": {"done": "booked", "refused": "taken", "failed": "failed"}},
            **{name: {"type": "end", "config": {"outcome": name}} for name in ("booked", "taken", "none", "failed")},
        },
    }  # fmt: skip


def started(api: Api, flow: str, **contact: str) -> str:
    return str(api("POST", f"/flows/{flow}/start", {"contact": contact})["session"])


def outcome(api: Api, session: str) -> str | None:
    found = api("GET", f"/sessions/{session}")
    return str(found["outcome"]) if found["status"] == "completed" else None


def flow_of(api: Api, source: str) -> str:
    made = api("POST", "/flows", booking(source))
    assert made["errors"] == []
    api("POST", f"/flows/{made['id']}/publish", {"message": "booking"})
    return str(made["id"])


def slots(his: His, count: int) -> None:
    for number in range(count):
        his.query("insert into slot (id, doctor, at) values (?, 'Wang', ?)", number + 1, f"10:{number}0")


def test_a_flow_looks_up_and_writes_back_by_the_line(api: Api, his: His, connector: Connector) -> None:
    slots(his, 1)
    connector.start()
    until(lambda: api("GET", f"/connectors/{connector.id}")["connected"], connector)
    flow = flow_of(api, connector.name)
    first = started(api, flow, name="Li", doctor="Wang")
    assert until(lambda: outcome(api, first), connector) == "booked"
    second = started(api, flow, name="Zhao", doctor="Wang")
    assert until(lambda: outcome(api, second), connector) == "none"
    assert his.query("select taken_by from slot") == [("Li",)]
    assert api("POST", f"/sources/{connector.name}/ask", {"query": "free_slots", "parameters": {"doctor": "Wang"}}) == {"rows": []}
    written = api("GET", f"/connectors/{connector.id}/writes")["items"]
    assert [(each["statement"], each["state"]) for each in written] == [("book", "done")]


def test_who_comes_second_to_a_slot_is_refused(api: Api, his: His, connector: Connector) -> None:
    slots(his, 1)
    connector.start()
    until(lambda: api("GET", f"/connectors/{connector.id}")["connected"], connector)
    document = booking(connector.name)
    document["nodes"]["book"]["config"]["parameters"]["slot"] = 1
    document |= {"start": "book", "name": f"{connector.name} at once"}
    del document["nodes"]["find"], document["nodes"]["none"]
    made = api("POST", "/flows", document)
    api("POST", f"/flows/{made['id']}/publish", {"message": "at once"})
    sessions = [started(api, made["id"], name=name) for name in ("Li", "Zhao")]
    found = [until(lambda s=s: outcome(api, s), connector) for s in sessions]
    assert sorted(found) == ["booked", "taken"]
    assert len(his.query("select id from slot where taken_by is not null")) == 1


def test_the_platform_runs_the_same_source_itself(api: Api, his: His, tmp_path: Path) -> None:
    files = api._copy.data / "sources" / "main" / "files"
    files.mkdir(parents=True, exist_ok=True)
    inside = files / f"his_{time.time_ns()}.sqlite3"
    his.path.rename(inside)
    his.path = inside
    his.add(range(50_000, 50_100))
    slots(his, 1)
    document = his.source()
    document["config"]["name"] = inside.name
    name = inside.stem
    api("PUT", f"/sources/{name}", document)
    wanted = {f"V{number}" for number in range(50_000, 50_100)}
    end = time.monotonic() + PATIENCE
    while not wanted <= {item["key"] for item in api.everything("/records/visit")}:
        assert time.monotonic() < end, api("GET", f"/sources/{name}")
        time.sleep(0.2)
    session = started(api, flow_of(api, name), name="Li", doctor="Wang")
    while (found := outcome(api, session)) is None:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert found == "booked"
    api("DELETE", f"/sources/{name}")


def test_the_platform_listens_itself(api: Api) -> None:
    port = free_port()
    hl7 = {"visit_no": "{{ row.id }}", "patient": "{{ row.patient.name }}"}
    posted = {"visit_no": "{{ row.no }}", "patient": "{{ row.who }}"}
    api("PUT", "/sources/ward", {"kind": "hl7", "config": {"port": port}, "records": [{"record_type": "visit", "fields": hl7}]})
    api("PUT", "/sources/shop", {"kind": "webhook", "records": [{"record_type": "visit", "fields": posted}]})
    assert api("POST", "/sources/shop/in", [{"no": "W1", "who": "Li"}, {"no": "W2"}])["accepted"] == 2
    sender = MllpSender(port, [("H1", admission("H1")), ("H2", admission("H2", version="9.9"))])
    sender.start()
    sender.join(PATIENCE)
    assert sender.codes == {"H1": ["AA"], "H2": ["AR"]}
    wanted = {"W1": "Li", "H1": "张三"}
    end = time.monotonic() + PATIENCE
    while not wanted.items() <= {r["key"]: r["data"]["patient"] for r in api.everything("/records/visit")}.items():
        assert time.monotonic() < end, [api("GET", f"/sources/{name}") for name in ("ward", "shop")]
        time.sleep(0.2)
    (refused,) = api("GET", "/sources/shop/rejected")["items"]  # by the record type, so after the answer
    assert refused["record_type"] == "visit"
    (unread,) = api("GET", "/sources/ward/rejected")["items"]
    assert unread["errors"][0]["path"] == "MSH.12" and unread["text"].startswith("MSH|")
    for name in ("ward", "shop"):
        api("DELETE", f"/sources/{name}")
