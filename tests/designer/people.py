"""A person before the door, for tests: a browser of Flask's client with its cookie and its CSRF token."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask

from designer.access import passwords

PASSWORD = "quiet rivers carry barges"
INVITED = {"login": "li@ward.example", "name": "Li Ming", "role": "designer"}


def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of little effort; test_passwords.py has the real ones."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


class Person:
    """One browser."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.client = app.test_client()
        self.csrf = ""
        self._from = {"REMOTE_ADDR": address}

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.open(
            f"/api/v1{path}", method=method, json=body, headers={"X-CSRF-Token": self.csrf},
            environ_overrides=self._from, buffered=True,  # to its end: what is done when an answer has left is done
        )  # fmt: skip
        if answer.is_json and isinstance(answer.json, dict) and answer.json.get("csrf"):
            self.csrf = answer.json["csrf"]
        return answer

    def sign_in(self, login: str = INVITED["login"], password: str = PASSWORD, **more: Any) -> Any:
        return self("POST", "/sign-in", {"login": login, "password": password, **more})

    def is_in(self) -> bool:
        """Whether he is signed in."""
        return bool(self("GET", "/me").status_code == 200)


def token_of(link: str) -> str:
    page, _, token = link.partition("#")
    assert page == "/welcome"
    return token


def invite(call: Any, **changes: str) -> dict[str, Any]:
    answer = call("POST", "/users", INVITED | changes)
    assert answer.status_code == 201, answer.json
    return dict(answer.json)


def joined(app: Flask, call: Any, password: str = PASSWORD, **changes: str) -> Person:
    """Somebody who was invited, has chosen a password, and is in."""
    person = Person(app)
    token = token_of(invite(call, **changes)["link"])
    answer = person("POST", "/sign-in/link/use", {"token": token, "password": password})
    assert answer.status_code == 200, answer.json
    return person


def code(secret: str, steps: int = 0) -> str:
    """The app's code, of so many steps from now."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)
