"""The door: passwords, second factors, links, sessions that end, and tries that have to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from designer.access import passwords
from engine.host.settings import Settings
from engine.store import control, now_micros, users
from engine.store.times import SECOND
from tests.designer.people import INVITED, PASSWORD, Person, code, invite, joined, quick_hashes, token_of

Caller = Callable[..., Any]
WRONG = "The login or the password is not right."


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


def change(app: Flask, table: sa.Table, **values: Any) -> None:
    with app.extensions["callweave"].stores.control.begin() as connection:
        connection.execute(table.update().values(values))


def test_an_invitation_opens_once_and_the_password_from_then_on(app: Flask, call: Caller) -> None:
    made = invite(call)
    assert (made["state"], made["mailed"]) == ("invited", False)
    token, person = token_of(made["link"]), Person(app)
    seen = person("POST", "/sign-in/link", {"token": token}).json
    assert (seen["kind"], seen["login"], seen["name"], seen["shortest"]) == ("invitation", *list(INVITED.values())[:2], 15)
    short = person("POST", "/sign-in/link/use", {"token": token, "password": "too short"})
    assert (short.status_code, short.json["errors"][0]["path"]) == (422, "password")
    used = person("POST", "/sign-in/link/use", {"token": token, "password": PASSWORD, "name": "Li M."})
    assert used.json["csrf"]
    me = person("GET", "/me").json
    assert (me["name"], me["role"], me["tenant"], me["user"]) == ("Li M.", "designer", "main", made["id"])
    assert Person(app)("POST", "/sign-in/link/use", {"token": token, "password": PASSWORD}).status_code == 404
    assert Person(app)("POST", "/sign-in/link", {"token": token}).status_code == 404
    other = Person(app)
    assert other.sign_in(" LI@ward.example").json["csrf"]
    assert other("POST", "/sign-out").status_code == 204
    assert not other.is_in()
    assert person.is_in()


def test_a_link_ends_with_its_time_and_with_the_next_one(app: Flask, call: Caller) -> None:
    made = invite(call)
    again = call("POST", f"/users/{made['id']}/link").json
    assert again["kind"] == "invitation"
    look = {"token": token_of(made["link"])}
    assert Person(app)("POST", "/sign-in/link", look).status_code == 404
    look = {"token": token_of(again["link"])}
    assert Person(app)("POST", "/sign-in/link", look).status_code == 200
    change(app, control.user_link, ends_at=now_micros())
    assert Person(app)("POST", "/sign-in/link", look).status_code == 404


def test_whoever_is_refused_hears_the_same(app: Flask, call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    joined(app, call)
    gone = joined(app, call, login="gone@ward.example")
    mine = next(row["id"] for row in call("GET", "/users").json["items"] if row["login"] == "gone@ward.example")
    assert call("PUT", f"/users/{mine}", {"disabled": True}).status_code == 200
    assert not gone.is_in()
    invite(call, login="new@ward.example")
    verified: list[str | None] = []
    fits = passwords.fits

    def counted(kept: str | None, password: str) -> bool:
        verified.append(kept)
        return fits(kept, password)

    monkeypatch.setattr(passwords, "fits", counted)
    answers = []
    for login, password in (
        (INVITED["login"], "wrong"), ("gone@ward.example", PASSWORD), ("new@ward.example", PASSWORD), ("nobody", PASSWORD),
    ):  # fmt: skip
        verified.clear()
        answer = Person(app).sign_in(login, password)
        answers.append((answer.status_code, answer.json["detail"], len(verified)))
    assert answers == [(401, WRONG, 1)] * 4


def test_after_five_wrong_ones_the_next_has_to_wait_whoever_it_is(app: Flask, call: Caller) -> None:
    joined(app, call)
    for login in (INVITED["login"], "nobody@ward.example"):
        answers = [Person(app, "192.0.2.7").sign_in(login, "wrong").status_code for _ in range(6)]
        assert answers == [401] * 5 + [429]
    refused = Person(app).sign_in()
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 31
    change(app, control.failed_sign_in, until=0)
    assert Person(app).sign_in().status_code == 200
    assert Person(app).sign_in(password="wrong").status_code == 401, "counted anew after a success"


def test_at_the_hundredth_only_a_link_opens(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    Person(app).sign_in(password="wrong")
    change(app, control.failed_sign_in, times=99, until=0)
    Person(app, "192.0.2.8").sign_in(password="wrong")
    refused = Person(app, "192.0.2.9").sign_in()
    assert refused.status_code == 429
    assert "administrator" in refused.json["detail"]
    link = call("POST", f"/users/{person('GET', '/me').json['user']}/link").json
    assert link["kind"] == "reset"
    answer = Person(app)("POST", "/sign-in/link/use", {"token": token_of(link["link"]), "password": PASSWORD + "!"})
    assert answer.json["csrf"]
    assert not person.is_in(), "a reset ends the sessions of before"
    assert Person(app).sign_in(password=PASSWORD + "!").status_code == 200


def test_many_wrong_ones_from_one_address_have_to_wait(app: Flask) -> None:
    answers = [Person(app, "192.0.2.1").sign_in(f"nobody{n}", "x").status_code for n in range(31)]
    assert answers == [401] * 30 + [429]
    assert Person(app, "192.0.2.2").sign_in("nobody99", "x").status_code == 401


def set_up(person: Person) -> tuple[str, str, list[str]]:
    """The secret, the code that was used, and the recovery codes."""
    secret = person("POST", "/me/second-factor", {"password": PASSWORD}).json["secret"]
    used = code(secret)
    answer = person("PUT", "/me/second-factor", {"code": used})
    assert answer.status_code == 200, answer.json
    return secret, used, answer.json["recovery_codes"]


def test_a_second_factor_is_asked_for_and_each_code_is_taken_once(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    assert person("POST", "/me/second-factor", {"password": "wrong"}).status_code == 422
    begun = person("POST", "/me/second-factor", {"password": PASSWORD}).json
    assert begun["address"].startswith("otpauth://totp/Callweave:li%40ward.example?secret=")
    assert person("PUT", "/me/second-factor", {"code": "12"}).status_code == 422
    secret, used, recovery = set_up(person)
    assert len(set(recovery)) == 10
    account = person("GET", "/me/account").json
    assert (account["second_factor"], account["recovery_codes"], account["shortest"]) == (True, 10, 15)

    other = Person(app)
    assert other.sign_in().json == {
        "csrf": None, "next": "code", "tenants": [], "secret": None, "address": None, "recovery_codes": [],
    }  # fmt: skip
    assert not other.is_in(), "half way opens nothing"
    assert other("POST", "/sign-in/code", {"code": used}).status_code == 401, "used when it was set up"
    now = code(secret, 1)
    assert other("POST", "/sign-in/code", {"code": f"{now[:3]} {now[3:]}"}).status_code == 200
    assert other.is_in()
    late = Person(app)
    late.sign_in()
    assert late("POST", "/sign-in/code", {"code": now}).status_code == 401, "a code that somebody has seen"
    assert late("POST", "/sign-in/code", {"code": recovery[0].upper()}).status_code == 200
    last = Person(app)
    last.sign_in()
    assert last("POST", "/sign-in/code", {"code": recovery[0]}).status_code == 401, "once"
    assert person("GET", "/me/account").json["recovery_codes"] == 9


def test_a_known_password_gives_no_more_tries_at_codes(app: Flask, call: Caller) -> None:
    set_up(joined(app, call))
    answers = []
    for _ in range(3):
        person = Person(app)
        answers.append(person.sign_in().status_code)
        answers.append(person("POST", "/sign-in/code", {"code": "12"}).status_code)
    assert answers == [200, 401, 200, 401, 200, 429]


def test_an_administrator_may_require_a_second_factor_and_take_a_lost_one_away(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    assert call("PUT", "/sign-in-rules", {"second_factor_required": True}).status_code == 200
    other = Person(app)
    begun = other.sign_in().json
    assert (begun["next"], begun["csrf"]) == ("set_up", None)
    assert not other.is_in()
    done = other("POST", "/sign-in/set-up", {"code": code(begun["secret"])})
    assert len(done.json["recovery_codes"]) == 10
    assert other.is_in()
    assert other("POST", "/me/second-factor/remove", {"password": PASSWORD}).status_code == 409
    mine = other("GET", "/me").json["user"]
    assert call("DELETE", f"/users/{mine}/second-factor").status_code == 204
    assert not other.is_in()
    assert not person.is_in()
    assert call("PUT", "/sign-in-rules", {"second_factor_required": False}).status_code == 200
    assert Person(app).sign_in().json["csrf"]
    short = token_of(call("POST", f"/users/{mine}/link").json["link"])
    assert Person(app)("POST", "/sign-in/link", {"token": short}).json["shortest"] == 15


def test_sessions_are_listed_and_ended_one_by_one(app: Flask, call: Caller) -> None:
    first, second, third = joined(app, call), Person(app), Person(app)
    second.sign_in()
    third.sign_in(remember=True)
    rows = first("GET", "/me/sessions").json["items"]
    assert len(rows) == 3
    assert [row["current"] for row in rows].count(True) == 1
    theirs = second("GET", "/me/sessions").json["items"]
    ended = next(row["id"] for row in theirs if row["current"])
    assert first("DELETE", f"/me/sessions/{ended}").status_code == 204
    assert first("DELETE", f"/me/sessions/{ended}").status_code == 404
    assert (first.is_in(), second.is_in(), third.is_in()) == (True, False, True)
    assert first("DELETE", "/me/sessions").status_code == 204
    assert (first.is_in(), third.is_in()) == (True, False)
    mine = first("GET", "/me").json["user"]
    session = call("GET", f"/users/{mine}/sessions").json["items"][0]["id"]
    assert call("DELETE", f"/users/{mine}/sessions/{session}").status_code == 204
    assert not first.is_in()


def test_sessions_end_when_they_are_idle_and_at_their_end_in_any_case(app: Flask, call: Caller, settings: Settings) -> None:
    joined(app, call)
    idle, kept = Person(app), Person(app)
    idle.sign_in()
    kept.sign_in(remember=True)
    change(app, control.user_session, seen_at=now_micros() - settings.session_idle_minutes * 60 * SECOND)
    assert (idle.is_in(), kept.is_in()) == (False, True)
    change(app, control.user_session, ends_at=now_micros())
    assert not kept.is_in()


def test_signing_in_gives_a_new_session_and_ends_the_one_before(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    before = person.client.get_cookie("callweave").value  # type: ignore[union-attr]
    person.sign_in()
    assert person.is_in()
    person.client.set_cookie("callweave", before)
    assert not person.is_in()


def test_another_password_ends_the_other_sessions(app: Flask, call: Caller) -> None:
    person, other = joined(app, call), Person(app)
    other.sign_in()
    wrong = person("POST", "/me/password", {"password": "wrong", "new": PASSWORD + "!"})
    assert (wrong.status_code, wrong.json["errors"][0]["path"]) == (422, "password")
    weak = person("POST", "/me/password", {"password": PASSWORD, "new": "li@ward.example"})
    assert (weak.status_code, weak.json["errors"][0]["path"]) == (422, "new")
    assert person("POST", "/me/password", {"password": PASSWORD, "new": PASSWORD + "!"}).status_code == 204
    assert (person.is_in(), other.is_in()) == (True, False)
    assert Person(app).sign_in().status_code == 401


def test_one_login_in_two_organisations(app: Flask, call: Caller, other: Caller) -> None:
    joined(app, call)
    joined(app, other, role="auditor")
    person = Person(app)
    assert person.sign_in().json["tenants"] == ["main", "other"]
    assert not person.is_in()
    assert person.sign_in(tenant="other").json["csrf"]
    assert person("GET", "/me").json["role"] == "auditor"


def test_a_password_kept_with_less_effort_is_kept_anew(app: Flask, call: Caller) -> None:
    joined(app, call)
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD.encode())
    change(app, control.user_account, password=weak)
    assert Person(app).sign_in().status_code == 200
    with app.extensions["callweave"].stores.control.read() as connection:
        assert not passwords.is_dated(users.by_login(connection, INVITED["login"])[0].password or "")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/sign-in/set-up", "/sign-in/link/use", "/sign-in/forgotten"])
def test_another_site_cannot_come_in_for_us(app: Flask, path: str) -> None:
    body = {
        "/sign-in": {"login": "x", "password": "y"}, "/sign-in/link/use": {"token": "x", "password": "y"}, "/sign-in/forgotten": {"login": "x"},
    }.get(path, {"code": "1"})  # fmt: skip
    client = app.test_client()
    for origin, expected in (("https://evil.example", True), ("http://localhost", False)):
        answer = client.post(f"/api/v1{path}", json=body, headers={"Origin": origin})
        assert (answer.status_code == 403) is expected, answer.json
