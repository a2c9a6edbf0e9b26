"""One flow kept for a few, and looked at by a link that opens nothing else."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from designer.parts import Parts
from engine.store import flow_links, id_bytes, id_text, keys, now_micros
from tests.designer.conftest import Caller, Document


def key_of(app: Flask, role: str) -> tuple[str, Caller]:
    parts: Parts = app.extensions["callweave"]
    secret = keys.new_secret()
    with parts.stores.control.begin() as connection:
        made = keys.add(connection, secret, tenant="main", name=role, role=role, at=now_micros())
    return id_text(made), Caller(app.test_client(), secret)


def test_a_flow_is_kept_for_those_who_are_named(
    app: Flask, call: Caller, flow: str, document: Callable[..., Document]
) -> None:
    (mine, ann), (_, ben) = key_of(app, "designer"), key_of(app, "designer")
    circle = {"roles": [], "people": [mine]}
    body = {"edit": circle, "publish": circle, "follow": circle}
    assert call("PUT", f"/flows/{flow}/permissions", body).json == body
    assert mine in {each["id"] for each in call("GET", f"/flows/{flow}/people").json["items"]}  # type: ignore[index]
    started = call("POST", f"/flows/{flow}/publish", {})
    assert started.status_code == 201
    session = call("POST", f"/flows/{flow}/start", {"contact": {"phone": "13800000001"}}).json["session"]  # type: ignore[index]
    for who, status in ((ann, 200), (ben, 403), (call, 200)):
        assert who("PUT", f"/flows/{flow}/draft", document(), If_Match="*").status_code == status
        assert who("GET", f"/flows/{flow}").json["may"]["edit"] is (status == 200), "the drawing is not hidden"
        assert who("GET", "/flows").json["items"][0]["may"]["publish"] is (status == 200)
    assert ann("POST", f"/flows/{flow}/publish", {}).status_code == 201
    assert ben("POST", f"/flows/{flow}/publish", {}).status_code == 403
    assert ben("POST", "/triggers", {"kind": "manual", "flow": flow}).status_code == 403
    assert ben("PUT", f"/flows/{flow}/permissions", {}).status_code == 403, "who is kept out does not let himself in"
    assert ben("GET", f"/flows/{flow}/links").status_code == 403
    _, operator = key_of(app, "operator")
    for method, path in (("GET", ""), ("GET", "/journal"), ("POST", "/cancel"), ("GET", "/scenario")):
        assert operator(method, f"/sessions/{session}{path}").status_code == 403, path
    assert operator("POST", "/sessions/cancel", {"flow": flow}).status_code == 403
    assert operator("POST", "/sessions/cancel", {"all": True}).status_code == 403
    assert call("GET", f"/sessions/{session}").status_code == 200
    assert ann("GET", f"/sessions/{session}").status_code == 200
    assert call("PUT", f"/flows/{flow}/permissions", {}).status_code == 200
    assert ben("PUT", f"/flows/{flow}/draft", document(), If_Match="*").status_code == 200
    wrong = call("PUT", f"/flows/{flow}/permissions", {"edit": {"roles": ["king"], "people": ["x"]}}).json
    assert {each["path"] for each in wrong["errors"]} == {"edit.roles", "edit.people"}  # type: ignore[index]


def test_rehearsals_and_the_audit_log_tell_of_a_kept_flow_to_those_who_may_follow_it(
    app: Flask, call: Caller, flow: str, document: Callable[..., Document]
) -> None:
    """By the flow's own address, by what belongs to it, and by what only its body names; a link's stands in the platform's log."""
    open_flow = call("POST", "/flows", document(name="Open")).json["id"]  # type: ignore[index]
    (mine, ann), (_, ben) = key_of(app, "auditor"), key_of(app, "auditor")
    (_, kim), (_, planner) = key_of(app, "operator"), key_of(app, "operator")
    asked = {"people": {"count": 5}}
    rehearsals = [call("POST", "/campaigns/rehearse", asked | {"flow": each}).json["id"] for each in (flow, open_flow)]  # type: ignore[index]
    free = planner("POST", "/campaigns/rehearse", asked).json["id"]  # type: ignore[index]
    assert ben("GET", f"/rehearsals/{rehearsals[0]}").status_code == 200
    assert call("PUT", f"/flows/{flow}/permissions", {"follow": {"roles": [], "people": [mine]}}).status_code == 200
    assert call("POST", f"/flows/{flow}/publish", {}).status_code == 201
    assert call("POST", f"/flows/{flow}/links", {"name": "board"}).status_code == 201
    trigger = call("POST", "/triggers", {"kind": "manual", "flow": flow}).json["id"]  # type: ignore[index]
    assert call("DELETE", f"/triggers/{trigger}").status_code == 204
    campaign = call(
        "POST", "/campaigns", {"name": "c", "flow": flow, "audience": {"contacts": [{"phone": "13800000007"}]}}
    )
    assert campaign.status_code == 201

    everything = {*rehearsals, free}
    for who, shown in ((ann, everything), (call, everything), (ben, everything - {rehearsals[0]})):
        assert {each["id"] for each in who("GET", "/rehearsals").json["items"]} == shown  # type: ignore[index]
        for each in everything:
            assert who("GET", f"/rehearsals/{each}").status_code == (200 if each in shown else 403)
    named = call("GET", f"/flows/{flow}").json["name"]  # type: ignore[index]
    for named_so in (flow, named):
        assert kim("POST", "/campaigns/rehearse", asked | {"flow": named_so}).status_code == 403

    told = {who: who("GET", "/audit?limit=100").json["items"] for who in (ann, ben, call)}  # type: ignore[index]
    assert told[ann] == told[call]
    about = [each["action"] for each in told[ann] if each["flow"] == flow]
    assert set(about) == {
        "flows.create_flow", "rehearsals.rehearse_campaign", "flow_sharing.put_permissions", "versions.publish_flow",
        "flow_sharing.create_link", "triggers.create_trigger", "triggers.delete_trigger", "campaigns.create_campaign",
    }  # fmt: skip
    assert [each for each in told[ann] if each["flow"] != flow] == told[ben], "and the rest is told to everybody"
    assert {each["flow"] for each in told[ben]} == {None, open_flow}
    assert flow not in ben("GET", "/audit.csv").get_data(as_text=True)
    assert flow in ann("GET", "/audit.csv").get_data(as_text=True)
    assert all(each["whole"] for each in ben("GET", "/audit/check").json["items"])  # type: ignore[index]


