"""People: found by key and address, one with all there is of him, and forgotten with a receipt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from designer.parts import Parts
from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Store, id_bytes, new_id, recordings, tenant
from engine.store.assets import NewFile
from engine.store.files import Files
from engine.store.messages import MessageRow, add
from tests.designer.conftest import Caller, Document
from tests.designer.test_records import ANN, VISIT, as_role, post

CHILD = ANN | {"visit_no": "V2", "patient_no": "P2", "name": "Bo"}
"""Has its mother's number."""


@pytest.fixture
def store(app: Flask) -> Store:
    parts: Parts = app.extensions["callweave"]
    return parts.stores.tenant("main")


@pytest.fixture
def people(call: Caller) -> dict[str, str]:
    """Mother and child, their ids by name."""
    call("PUT", "/record-types/visit", VISIT)
    post(call, [ANN | {"diagnosis": "angina"}, CHILD, ANN | {"visit_no": "V3", "mobile": "13800000009"}])
    return {each["fields"]["name"]: each["id"] for each in call("GET", "/contacts").json["items"]}  # type: ignore[index]


def waits(call: Caller, document: Callable[..., Document], key: str, store: Store) -> str:
    """A session about a record that waits for a signal, and has said a number and a hidden field."""
    nodes = {
        "note": {"type": "set", "config": {"variables": {"said": "{{ record.diagnosis }} {{ contact.phone }}"}}, "outlets": {"done": "w"}},
        "w": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "bye"}},
        "bye": {"type": "end", "config": {"outcome": "done"}},
    }  # fmt: skip
    flow = call("POST", "/flows", document(nodes=nodes, start="note", record_type="visit")).json["id"]  # type: ignore[index]
    assert call("POST", f"/flows/{flow}/publish", {"message": "m"}).status_code == 201
    started = call("POST", f"/flows/{flow}/start", {"record": {"record_type": "visit", "key": key}})
    serve(store)
    return str(started.json["session"])  # type: ignore[index]


def serve(store: Store) -> None:
    while sleeping.serve(store, Programs("UTC")):
        pass


def test_people_are_never_one_by_their_number(call: Caller, people: dict[str, str]) -> None:
    assert set(people) == {"Ann", "Bo"}
    found = call("GET", "/contacts?address=138-0000-0001").json["items"]  # type: ignore[index]
    assert [each["key"] for each in found] == ["P1", "P2"], "mother and child share it"
    assert call("GET", "/contacts?key=P2").json["items"][0]["id"] == people["Bo"]  # type: ignore[index]
    assert [each["key"] for each in call("GET", "/contacts?text=Bo").json["items"]] == ["P2"]  # type: ignore[index]
    ann = call("GET", f"/contacts/{people['Ann']}").json
    assert [(each["address"], each["current"]) for each in ann["addresses"]] == [  # type: ignore[index]
        ("+8613800000009", True), ("+8613800000001", False),
    ]  # fmt: skip
    assert {each["key"] for each in ann["records"]} == {"V1", "V3"}  # type: ignore[index]


def test_ledgers_show_what_is_ones_own(
    app: Flask, call: Caller, people: dict[str, str], document: Callable[..., Document], store: Store
) -> None:
    session = waits(call, document, "V1", store)
    call("PUT", "/privacy", {"numbers": []})
    desk = as_role(app, "desk")
    whole = call("GET", f"/sessions/{session}").json
    assert whole["vars"]["said"] == "angina 13800000001"  # type: ignore[index]
    seen = desk("GET", f"/sessions/{session}").json
    assert seen["vars"]["said"] == "••• 138****0001" and seen["contact"]["phone"] == "138****0001"  # type: ignore[index]
    assert "diagnosis" not in seen["record"] and seen["record"]["mobile"] == "138****0001"  # type: ignore[index]
    for address in ("journal", ""):
        said = desk("GET", f"/sessions/{session}/{address}").get_data(as_text=True)
        assert "angina" not in said and "13800000001" not in said
    ann = desk("GET", f"/contacts/{people['Ann']}").get_data(as_text=True)
    assert "angina" not in ann and "00000001" not in ann.replace("****", "")
    found = call("GET", f"/sessions?contact={people['Ann']}&record={whole['record_id']}").json["items"]  # type: ignore[index]
    assert [each["id"] for each in found] == [session]
    assert desk("GET", "/contacts?text=1380000").status_code == 403, "nor may he guess digit by digit"


def test_a_person_is_forgotten(
    app: Flask, call: Caller, people: dict[str, str], document: Callable[..., Document], store: Store
) -> None:
    hers, his = waits(call, document, "V1", store), waits(call, document, "V2", store)
    call("PATCH", "/records/visit/V1", {"ward": "ortho"})
    post(call, CHILD | {"visit_no": "V4", "patient_no": "P1"})
    call("PATCH", "/records/visit/V4", {"patient_no": "P2"})
    with store.begin() as connection:
        for session, peer, text in ((hers, "+8613800000001", "secret"), (None, "+8613800000009", "secret"), (None, "+8613800000001", "shared")):
            row = MessageRow(
                id=new_id(), direction="in", medium="sms", gateway="sms", sender=peer, receiver="1069", peer=peer, text=text,
                state="received", session_id=None if session is None else id_bytes(session),
            )  # fmt: skip
            add(connection, row)
        parts: Parts = app.extensions["callweave"]
        files = Files(parts.settings.folder_assets, "main")
        file = NewFile(sha256=files.put(b"what she said"), media_type="audio/wav", size=13)
        session_id = id_bytes(hers)
        assert session_id is not None and files.path(file.sha256).is_file()
        recordings.add(connection, session_id=session_id, leg="l", kind="speech", channels=1, file=file, at=1)
    address = f"/contacts/{people['Ann']}/erase"
    assert as_role(app, "desk")("POST", address, {}).status_code == 403
    assert call("POST", address, {}).status_code == 409, "a session with her goes on"
    serve(store)
    done = call("POST", address, {"reason": "as she asked"})
    assert done.status_code == 200, done.json
    counts: dict[str, int] = done.json["counts"]  # type: ignore[index]
    assert not files.path(file.sha256).exists()
    expected = {"record": 2, "session": 1, "message": 2, "recording": 1, "contact": 1, "contact_address": 2, "record_version": 2}
    assert {name: counts.get(name) for name in expected} == expected
    assert call("GET", f"/contacts/{people['Ann']}").status_code == 404
    assert call("GET", f"/sessions/{hers}").status_code == 404
    assert call("GET", f"/sessions/{his}").json["status"] == "waiting", "the child's goes on"  # type: ignore[index]
    assert "P1" not in everything(store) and "secret" not in everything(store) and "Ann" not in everything(store)
    assert "shared" in everything(store), "whose it is nobody can say"
    [receipt] = call("GET", "/erasures?key=P1").json["items"]  # type: ignore[index]
    assert receipt["reason"] == "as she asked" and "P1" not in str(receipt)
    assert call("GET", "/erasures?key=P2").json["items"] == []  # type: ignore[index]


def everything(store: Store) -> str:
    """All rows of all tables but the log of what flows there are."""
    found: list[Any] = []
    with store.read() as connection:
        for table in tenant.metadata.sorted_tables:
            if table.name not in ("flow", "version", "record_type", "idempotency"):
                found += [table.name, *map(tuple, connection.execute(sa.select(table)))]
    return "".join(each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each) for row in found for each in (row if isinstance(row, tuple) else (row,)))
