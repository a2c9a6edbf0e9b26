"""Requests that mean harm: forged and replayed cookies, other sites, tricks with headers, bodies and paths."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.designer.conftest import KEY

Caller = Callable[..., Any]
FLOW = {"callweave": 1, "name": "F", "languages": ["en"], "start": "end", "nodes": {"end": {"type": "end"}}}
EVIL = "evil.example"


def signed_in(app: Flask) -> tuple[Any, str, str]:
    """A browser of the administrator: its client, its cookie, its token."""
    client = app.test_client()
    answer = client.post("/api/v1/sign-in", json={"key": KEY})
    assert answer.status_code == 200, answer.text
    cookie = client.get_cookie("callweave")
    assert cookie is not None
    return client, cookie.value, answer.json["csrf"]


def with_cookie(app: Flask, value: str) -> Any:
    client = app.test_client()
    client.set_cookie("callweave", value)
    return client


# --- cookies and tokens


def test_a_cookie_says_nothing_unless_we_have_signed_it(app: Flask) -> None:
    _, cookie, _ = signed_in(app)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert isinstance(serializer, URLSafeTimedSerializer)
    payload = serializer.loads(cookie)
    other = Flask("other")
    forgers = []
    for key in (b"", b"secret", b"callweave", app.config["SECRET_KEY"][:-1]):
        other.config["SECRET_KEY"] = key or b"\0"
        forged = SecureCookieSessionInterface().get_signing_serializer(other)
        assert forged is not None
        forgers.append(str(forged.dumps(payload)))
    body, stamp, signature = cookie.rsplit(".", 2)
    changed = [f"{body}.{stamp}.{signature[:-2]}AA", f"{body}.{stamp}.", f"{body}.{stamp}", f"{body[:-4]}AAAA.{stamp}.{signature}",
               f"{body}.AAAAAA.{signature}", "", "{}", "null", "a" * 4000, "\x00", "..", f"{cookie}.{signature}"]  # fmt: skip
    for value in (*forgers, *changed):
        assert with_cookie(app, value).get("/api/v1/me").status_code == 401, value
    assert with_cookie(app, cookie).get("/api/v1/me").status_code == 200


def test_a_cookie_that_was_signed_out_is_worth_nothing_when_it_is_replayed(app: Flask) -> None:
    client, cookie, csrf = signed_in(app)
    assert client.post("/api/v1/sign-out", headers={"X-CSRF-Token": csrf}).status_code == 204
    thief = with_cookie(app, cookie)
    assert thief.get("/api/v1/me").status_code == 401
    assert thief.post("/api/v1/flows", json=FLOW, headers={"X-CSRF-Token": csrf}).status_code == 401


def test_who_signs_in_gets_a_new_session(app: Flask) -> None:
    """A cookie that somebody put into the browser before is not the one that is signed in."""
    _, cookie, _ = signed_in(app)
    victim = with_cookie(app, cookie)
    assert victim.post("/api/v1/sign-in", json={"key": KEY}).status_code == 200
    fresh = victim.get_cookie("callweave")
    assert fresh is not None and fresh.value != cookie
    assert with_cookie(app, cookie).get("/api/v1/me").status_code == 401


def test_another_sessions_token_is_no_token(app: Flask) -> None:
    first, _, _ = signed_in(app)
    _, _, theirs = signed_in(app)
    assert first.post("/api/v1/flows", json=FLOW, headers={"X-CSRF-Token": theirs}).status_code == 403


# --- other sites


def test_a_form_of_another_site_changes_nothing(app: Flask, call: Caller) -> None:
    client, _, csrf = signed_in(app)
    before = call("GET", "/flows").json
    origin = {"Origin": f"https://{EVIL}", "Referer": f"https://{EVIL}/", "Sec-Fetch-Site": "cross-site"}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json"):
        for query in ("", f"?X-CSRF-Token={csrf}", f"?csrf={csrf}", "?_method=PUT"):
            sent = client.post(f"/api/v1/flows{query}", data=json.dumps(FLOW), headers=origin | {"Content-Type": kind})
            assert sent.status_code in (403, 422), (kind, query, sent.status_code)
    assert call("GET", "/flows").json == before


@pytest.mark.parametrize("path", ["/flows", "/me", "/openapi.json", "/records/visit"])
def test_no_other_site_may_read(app: Flask, path: str) -> None:
    client, _, _ = signed_in(app)
    for method in ("GET", "OPTIONS"):
        asked = {"Origin": f"https://{EVIL}", "Access-Control-Request-Method": "POST"}
        answer = client.open(f"/api/v1{path}", method=method, headers=asked)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


# --- headers


def test_tricks_with_headers_change_nothing(app: Flask, call: Caller) -> None:
    client = app.test_client()
    for headers in (
        {"X-HTTP-Method-Override": "DELETE"}, {"X-Original-URL": "/api/v1/me"}, {"X-Rewrite-URL": "/api/v1/me"},
        {"X-Forwarded-User": "administrator"}, {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
        {"X-Forwarded-Prefix": "/api"}, {"X-Tenant": "main"}, {"Authorization": "Bearer"}, {"Authorization": "bearer \x00"},
    ):  # fmt: skip
        assert client.get("/api/v1/flows", headers=headers).status_code == 401, headers
    flow = call("POST", "/flows", FLOW).json["id"]
    assert call("GET", f"/flows/{flow}", X_HTTP_Method_Override="DELETE").status_code == 200
    assert call("GET", "/flows").json["items"][0]["id"] == flow
    metrics = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert metrics.status_code in (401, 403, 404)


def test_a_foreign_host_is_repeated_nowhere(app: Flask, call: Caller) -> None:
    """A mail or a page that led to another host would give what is typed there to others."""
    for headers in ({"Host": EVIL}, {"X-Forwarded-Host": EVIL}, {"Host": f"localhost@{EVIL}"}, {"Host": f"{EVIL}:80"}):
        for method, path, body in (
            ("POST", "/flows", FLOW), ("GET", "/openapi.json", None), ("GET", "/none", None), ("GET", "/flows/", None),
            ("POST", "/connectors", {"name": "c"}),
        ):  # fmt: skip
            answer = call(method, path, body, **{name.replace("-", "_"): value for name, value in headers.items()})
            assert EVIL not in answer.text and EVIL not in str(answer.headers), (headers, path)


def test_odd_values_of_headers_are_refused_or_overlooked(call: Caller) -> None:
    flow = call("POST", "/flows", FLOW).json["id"]
    long = "x" * 5_000
    for name, values in {
        "If_Match": ["", "*", '"', '"1', 'W/"1"', "\x7f", long, '"99999999999999999999"', "1,2,3"],
        "Accept_Language": ["", long, ",,,;q=", "zh-CN;q=2", "../../etc", "\xff"],
        "Accept": ["", "a/b;q=x", long], "Range": ["bytes=0-", "bytes=9-1", "x"], "Cookie": ["callweave", "=;=;", long],
        "Idempotency_Key": [long, "\x01", "é"], "Content_Type": ["", "a", "multipart/form-data", "application/json; charset=utf-7"],
        "Origin": ["null", "%00", long], "Content_Encoding": ["gzip", "br", "x"], "Expect": ["100-continue"],
    }.items():  # fmt: skip
        for value in values:
            for method, path, body in (("GET", "/flows", None), ("PUT", f"/flows/{flow}/draft", FLOW), ("POST", "/flows", FLOW)):
                assert call(method, path, body, **{name: value}).status_code < 500, (name, value, method)


# --- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"nul", b"\xff\xfe", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": "\\ud800"}', b'{"a": "\\u0000"}', b"[" * 100_000,
        b'{"a":' * 60 + b"1" + b"}" * 60, b'{"a": 1, "a": 2}', b'{"__proto__": {"x": 1}}', b'"' + b"x" * 900_000 + b'"',
        b"{" + b",".join(b'"k%d": 1' % n for n in range(50_000)) + b"}", b'{"a": ' + b"9" * 400_000 + b"}", gzip.compress(b"{}"),
        b'{"nodes": {"a": {"type": "../../etc/passwd", "config": null, "outlets": 7}}}', b'<?xml version="1.0"?><!DOCTYPE x>',
    ],
    ids=range(18),
)  # fmt: skip
def test_an_odd_body_is_refused(call: Caller, body: bytes) -> None:
    for path in ("/flows", "/flows/check", "/triggers", "/campaigns", "/messages", "/records/visit"):
        answer = call("POST", path, body)
        assert answer.status_code in (200, 201, 400, 404, 413, 422), (path, answer.status_code)
        assert answer.status_code >= 400 or path in ("/flows", "/flows/check")


def test_a_huge_body_is_refused_before_it_is_read(app: Flask) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, into: Any) -> int:
            self.taken += len(into)
            into[:] = b"x" * len(into)
            return len(into)

    def post(**environ: Any) -> tuple[int, int]:
        endless = Endless()
        asked = EnvironBuilder(path="/api/v1/flows", method="POST", headers={"Authorization": f"Bearer {KEY}"})
        sent = asked.get_environ() | {"wsgi.input": endless, "CONTENT_TYPE": "application/json", **environ}
        _, status, _ = run_wsgi_app(app, sent)
        return int(status.split()[0]), endless.taken

    assert post(CONTENT_LENGTH="2000000") == (413, 0)
    assert post(CONTENT_LENGTH="1" + "0" * 12) == (413, 0)
    status, taken = post(**{"wsgi.input_terminated": True})  # chunks: it is read as far as it may be long
    assert status == 413 and taken < 4_000_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>alert(1)</script>"), ("run.exe", b"MZ\x90\x00" + bytes(99)), ("a.svg", b'<svg onload="x"/>'),
        ("sound.wav", b"RIFF\x00\x00\x00\x00WAVE"), ("sound.wav", b"MZ not sound \x00"), ("doc.pdf", b"\x7fELF" + bytes(99)),
        ("picture.png", b"PK\x03\x04" + bytes(99)), ("empty.txt", b""), ("a.xlsx", b"PK\x03\x04 xl/workbook" + bytes(50)),
        ("../../../etc/cron.d/x", b"text"), ("..\\..\\x", b"text"), ("a\r\nSet-Cookie: x=1", b"text"), ("\x00", b"text"),
    ],
)  # fmt: skip
def test_an_upload_is_what_its_content_is(app: Flask, name: str, content: bytes) -> None:
    """By content, whatever its name says; and it comes back as a file to be kept, never as a page."""
    client = app.test_client()
    headers = {"Authorization": f"Bearer {KEY}"}
    called = f"thing {len(content)} {name.__hash__()}"
    given = {"file": (io.BytesIO(content), name), "name": called}
    answer = client.post("/api/v1/assets", data=given, headers=headers, content_type="multipart/form-data")
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 422:
        return
    file = answer.json["files"][0]
    assert "/" not in file["file_name"] and "\\" not in file["file_name"] and file["file_name"].isprintable()
    back = client.get(f"/api/v1/assets/{answer.json['id']}/content", headers=headers)
    assert back.headers["Content-Disposition"].startswith("attachment") and "Set-Cookie" not in back.headers
    assert back.headers["X-Content-Type-Options"] == "nosniff" and back.data == content


# --- paths


def test_paths_lead_nowhere_else(app: Flask, call: Caller) -> None:
    secret = app.config["SECRET_KEY"]
    ups = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "....//", "/", "%00", "..;/")
    client = app.test_client()
    for up in ups:
        for target in ("web.secret", "seal.key", "etc/passwd", "control.sqlite3"):
            for before in ("/", "/assets/", "/api/v1/", "/api/v1/assets/"):
                answer = client.get(f"{before}{up * 4}{target}", headers={"Authorization": f"Bearer {KEY}"})
                assert secret not in answer.data and b"root:" not in answer.data and b"SQLite" not in answer.data
                assert answer.status_code < 500
    for name in ("..", ".", "../x", "a/b", "a\\b", "\x00", "x" * 300, "%2e%2e", "con", "'; drop table flow; --", '"'):
        for method, path, body in (
            ("PUT", "/calendars/{}", {"time_zone": "UTC", "week": {}}), ("GET", "/assets/{}", None),
            ("GET", "/record-types/{}", None), ("PUT", "/record-types/{}", {"schema": {}, "key": "k"}),
            ("GET", "/inbound/{}/sms/x", None), ("GET", "/recordings/{}/content", None), ("GET", "/contacts/{}", None),
        ):  # fmt: skip
            answer = call(method, path.format(name), body)
            assert answer.status_code < 500, (method, path, name)