def test_a_link_shows_the_drawing_and_counts_and_opens_nothing_else(
    app: Flask, call: Caller, document: Callable[..., Document]
) -> None:
    nodes = {
        "call": {"type": "call", "name": "Call", "config": {"to": "+8613812345678"}, "outlets": {"answered": "bye"}},
        "bye": {"type": "hang_up", "outlets": {}},
    }
    drawn = document(start="call", nodes=nodes, notes=[{"text": "Ask Ms Wang, 13800000001", "at": [0, 0]}])
    flow = call("POST", "/flows", drawn).json["id"]  # type: ignore[index]
    made = call("POST", f"/flows/{flow}/links", {"name": "board", "days": 7}).json
    assert made is not None
    token = made["path"].removeprefix("/shared#")
    guest = Caller(app.test_client(), token)
    answer = guest("GET", "/shared")
    assert answer.status_code == 200
    shown = answer.get_data(as_text=True)
    assert "13812345678" not in shown
    assert "Ms Wang" not in shown
    assert answer.json["document"]["nodes"]["call"] == {"type": "call", "name": "Call", "outlets": {"answered": "bye"}}  # type: ignore[index]
    assert {each["id"] for each in answer.json["nodes"]["call"]["outlets"]} >= {"answered", "busy"}  # type: ignore[index]
    assert guest("GET", "/shared/counts").json["counts"] == {}  # type: ignore[index]
    for rule in app.url_map.iter_rules():
        path = rule.rule.removeprefix("/api/v1").replace("<flow>", flow)
        if rule.rule.startswith("/api/v1/flows") and "<" not in path:
            assert guest("GET", path).status_code in (401, 405), path
    assert guest("GET", "/me").status_code == 401
    assert guest("GET", "/sessions").status_code == 401
    listed = call("GET", f"/flows/{flow}/links").json["items"]  # type: ignore[index]
    assert [each["name"] for each in listed] == ["board"]
    assert listed[0]["used_at"] is not None
    assert token not in call("GET", f"/flows/{flow}/links").get_data(as_text=True)
    assert call("DELETE", f"/flows/{flow}/links/{made['id']}").status_code == 204
    assert guest("GET", "/shared").status_code == 401
    assert call("DELETE", f"/flows/{flow}/links/{made['id']}").status_code == 404


def test_a_link_ends_with_its_time_and_with_its_flow(app: Flask, call: Caller, flow: str) -> None:
    parts: Parts = app.extensions["callweave"]
    identity = id_bytes(flow)
    assert identity is not None
    for secret, ends in (("cwl_over", now_micros() - 1), ("cwl_lasts", now_micros() + 10**9)):
        with parts.stores.control.begin() as connection:
            flow_links.add(
                connection, secret, tenant="main", flow_id=identity, name="", made_by="x", at=0, expires_at=ends
            )
    assert Caller(app.test_client(), "cwl_over")("GET", "/shared").status_code == 401
    assert Caller(app.test_client(), "cwl_lasts")("GET", "/shared").status_code == 200
    assert call("POST", f"/flows/{flow}/retire", {}).status_code == 200
    assert call("DELETE", f"/flows/{flow}").status_code == 204
    assert Caller(app.test_client(), "cwl_lasts")("GET", "/shared").status_code == 404


def test_guessing_links_is_slowed(app: Flask) -> None:
    client = app.test_client()
    found = [client.get("/api/v1/shared", headers={"Authorization": f"Bearer cwl_{n}"}).status_code for n in range(12)]
    assert found == [401] * 10 + [429] * 2
