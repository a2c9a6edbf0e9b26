"""`/users`: who may be changed, and that an organisation keeps somebody who can let others in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from designer.access import passwords
from tests.designer.people import INVITED, Person, invite, joined

Caller = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of little effort; test_passwords.py has the real ones."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


def test_users_are_listed_by_name_page_by_page(call: Caller) -> None:
    for number in (2, 0, 1):
        invite(call, login=f"{number}@ward.example", name=f"Nurse {number}")
    first = call("GET", "/users?limit=2").json
    rest = call("GET", f"/users?limit=2&cursor={first['next']}").json
    assert [row["name"] for row in first["items"] + rest["items"]] == ["Nurse 0", "Nurse 1", "Nurse 2"]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("changes", "status", "path"),
    [
        ({"role": "connector"}, 422, "role"),
        ({"role": "Chief"}, 422, "role"),
        ({"name": "  "}, 422, "name"),
        ({"login": "a b"}, 422, "login"),
        ({"language": "fr"}, 422, "language"),
        ({"login": "LI@ward.example"}, 409, "login"),
    ],
)
def test_whom_one_cannot_invite(call: Caller, changes: dict[str, str], status: int, path: str) -> None:
    invite(call)
    answer = call("POST", "/users", INVITED | {"login": "new@ward.example"} | changes)
    assert (answer.status_code, answer.json["errors"][0]["path"]) == (status, path)


def test_another_role_ends_the_sessions_and_holds_from_the_next_one(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    mine = person("GET", "/me").json["user"]
    assert person("GET", "/users").status_code == 403
    assert call("PUT", f"/users/{mine}", {"role": "auditor", "name": "Li"}).json["role"] == "auditor"
    assert not person.is_in()
    assert person.sign_in().status_code == 200
    assert person("GET", "/me").json["role"] == "auditor"
    assert call("PUT", f"/users/{mine}", {"login": "7041"}).json["login"] == "7041"
    assert person.is_in(), "another login is no reason to begin anew"
    assert Person(app).sign_in("7041").status_code == 200


def test_an_organisation_keeps_an_administrator(app: Flask, call: Caller) -> None:
    chief = joined(app, call, role="administrator")
    mine = chief("GET", "/me").json["user"]
    for body in ({"role": "designer"}, {"disabled": True}):
        assert call("PUT", f"/users/{mine}", body).status_code == 409, "the last one"
    assert call("DELETE", f"/users/{mine}").status_code == 409
    other = joined(app, call, login="second@ward.example", role="administrator")
    assert chief("PUT", f"/users/{mine}", {"disabled": True}).status_code == 409, "not to oneself"
    assert other("PUT", f"/users/{mine}", {"disabled": True}).json["state"] == "disabled"
    assert not chief.is_in()
    assert other("DELETE", f"/users/{mine}").status_code == 204
    assert other("GET", f"/users/{mine}").status_code == 404


def test_nobody_reaches_the_users_of_another_organisation(app: Flask, call: Caller, other: Caller) -> None:
    person = joined(app, call)
    mine = person("GET", "/me").json["user"]
    session = person("GET", "/me/sessions").json["items"][0]["id"]
    for method, path in (
        ("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/link"), ("DELETE", "/second-factor"), ("GET", "/sessions"),
        ("DELETE", "/sessions"), ("DELETE", f"/sessions/{session}"),
    ):  # fmt: skip
        assert other(method, f"/users/{mine}{path}", {} if method == "PUT" else None).status_code == 404, path
    assert person.is_in()
    stranger = joined(app, other, login="stranger@ward.example")
    assert stranger("DELETE", f"/me/sessions/{session}").status_code == 404


def test_a_key_has_no_account_and_without_mail_none_is_sent(app: Flask, call: Caller) -> None:
    assert call("GET", "/me/account").status_code == 404
    assert call("POST", "/me/password", {"password": "x", "new": "y"}).status_code == 404
    assert Person(app)("POST", "/sign-in/forgotten", {"login": "x"}).status_code == 404
    ways = Person(app)("GET", "/sign-in").json
    assert ways == {"openid": [], "mail": False, "hours": 12, "began": False}
    joined(app, call)
    assert Person(app)("GET", "/sign-in").json["began"]
