"""Rights: every endpoint names one; every endpoint × role × another tenant's ids gives 401, 403 or 404 as it should."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from designer.access.rights import ADMINISTRATOR, DOOR, EVERY, RIGHTS, ROLES, acts_as, needed, rights_of
from designer.parts import Parts
from engine.store import id_text, keys, new_id, now_micros, tenant
from engine.store.databases import Store
from tests.designer.conftest import OTHER_KEY, Caller, Document
from tests.designer.openapi_calls import Operation, operations
from tests.designer.test_records import ANN, VISIT

DOORS = {
    "/", "/<page:path>", "/healthz", "/readyz", "/metrics", "/api/v1/docs", "/api/v1/openapi.json",
    "/api/v1/shared", "/api/v1/shared/counts", "/api/v1/connector/line", "/api/v1/connector/records",
    "/api/v1/inbound/<tenant>/<gateway>/<callback>", "/api/v1/inbound/<tenant>/<source>",
}  # fmt: skip
"""Where one comes in without a right; besides these, what stands below /sign-in and the pages of help."""
DOOR_PREFIXES = ("/api/v1/sign-in", "/help")
UPSERTS = {
    "/api/v1/calendars/{name}", "/api/v1/record-types/{type}", "/api/v1/lists/{name}", "/api/v1/gateways/{gateway}",
    "/api/v1/sources/{source}", "/api/v1/numbers/{number}", "/api/v1/simulated-callees/{number}",
}  # fmt: skip
"""Where PUT makes what is not there, under the same name in one's own house."""


def test_every_endpoint_names_a_right(app: Flask) -> None:
    unmarked, doors = [], set()
    for rule in app.url_map.iter_rules():
        right = needed(app.view_functions[rule.endpoint])
        if right is None:
            unmarked.append(f"{rule.rule} ({rule.endpoint})")
        elif right == DOOR:
            doors.add(rule.rule)
        else:
            assert right in EVERY
    assert unmarked == [], "write @needs(…) next to the route (designer/access/rights.py)"
    assert {door for door in doors if not door.startswith(DOOR_PREFIXES)} == DOORS


def test_the_table_is_whole() -> None:
    assert set(RIGHTS) == set(EVERY)
    assert rights_of(ADMINISTRATOR) == set(EVERY), "an administrator may everything"
    reading = {right for right in EVERY if right.endswith((".read", ".hear"))} | {"own"}
    assert rights_of("auditor") == reading, "an auditor sees everything and changes nothing"
    assert rights_of("doctor") == rights_of("operator"), "a name of one's own acts as an operator"
    assert rights_of("connector") == frozenset()
    assert rights_of("operator", frozenset({"records.write", "keys.manage"})) == {"records.write", "own"}
    assert acts_as("designer") == "designer"


@pytest.fixture
def theirs(app: Flask, other: Caller, document: Callable[..., Document]) -> dict[str, str]:
    """What the other tenant has: its ids, by the name that a path gives them."""
    found = {name: _id() for name in ("asset", "trigger", "session", "recording", "message", "letter", "fax", "bulk",
                                      "rehearsal", "member", "simulation", "erasure", "task", "user", "link")}  # fmt: skip
    found["flow"] = _made(other, "/flows", document())
    assert other("POST", f"/flows/{found['flow']}/publish", {}).status_code == 201
    found["trigger"] = _made(other, "/triggers", {"kind": "manual", "flow": found["flow"]})
    started = other("POST", f"/flows/{found['flow']}/start", {"contact": {"phone": "13800000009"}})
    found["session"] = started.json["session"]  # type: ignore[index]
    assert other("PUT", "/record-types/theirs", VISIT).status_code == 201
    assert other("POST", "/records/theirs", ANN).status_code == 200
    found |= {"type": "theirs", "key": ANN["visit_no"]}
    found["contact"] = other("GET", "/contacts").json["items"][0]["id"]  # type: ignore[index]
    assert other("PUT", "/lists/theirs", {"contacts": [{"phone": "13800000008"}]}).status_code == 201
    assert other("PUT", "/calendars/theirs", {"week": {"mon": [["08:00", "12:00"]]}}).status_code == 201
    found |= {"name": "theirs", "gateway": "theirs", "source": "theirs", "number": "1", "revision": "1"}
    found |= {"leg": "sim-other-x", "supervisor": _id(), "medium": "sms", "address": "13800000006"}
    barred = other("POST", "/do-not-contact", {"medium": "sms", "address": found["address"]})
    assert barred.status_code == 201
    campaign = {"name": "c", "flow": found["flow"], "audience": {"contacts": [{"phone": "13800000007"}]}}
    found["campaign"] = _made(other, "/campaigns", campaign)
    link = other("POST", f"/flows/{found['flow']}/links", {"name": "board"})
    found["link"] = link.json["id"]  # type: ignore[index]
    found["connector"] = _made(other, "/connectors", {"name": "agent"})
    made = other("POST", "/api-keys", {"name": "their key", "role": "operator"})
    found["key_id"] = made.json["id"]  # type: ignore[index]
    return found


