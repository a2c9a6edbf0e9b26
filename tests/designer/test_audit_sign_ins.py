"""Sign-ins in the audit log: noted with their account, whole as a chain, and not to be flooded by strangers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine.host.metrics import SIGN_INS_REFUSED
from engine.store import control
from tests.designer.conftest import KEY
from tests.designer.people import INVITED, PASSWORD, Person, code, joined, quick_hashes

Caller = Callable[..., Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


def noted(call: Caller, query: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The log from its beginning, without what was done before somebody came."""
    rows = call("GET", f"/audit?limit=200{query}").json["items"]
    chains = call("GET", "/audit/check").json["items"]
    assert all(each["whole"] for each in chains), chains
    return [(row["action"], row["detail"]) for row in reversed(rows) if row["action"] != "users.invite_user"]


def no_waits(app: Flask, **values: Any) -> None:
    with app.extensions["callweave"].stores.control.begin() as connection:
        connection.execute(control.failed_sign_in.update().values({"until": 0, **values}))


def test_who_comes_in_and_goes_is_noted_with_the_account_and_the_address(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    assert person("POST", "/sign-out").status_code == 204
    wrong = Person(app, "192.0.2.7")
    assert wrong.sign_in(password="wrong").status_code == 401
    assert wrong.sign_in().status_code == 200
    assert Person(app)("POST", "/sign-in", {"key": KEY}).status_code == 200
    assert noted(call) == [
        ("sign_in.password_by_link", {"link": "invitation", "tries": 0}),
        ("sign_in.signed_in", {"way": "password", "second": None, "tries": 0}),
        ("me.sign_out", {}),
        ("sign_in.failed", {"why": "password", "in_a_row": 1}),
        ("sign_in.signed_in", {"way": "password", "second": None, "tries": 2}),
        ("sign_in.signed_in", {"way": "key"}),
    ]
    mine = wrong("GET", "/me").json["user"]
    failed = call("GET", f"/audit?object={mine}&action=sign_in.failed").json["items"][0]
    assert (failed["by"]["name"], failed["address"], failed["log"]) == (INVITED["name"], "192.0.2.7", "platform")


def test_the_second_factor_and_the_password_are_noted_and_never_what_they_are(app: Flask, call: Caller) -> None:
    person = joined(app, call)
    secret = person("POST", "/me/second-factor", {"password": PASSWORD}).json["secret"]
    assert person("PUT", "/me/second-factor", {"code": "12"}).status_code == 422
    codes = person("PUT", "/me/second-factor", {"code": code(secret)}).json["recovery_codes"]
    second = Person(app)
    assert second.sign_in().json["next"] == "code"
    assert second("POST", "/sign-in/code", {"code": "1"}).status_code == 401
    assert second("POST", "/sign-in/code", {"code": codes[0]}).status_code == 200
    assert second("POST", "/me/password", {"password": PASSWORD, "new": PASSWORD + " in May"}).status_code == 204
    assert second("PUT", "/me/account", {"language": "zh-CN"}).status_code == 200
    rows = noted(call)
    assert [action for action, _ in rows[2:]] == [
        "sign_in.failed", "account.set_second_factor", "sign_in.failed", "sign_in.signed_in",
        "account.change_password", "account.put_account",
    ]  # fmt: skip
    assert rows[5][1] == {"way": "password", "second": "recovery code", "tries": 3}
    assert rows[7][1] == {"before": {"language": None}, "after": {"language": "zh-CN"}}
    written = repr(rows)
    assert not any(each in written for each in (secret, codes[0], PASSWORD))
    mine = second("GET", "/me").json["user"]
    assert len(noted(call, f"&object={mine}")) == len(rows), "each entry leads to the account"


def test_strangers_are_counted_and_do_not_let_the_log_grow(app: Flask, call: Caller) -> None:
    joined(app, call)
    before, unknown = len(noted(call)), SIGN_INS_REFUSED.labels("unknown")._value.get()
    for number in range(20):
        assert Person(app, f"192.0.2.{number}").sign_in(f"nobody{number}", "wrong").status_code == 401
        Person(app, f"192.0.2.{number}")("POST", "/sign-in", {"key": f"cw_{number}"})
    assert len(noted(call)) == before
    assert SIGN_INS_REFUSED.labels("unknown")._value.get() == unknown + 20
    for times in range(120):
        Person(app, f"198.51.100.{times}").sign_in(password="wrong")
        if times < 99:
            no_waits(app)
    rows = noted(call)[before:]
    assert [detail["in_a_row"] for _, detail in rows] == [1, 2, 3, 4, 5, 10, 20, 50, 100]
    assert [action for action, _ in rows] == ["sign_in.failed"] * 4 + ["sign_in.locked"] * 5
    assert rows[4][1] == {"why": "password", "in_a_row": 5, "waits_seconds": 30}
    assert rows[8][1] == {"why": "password", "in_a_row": 100, "for_good": True}
