"""The audit log: each change once, with its transaction, without secrets, in a chain that shows what was tampered with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from callweave.audit import checked
from designer.parts import Parts
from engine.host.settings import Settings
from engine.store import audit, keys, now_micros
from engine.store.audit_tables import audit_head, audit_log
from tests.designer.conftest import Caller, Document


def entries(call: Caller, query: str = "") -> list[dict[str, Any]]:
    answer = call("GET", f"/audit{query}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["items"]  # type: ignore[index]
    return found


def test_every_change_is_there_once_with_who_what_and_from_where(call: Caller, flow: str) -> None:
    assert call("PUT", "/privacy", {"numbers": ["operator"]}).status_code == 200
    assert call("POST", f"/flows/{flow}/pause", {}, Idempotency_Key="once").status_code == 200
    assert call("POST", f"/flows/{flow}/pause", {}, Idempotency_Key="once").status_code == 200
    assert call("GET", f"/flows/{flow}").status_code == 200
    assert call("POST", "/flows/check", {"callweave": 1, "name": "x", "nodes": {}}).status_code == 200
    assert call("DELETE", f"/flows/{flow}").status_code == 409, "what was refused is no change"
    nowhere = {"kind": "call", "number": "7009", "flow": "01a20000-0000-7000-8000-000000000000"}
    assert call("POST", "/triggers", nowhere).status_code == 422
    found = entries(call)
    assert [each["action"] for each in found] == ["flow_states.pause_flow", "privacy.put_privacy", "flows.create_flow"]
    pause = found[0]
    assert (pause["kind"], pause["object"], pause["address"]) == ("flows", flow, "127.0.0.1")
    assert pause["detail"] == {"before": {"state": "active"}, "after": {"state": "paused"}}
    assert (pause["by"]["name"], pause["by"]["role"], pause["by"]["kind"]) == ("bootstrap", "administrator", "key")
    assert [each["seq"] for each in found] == [3, 2, 1]


def test_a_secret_never_stands_in_it_and_a_change_shows_before_and_after(app: Flask, call: Caller, flow: str) -> None:
    made = call("POST", "/api-keys", {"name": "HIS", "role": "operator", "scopes": ["records.write"]}).json
    assert made is not None
    circle = {"roles": ["designer"], "people": []}
    assert call("PUT", f"/flows/{flow}/permissions", {"edit": circle}).status_code == 200
    trunk = {"name": "line", "kind": "registered", "host": "sip.example", "user": "u", "password": "very-secret-word"}
    call("POST", "/trunks", trunk)
    parts: Parts = app.extensions["callweave"]
    for store in (parts.stores.control, parts.stores.tenant("main")):
        with store.read() as connection:
            written = repr(connection.execute(sa.select(audit_log)).all())
        assert made["key"] not in written
        assert "very-secret-word" not in written
    kept, key = entries(call, "?kind=flows&limit=1")[0], entries(call, f"?object={made['id']}")[0]
    assert kept["detail"]["before"] == {"edit": None}
    assert "designer" in kept["detail"]["after"]["edit"]
    assert key["log"] == "platform"
    assert key["detail"]["after"]["name"] == "HIS"


def test_it_is_filtered_paged_and_exported(call: Caller, flow: str) -> None:
    for action in ("pause", "resume", "retire"):
        assert call("POST", f"/flows/{flow}/{action}", {}).status_code == 200
    call("POST", "/api-keys", {"name": '=HYPERLINK("evil")', "role": "auditor"})
    assert len(entries(call)) == 5
    first = call("GET", "/audit?limit=2").json
    rest = call("GET", f"/audit?limit=3&cursor={first['next']}").json  # type: ignore[index]
    seen = [each["id"] for each in first["items"] + rest["items"]]  # type: ignore[index]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert rest["next"] is None  # type: ignore[index]
    assert len(entries(call, f"?object={flow}&action=flow_states.retire_flow")) == 1
    assert entries(call, "?by=nobody") == []
    assert len(entries(call, "?since=2026-01-01T00:00:00Z")) == 5
    assert entries(call, "?until=2026-01-01T00:00:00Z") == []
    table = call("GET", "/audit.csv").get_data(as_text=True)
    assert table.startswith("\ufeffat,by,")
    assert len(table.splitlines()) == 6
    assert "audit" not in {each["kind"] for each in entries(call)}, "looking is no change"


def test_nothing_changes_it_through_the_product(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "/audit" in rule.rule]
    assert len(rules) == 3
    for rule in rules:
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}


def off_guard(connection: sa.Connection) -> None:
    """As one who may do everything with the database: the triggers that refuse changes are taken away first."""
    catalogue = sa.table("sqlite_master", sa.column("type"), sa.column("name"))
    for name in connection.scalars(sa.select(catalogue.c.name).where(catalogue.c.type == "trigger")).all():
        connection.execute(sa.text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize("harm", ["changed", "another flow's", "left out", "end cut off", "made anew"])
def test_tampering_is_found(app: Flask, call: Caller, settings: Settings, flow: str, harm: str) -> None:
    call("POST", f"/flows/{flow}/pause", {})
    call("POST", f"/flows/{flow}/resume", {})
    known = next(each for each in call("GET", "/audit/check").json["items"] if each["log"] == "organisation")  # type: ignore[index]
    assert (known["whole"], known["entries"]) == (True, 3)
    parts: Parts = app.extensions["callweave"]
    with parts.stores.tenant("main").begin() as connection:
        off_guard(connection)
        match harm:
            case "changed":
                connection.execute(audit_log.update().where(audit_log.c.seq == 2).values(actor_name="somebody else"))
            case "another flow's":
                connection.execute(audit_log.update().where(audit_log.c.seq == 2).values(flow_id=bytes(16)))
            case "left out":
                connection.execute(audit_log.delete().where(audit_log.c.seq == 2))
            case "end cut off":
                connection.execute(audit_log.delete().where(audit_log.c.seq == 3))
            case _:
                rows = audit.page(connection, "main", audit.Wanted(), before=None, limit=10)
                connection.execute(audit_log.delete())
                connection.execute(audit_head.delete())
                for row in reversed(rows):
                    fields = {name: getattr(row, name) for name in audit.Entry.__struct_fields__}
                    audit.append(connection, "main", audit.Entry(**fields | {"actor_name": "somebody else"}))
    note = f"organisation:3:{known['hash']}"
    lines, whole = checked(settings, "main", note)
    assert not whole
    assert any("organisation" in line for line in lines)
    if harm != "made anew":
        assert not checked(settings, "main", None)[1]


def test_a_failed_change_leaves_no_entry(app: Flask, call: Caller, flow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("engine.store.flow_state.set_settings", broken)
    assert call("PUT", f"/flows/{flow}/settings", {"live_per_contact": 3}).status_code == 500
    assert [each["action"] for each in entries(call)] == ["flows.create_flow"]


def test_whoever_may_not_read_it_does_not(app: Flask, document: Callable[..., Document]) -> None:
    parts: Parts = app.extensions["callweave"]
    with parts.stores.control.begin() as connection:
        for role in ("auditor", "operator"):
            keys.add(connection, f"key-of-{role}", tenant="main", name=role, role=role, at=now_micros())
    auditor, operator = (Caller(app.test_client(), f"key-of-{role}") for role in ("auditor", "operator"))
    assert auditor("GET", "/audit").status_code == 200
    assert operator("GET", "/audit").status_code == 403
    assert auditor("POST", "/flows", document()).status_code == 403