def test_every_endpoint_for_every_role_with_ids_of_another_tenant(app: Flask, theirs: dict[str, str]) -> None:
    parts: Parts = app.extensions["callweave"]
    callers = {role: _caller(app, role) for role in ROLES}
    narrow, connector = _caller(app, ADMINISTRATOR, ["own"]), _caller(app, keys.CONNECTOR)
    stranger = app.test_client()
    before, wrong, asked = _content(parts.stores.tenant("other")), [], 0
    for one in operations(app):
        if one.right == DOOR:
            continue
        address = one.at(_values(one, theirs))
        data = None if one.body is None else json.dumps(one.body).encode()
        refused = [("nobody", stranger.open(f"/api/v1{address}", method=one.method, data=data).status_code, {401})]
        refused.append(("connector", connector(one.method, address, data).status_code, {403}))
        if one.right != "own":
            refused.append(("narrow key", narrow(one.method, address, data).status_code, {403}))
        for role, call in callers.items():
            if role not in RIGHTS[one.right]:  # type: ignore[index]
                refused.append((role, call(one.method, address, data).status_code, {403}))
                continue
            if one.method != "GET" and (not one.names or _is_upsert(one)):
                continue  # what is made by it is one's own
            answer = call(one.method, address, data)
            refused.append((role, answer.status_code, _may_answer(one)))
            leaked = [name for name, value in theirs.items() if len(value) == 36 and value in _told(answer, address)]
            if leaked:
                wrong.append(f"{role} {one.method} {address} tells of {leaked}")
        asked += len(refused)
        wrong += [f"{who} {one.method} {address}: {got}" for who, got, right in refused if got not in right]
    assert wrong == [], "\n".join(wrong)
    assert asked > 900
    assert _content(parts.stores.tenant("other")) == before, "the other tenant's database is as it was"


def _may_answer(one: Operation) -> set[int]:
    """What somebody may be told who has the right, where the ids are another's."""
    if not one.names:
        return {200, 404} if one.path.startswith("/api/v1/me/") else {200}  # a key has no account
    if one.method in ("GET", "DELETE"):
        return {404}
    return {404, 422, 428, 400}  # its body, or what it needs beside it, is looked at first


def _is_upsert(one: Operation) -> bool:
    return one.method == "PUT" and one.path in UPSERTS


def _values(one: Operation, theirs: dict[str, str]) -> dict[str, str]:
    """`key` is a record's key below /records, an API key's id below /api-keys."""
    return theirs | {"key": theirs["key_id"]} if "/api-keys/" in one.path else theirs


def _told(answer: Any, address: str) -> str:
    """What an answer says, without the address that a problem may repeat."""
    return str(answer.get_data(as_text=True)).replace(address, "")


def _made(call: Caller, path: str, body: Any) -> str:
    answer = call("POST", path, body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])  # type: ignore[index]


def _id() -> str:
    return id_text(new_id())


def _caller(app: Flask, role: str, scopes: list[str] | None = None) -> Caller:
    parts: Parts = app.extensions["callweave"]
    secret = keys.new_secret()
    with parts.stores.control.begin() as connection:
        keys.add(connection, secret, tenant="main", name=role, role=role, at=now_micros(), scopes=scopes)
    return Caller(app.test_client(), secret)


def _content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a tenant's database."""
    with store.read() as connection:
        return {table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
                for table in tenant.metadata.sorted_tables}  # fmt: skip


def test_a_key_of_a_tenant_opens_that_tenant_alone(app: Flask) -> None:
    other = Caller(app.test_client(), OTHER_KEY)
    assert other("GET", "/me").json["tenant"] == "other"  # type: ignore[index]
    assert set(other("GET", "/me").json["rights"]) == set(EVERY)  # type: ignore[index]
