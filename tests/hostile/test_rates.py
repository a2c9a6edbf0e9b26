"""Too many requests are refused, by key and by address, with the time after which one may ask again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from designer.access.rates import SECONDS
from designer.app import create_app
from engine.host.settings import Settings
from tests.databases import prepare

KEY = "bootstrap-key-of-main"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Two requests a second for a key, three for an address."""
    settings = Settings(
        data=tmp_path / "data", bootstrap_key=KEY, redis_url=f"unix://{tmp_path}/none", rate_per_key=2, rate_per_address=3
    )
    prepare(settings)
    made = create_app(settings, live_queue=False)
    yield made
    made.extensions["callweave"].stores.close()


def ask(app: Flask, times: int, address: str, key: str | None = KEY, path: str = "/api/v1/me") -> list[Any]:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    client = app.test_client()
    return [client.get(path, headers=headers, environ_overrides={"REMOTE_ADDR": address}) for _ in range(times)]


def test_a_key_and_an_address_have_their_measure(app: Flask) -> None:
    # a window may end between two requests: of two windows' worth at least one is refused
    answers = ask(app, 4 * SECONDS + 1, "192.0.2.1")
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and answers[0].status_code == 200
    assert refused[0].content_type == "application/problem+json" and "Too many requests" in refused[0].json["detail"]
    assert 1 <= int(refused[0].headers["Retry-After"]) <= SECONDS
    assert {answer.status_code for answer in answers} == {200, 429}


def test_an_address_is_counted_whoever_it_says_it_is(app: Flask) -> None:
    seen = {answer.status_code for n in range(6 * SECONDS + 1) for answer in ask(app, 1, "192.0.2.2", f"cw_{n}")}
    assert seen == {401, 429}
    assert ask(app, 1, "192.0.2.3")[0].status_code == 200
    spoofed = app.test_client().get(
        "/api/v1/me", headers={"X-Forwarded-For": "198.51.100.1"}, environ_overrides={"REMOTE_ADDR": "192.0.2.2"}
    )
    assert spoofed.status_code in (401, 429)


def test_a_network_of_ipv6_is_one_customer(app: Flask) -> None:
    addresses = [f"2001:db8:1:2::{n:x}" for n in range(6 * SECONDS + 1)]
    assert 429 in {ask(app, 1, address, None)[0].status_code for address in addresses}
    assert ask(app, 1, "2001:db8:1:3::1", None)[0].status_code == 401


def test_pages_are_not_counted(app: Flask) -> None:
    assert {answer.status_code for answer in ask(app, 7 * SECONDS, "192.0.2.4", None, "/healthz")} == {200}
