"""Who may come in: keys, cookies with their token, other sites, wrong keys, headers."""

from __future__ import annotations

import stat
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from designer.app import create_app
from engine.host.settings import Settings
from engine.store import keys, now_micros
from tests.designer.conftest import KEY

Caller = Callable[..., Any]
BEARER = {"Authorization": f"Bearer {KEY}"}


def test_without_a_key_nobody_comes_in(app: Flask) -> None:
    client = app.test_client()
    for path in ("/flows", "/node-types", "/sessions", "/me", "/calls", "/triggers"):
        answer = client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    for wrong in ("Bearer nonsense", "Bearer", "Basic Zm9v", "", f"Bearer {KEY}x"):
        assert client.get("/api/v1/flows", headers={"Authorization": wrong}).status_code == 401


def test_a_cookie_needs_its_token_to_change_something(app: Flask, document: Callable[..., Any]) -> None:
    client = app.test_client()
    signed_in = client.post("/api/v1/sign-in", json={"key": KEY})
    assert signed_in.status_code == 200
    cookie = signed_in.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    me = client.get("/api/v1/me").json
    assert (me["tenant"], me["role"], me["csrf"]) == ("main", "administrator", signed_in.json["csrf"])
    assert client.get("/api/v1/flows").status_code == 200
    for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "ü"}):
        assert client.post("/api/v1/flows", json=document(), headers=headers).status_code == 403
    token = {"X-CSRF-Token": me["csrf"]}
    assert client.post("/api/v1/flows", json=document(), headers=token).status_code == 201
    assert client.post("/api/v1/sign-out", headers=token).status_code == 204
    assert client.get("/api/v1/me").status_code == 401


def test_a_revoked_key_ends_its_sessions(app: Flask) -> None:
    stores = app.extensions["callweave"].stores
    with stores.control.begin() as connection:
        identity = keys.add(connection, "short-lived", tenant="main", name="x", role="administrator", at=now_micros())
    client = app.test_client()
    assert client.post("/api/v1/sign-in", json={"key": "short-lived"}).status_code == 200
    assert client.get("/api/v1/flows").status_code == 200
    with stores.control.begin() as connection:
        keys.revoke(connection, identity, at=now_micros())
    assert client.get("/api/v1/flows").status_code == 401


def test_a_forged_cookie_opens_nothing(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("callweave", "eyJrZXkiOiJ4In0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert client.get("/api/v1/flows").status_code == 401


def test_another_site_cannot_sign_us_in(app: Flask) -> None:
    client = app.test_client()
    for origin, status in (("https://evil.example", 403), ("null", 403), ("http://localhost", 200)):
        answer = client.post("/api/v1/sign-in", json={"key": KEY}, headers={"Origin": origin})
        assert answer.status_code == status


def test_wrong_keys_are_counted_and_right_ones_are_not(app: Flask) -> None:
    client = app.test_client()
    for _ in range(12):
        assert client.post("/api/v1/sign-in", json={"key": KEY}).status_code == 200
    answers = [client.post("/api/v1/sign-in", json={"key": f"wrong{n}"}).status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    refused = client.post("/api/v1/sign-in", json={"key": KEY})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")


@pytest.mark.parametrize("body", [{}, {"key": ""}, {"key": 7}, {"key": "x", "name": "y"}, []])
def test_a_wrong_sign_in_is_refused(app: Flask, body: Any) -> None:
    assert app.test_client().post("/api/v1/sign-in", json=body).status_code == 422


def test_the_cookies_secret_is_kept_and_private(app: Flask, settings: Settings) -> None:
    path = settings.data / "web.secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() == app.config["SECRET_KEY"]
    assert create_app(settings, live_queue=False).config["SECRET_KEY"] == app.config["SECRET_KEY"]


def test_behind_a_proxy_cookies_are_secure_and_only_the_proxy_is_believed(settings: Settings, app: Flask) -> None:
    behind = create_app(settings.model_copy(update={"trusted_proxy": "10.0.0.0/8"}), live_queue=False)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "call.example"}
    client = behind.test_client()
    trusted = client.post(
        "/api/v1/sign-in", json={"key": KEY}, headers=forwarded, environ_overrides={"REMOTE_ADDR": "10.1.2.3"}
    )
    assert "Secure" in trusted.headers["Set-Cookie"]
    assert trusted.headers["Strict-Transport-Security"]
    stranger = client.get("/healthz", headers=forwarded, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert "Strict-Transport-Security" not in stranger.headers


def test_every_answer_says_what_a_page_may_load(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/healthz", "/api/v1/flows", "/assets/main-abc123.js", "/api/v1/docs"):
        headers = client.get(path).headers
        assert "script-src 'self';" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_pages_are_served_with_a_fresh_nonce(app: Flask) -> None:
    client = app.test_client()
    first, second = client.get("/"), client.get("/flows/some-id/edit")
    assert first.status_code == second.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"
    nonces = [page.text.split('content="')[1].split('"')[0] for page in (first, second)]
    assert nonces[0] != nonces[1]
    assert f"'nonce-{nonces[0]}'" in first.headers["Content-Security-Policy"]
    asset = client.get("/assets/main-abc123.js")
    assert "immutable" in asset.headers["Cache-Control"]
    for missing in ("/assets/none.js", "/../secret", "/api/none", "/%2e%2e/web.secret"):
        assert client.get(missing).status_code == 404, missing


def test_pages_that_are_not_built_say_so(settings: Settings, app: Flask) -> None:
    bare = create_app(settings, pages_folder=settings.data / "none", live_queue=False)
    answer = bare.test_client().get("/")
    assert answer.status_code == 503
    assert "make install" in answer.text


def test_alive_and_not_ready_without_redis_and_engine(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"]["database"] == "ready"
    assert answer.json["parts"]["redis"].startswith("not ready")
    assert answer.json["parts"]["engine"] == "not ready: no engine holds the lease"
