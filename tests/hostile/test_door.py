"""Round the door: waits that a header would end, codes of another time, links used twice at once, fields that nobody gave, files and tables."""

from __future__ import annotations

import inspect
import io
import threading
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel

from designer.access.identity import Who
from designer.api import campaign_people
from designer.live.looking import granted
from engine.store import control, now_micros
from engine.store.attempts import AttemptRow
from tests.designer.conftest import KEY
from tests.designer.people import PASSWORD, Person, code, invite, joined, quick_hashes, token_of
from tests.hostile.test_requests import FLOW

EVIL = "evil.example"


@pytest.fixture(autouse=True)
def quick(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashes of little effort; and of one test's users and wrong tries nothing is left for the next."""
    quick_hashes(monkeypatch)
    yield
    with app.extensions["callweave"].stores.control.begin() as connection:
        for name in ("failed_sign_in", "user_link", "recovery_code", "user_session", "external_identity", "user_account"):
            connection.execute(control.metadata.tables[name].delete())


# --- signing in


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "X-Client-IP", "True-Client-IP"])
def test_no_header_makes_another_address_of_ones_own(app: Flask, header: str) -> None:
    """Thirty tries from an address are free, whatever it says of itself with each."""
    answers = []
    for number in range(31):
        written = f"for=198.51.100.{number}" if header == "Forwarded" else f"198.51.100.{number}"
        asked = {"json": {"login": f"nobody{number}", "password": "x"}, "headers": {header: written}}
        answers.append(app.test_client().post("/api/v1/sign-in", **asked, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code)  # type: ignore[arg-type]
    assert answers == [401] * 30 + [429]


@pytest.mark.parametrize("steps", [-3, 5, 1000])
def test_a_code_is_good_for_its_own_half_minute_and_the_one_beside_it(app: Flask, call: Any, steps: int) -> None:
    person = joined(app, call)
    secret = person("POST", "/me/second-factor", {"password": PASSWORD}).json["secret"]
    assert person("PUT", "/me/second-factor", {"code": code(secret)}).status_code == 200
    other = Person(app)
    other.sign_in()
    assert other("POST", "/sign-in/code", {"code": code(secret, steps)}).status_code == 401
    assert not other.is_in()
    assert other("POST", "/sign-in/code", {"code": code(secret, 1)}).status_code == 200


def test_a_link_that_is_used_by_many_at_once_lets_one_in(app: Flask, call: Any) -> None:
    token, together, statuses = token_of(invite(call)["link"]), threading.Barrier(6), []

    def use(number: int) -> None:
        person = Person(app)
        together.wait(30)
        statuses.append(person("POST", "/sign-in/link/use", {"token": token, "password": f"{PASSWORD} {number}"}).status_code)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [200] + [404] * 5


def test_a_new_password_by_a_link_asks_for_the_second_factor_all_the_same(app: Flask, call: Any) -> None:
    person = joined(app, call)
    secret = person("POST", "/me/second-factor", {"password": PASSWORD}).json["secret"]
    assert person("PUT", "/me/second-factor", {"code": code(secret)}).status_code == 200
    user = person("GET", "/me").json["user"]
    link = call("POST", f"/users/{user}/link").json
    thief = Person(app)
    used = thief("POST", "/sign-in/link/use", {"token": token_of(link["link"]), "password": f"{PASSWORD} anew"})
    assert used.json["next"] == "code" and not thief.is_in()
    assert not person.is_in(), "and whoever was in is out"


def test_a_cookie_goes_to_nobody_else(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/sign-in", json={"key": KEY})
    written = [part.strip() for part in answer.headers["Set-Cookie"].split(";")]
    assert "HttpOnly" in written and "SameSite=Lax" in written and "Path=/" in written
    assert not [part for part in written if part.startswith("Domain")], "no other host of our domain is sent it"


def test_a_narrowed_key_looks_at_no_more_by_a_socket(app: Flask, call: Any) -> None:
    flow = call("POST", "/flows", FLOW).json["id"]
    narrow, wide = (Who(key=bytes(16), tenant="main", role="administrator", name="k", scopes=scopes) for scopes in (
        frozenset({"records.write"}), frozenset({"sessions.read", "flows.edit", "campaigns.read"}),
    ))  # fmt: skip
    with app.test_request_context():
        for message in ({"flow": flow}, {"drawing": flow}, {"conferences": True}):
            assert granted(narrow, message) is None, message
            assert granted(wide, message) is not None, message


# --- what is sent and served


def models(of: Any) -> Iterator[type[BaseModel]]:
    """A body's model, and all that stand in it."""
    if isinstance(of, type) and issubclass(of, BaseModel):
        yield of
        for field in of.model_fields.values():
            yield from models(field.annotation)
    else:
        for part in typing.get_args(of):
            yield from models(part)


def test_no_body_takes_a_field_that_it_does_not_name(app: Flask) -> None:
    """Nobody makes himself an administrator by a field beside those that are meant."""
    for_templates = {"ContactBody", "Named"}  # a contact's further fields are what templates say of him, and nothing else
    looked_at, open_ones = 0, set()
    for name, view in app.view_functions.items():
        body = inspect.signature(inspect.unwrap(view), eval_str=True).parameters.get("body")
        for model in () if body is None else models(body.annotation):
            looked_at += 1
            if model.model_config.get("extra") != "forbid" and model.model_fields and model.__name__ not in for_templates:
                open_ones.add(f"{name}: {model.__name__}")
    assert looked_at > 50
    assert open_ones == set()


def test_what_is_private_is_kept_by_no_browser_and_shown_as_no_page(app: Flask, call: Any) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    client = app.test_client()
    for number, content in enumerate((b"<html><script>alert(1)</script>", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>', b"%PDF-1.7 x")):
        given = {"file": (io.BytesIO(content), "a.svg"), "name": f"kept by nobody {number}"}
        made = client.post("/api/v1/assets", data=given, headers=headers, content_type="multipart/form-data").json
        back = client.get(f"/api/v1/assets/{made['id']}/content", headers=headers)  # type: ignore[index]
        assert back.headers["Cache-Control"] == "no-store" and back.headers["X-Content-Type-Options"] == "nosniff"
        assert back.headers["Content-Disposition"].startswith("attachment") and "svg" not in back.content_type
    for path in ("/audit.csv", "/me", "/openapi.json", "/flows"):
        assert call("GET", path).headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("name", ['a"; filename="b.exe', "a\r\nSet-Cookie: x=1", "../../x", "中文;\u202egpj.exe", "a\\b/c"])
def test_a_flows_name_writes_no_header(app: Flask, call: Any, name: str) -> None:
    made = call("POST", "/flows", FLOW | {"name": name})
    if made.status_code != 201:
        assert made.status_code in (400, 422)
        return
    back = call("GET", f"/flows/{made.json['id']}/export?edition=draft")
    assert back.status_code == 200, back.text
    written = back.headers["Content-Disposition"]
    assert written.count("filename=") == 1 and written.count('"') == 2 and "Set-Cookie" not in back.headers
    assert not {"/", "\\", "\r", "\n", "\u202e"} & set(written.replace("UTF-8''", ""))


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_no_table_of_ours_has_a_formula(app: Flask, call: Any, beginning: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the audit log's a name that an administrator gave; in a campaign's ledger an outcome that a flow's author wrote."""
    formula = f"{beginning}HYPERLINK(1)"
    assert call("POST", "/api-keys", {"name": formula, "role": "auditor"}).status_code in (201, 422)
    assert call("PUT", "/privacy", {"numbers": ["operator"]}).status_code in (200, 204)
    for line in call("GET", "/audit.csv").text.splitlines():
        assert not any(cell.startswith(formula) for cell in line.split(","))
    values: dict[str, Any] = dict.fromkeys(AttemptRow.__struct_fields__) | {
        "session_id": bytes(16), "member_id": bytes(16), "number": 1, "called": f"{formula}@x.example", "at": now_micros(),
        "outcome": formula, "fate": "answered", "cause": formula,
    }  # fmt: skip
    monkeypatch.setattr("engine.store.attempts.page", lambda *_, **__: [AttemptRow(**values)])

    class Whole:
        """Sees every number."""

        def address(self, written: str) -> str:
            return written

    table = "".join(campaign_people._lines(app.extensions["callweave"].stores.tenant("main"), bytes(16), Whole()))  # type: ignore[arg-type]
    cells = [cell.strip('"') for cell in table.split("\r\n")[1].split(",")]
    assert f"'{formula}" in table and not [cell for cell in cells if cell.startswith(formula)]
