"""Tables: pauses, the pace, whom a request may go to, providers' requests and answers."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.adapters.gateway import Carried, NotNow, Refused, Unknown, Unsure
from engine.adapters.guard import Allowed
from engine.adapters.http import translate as http
from engine.adapters.http.client import Received
from engine.adapters.sms_http import translate as sms
from engine.adapters.sms_http.config import SmsHttpConfig
from engine.adapters.sms_http.filling import coding
from engine.commands import HttpRequest, Lookup, SendMail, SendSms, WriteSource
from engine.events import CommandFailed, HttpAnswered
from engine.host.outbox import answers
from engine.host.outbox.pace import LONGEST_PAUSE, LONGEST_QUIET, Pacer, pause, quiet
from engine.host.outbox.registry import command_of, row_of
from engine.secret import Secret
from engine.store.outbox import OutboxRow

SMS = SendSms(id="4", to="+8613800138000", text="您好")
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)


# --- pauses and the pace


@pytest.mark.parametrize(
    ("attempts", "least", "most"), [(1, 0.5, 1.0), (2, 1.0, 2.0), (3, 2.0, 4.0), (9, 128.0, 256.0), (10, 150.0, 300.0), (99, 150.0, 300.0)]
)
def test_pauses_double_and_are_spread(attempts: int, least: float, most: float) -> None:
    assert (pause(attempts, 0.0), pause(attempts, 1.0)) == (least, most)
    assert most <= LONGEST_PAUSE


def test_a_gateway_is_left_alone_longer_and_longer() -> None:
    assert [quiet(failures) for failures in (1, 2, 3, 7, 8, 50)] == [0.25, 0.5, 1.0, 16.0, LONGEST_QUIET, LONGEST_QUIET]


@given(st.floats(0.2, 500.0), st.lists(st.floats(0.0, 3.0), min_size=1, max_size=40))
def test_in_any_ten_seconds_no_more_than_the_rate_and_one(rate: float, waits: list[float]) -> None:
    pacer, now, moments = Pacer(rate), 100.0, []
    for wait in waits:
        now += wait
        for _ in range(min(pacer.room(now), 200)):
            moments.append(pacer.moment(now))
    assert moments == sorted(moments)
    for start in moments:
        assert bisect_left(moments, start + 10) - bisect_left(moments, start) <= 10 * rate + 1.0001


def test_without_a_rate_there_is_always_room() -> None:
    pacer = Pacer(None)
    assert pacer.room(1.0) > 1_000 and [pacer.moment(1.0), pacer.moment(1.0)] == [1.0, 1.0] and pacer.ready(1.0) == 0


# --- what has become of a row


def row(**fields: Any) -> OutboxRow:
    made = row_of(b"s" * 16, SMS, 5)
    made.attempts = 1
    for name, value in fields.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("ended", "state", "answered"),
    [
        (answers.not_now(row(), NotNow("busy"), tries=3), "due", False),
        (answers.not_now(row(attempts=3), NotNow("busy"), tries=3), "dead", True),
        (answers.refused(row(), Refused("no")), "dead", True),
        (answers.unsure(row(), Unsure("gone"), tries=3), "unknown", True),
        (answers.unsure(row(on_unknown="resend"), Unsure("gone"), tries=3), "due", False),
        (answers.unsure(row(on_unknown="resend"), Unknown("lost"), tries=3), "unknown", True),
        (answers.unsure(row(on_unknown="resend", attempts=3), Unsure("gone"), tries=3), "unknown", True),
        (answers.given_back(row()), "due", False),
    ],
)
def test_ends(ended: answers.Ended, state: str, answered: bool) -> None:
    assert (ended.ending.state, ended.event is not None) == (state, answered)


def test_a_gateways_own_word_on_when_to_come_back_counts() -> None:
    ended = answers.not_now(row(), NotNow("busy", after=3_600.0), tries=9)
    assert ended.ending.due_at is not None and ended.ending.due_at > answers.now_micros() + 3_500_000_000


# --- rows


@pytest.mark.parametrize(
    ("command", "gateway", "lane", "on_unknown", "sealed"),
    [
        (SMS, "sms", "+8613800138000", "fail", False),
        (SendMail(id="1", to="a@b.c", subject="", text="", on_unknown="resend"), "mail", "a@b.c", "resend", False),
        (HttpRequest(id="1", method="POST", url="u"), "http", None, "fail", False),
        (HttpRequest(id="1", method="GET", url="u", headers={"A": Secret("x")}), "http", None, "resend", True),
        (Lookup(id="1", source="his", query="q", parameters={"a": [Secret("x")]}), "source", None, "resend", True),
        (WriteSource(id="1", source="his", statement="book"), "source", None, "resend", False),
    ],
)
def test_a_commands_row(command: Any, gateway: str, lane: str | None, on_unknown: str, sealed: bool) -> None:
    made = row_of(b"s" * 16, command, 5)
    assert (made.gateway, made.lane, made.on_unknown, made.sealed) == (gateway, lane, on_unknown, sealed)
    assert command_of(made) == command


# --- whom a request may go to


@pytest.mark.parametrize(
    ("allowed", "name", "address", "port", "may"),
    [
        ("", "example.com", "93.184.216.34", 443, True),
        ("", "example.com", "2606:2800:220:1::1", 443, True),
        *(("", "evil.example", address, 80, False) for address in (
            "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
            "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
            "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "not an address",
            "fec0::1", "::127.0.0.1", "2001:0:7f00:1::", "168.63.129.16", "::ffff:168.63.129.16", "100.100.100.200",
            "fd00:ec2::254", "192.0.0.192", "64:ff9b:1::7f00:1", "::ffff:169.254.169.254", "0177.0.0.1", "127.1", "",
        )),
        ("10.0.0.0/8", "his", "10.1.2.3", 80, True),
        ("10.0.0.0/8", "his", "11.1.2.3", 80, True),
        ("10.0.0.0/8", "his", "192.168.0.1", 80, False),
        ("127.0.0.1:13013", "localhost", "127.0.0.1", 13013, True),
        ("127.0.0.1:13013", "localhost", "127.0.0.1", 6379, False),
        ("127.0.0.1:13013", "localhost", "::ffff:127.0.0.1", 13013, True),
        ("[::1]:80", "localhost", "::1", 80, True),
        ("[::1]:80", "localhost", "::1", 81, False),
        ("his.hospital.example", "HIS.hospital.example.", "10.0.0.5", 80, True),
        ("his.hospital.example:8443", "his.hospital.example", "10.0.0.5", 80, False),
        ("his.hospital.example", "evil.example", "10.0.0.5", 80, False),
    ],
)  # fmt: skip
def test_whom_a_request_may_go_to(allowed: str, name: str, address: str, port: int, may: bool) -> None:
    assert Allowed.read(allowed).permits(name, address, port) is may


@pytest.mark.parametrize("written", ["10.0.0.0/33", "10.0.0.1/8", "host:99999", "host:port", "a b", "-"])
def test_a_wrong_host_is_named(written: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        Allowed.read(written)


# --- HTTP


def test_secrets_are_in_the_clear_for_the_server_alone_and_a_key_goes_with_what_may_act_twice() -> None:
    command = HttpRequest(id="1", method="POST", url="u", headers={"Authorization": Secret("Bearer x")}, body=Secret("{}"))
    assert http.headers_of(command, "k") == {
        "Authorization": "Bearer x", "User-Agent": "Callweave", "Idempotency-Key": "k",
        "Content-Type": "text/plain; charset=utf-8",
    }  # fmt: skip
    assert http.body_of(command) == b"{}" and "Bearer x" not in repr(command)
    own = HttpRequest(id="1", method="PUT", url="u", headers={"idempotency-key": "mine"})
    assert http.headers_of(own, "k")["idempotency-key"] == "mine" and "Idempotency-Key" not in http.headers_of(own, "k")
    assert "Idempotency-Key" not in http.headers_of(HttpRequest(id="1", method="GET", url="u"), "k")


def received(body: bytes = b"", status: int = 200, media_type: str = "text/plain", charset: str = "", whole: bool = True) -> Received:
    return Received(status=status, media_type=media_type, charset=charset, body=body, whole=whole)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (received(b'{"a": [1]}', media_type="application/json"), {"a": [1]}),
        (received(b'{"a": 1}', media_type="application/fhir+json"), {"a": 1}),
        (received(b"{broken", media_type="application/json"), "{broken"),
        (received(b'{"a": 1}'), '{"a": 1}'),
        (received("您好".encode("gb18030"), charset="gb18030"), "您好"),
        (received(b"\xff", charset="no-such"), "\ufffd"),
        (received(b""), None),
    ],
)
def test_bodies(answer: Received, body: Any) -> None:
    event = http.answer(HttpRequest(id="1", method="GET", url="u"), answer)
    assert isinstance(event, HttpAnswered) and event.body == body


def test_more_than_a_session_keeps_is_a_failure() -> None:
    event = http.answer(HttpRequest(id="1", method="GET", url="u"), received(b"x", whole=False))
    assert isinstance(event, CommandFailed) and event.reason == "an answer of more than 64 KiB (its status is 200)"


# --- providers of texts


def config(**fields: Any) -> SmsHttpConfig:
    return SmsHttpConfig(url="https://sms.example/send", **fields)


def test_requests_to_providers() -> None:
    asked = sms.request(config(method="GET", params={"to": "{{ to }}", "msg": "{{text}}&x=1", "c": "{{ coding }}"}), SMS, "k", at=AT)
    assert asked.url == "https://sms.example/send?to=%2B8613800138000&msg=%E6%82%A8%E5%A5%BD%26x%3D1&c=2"
    asked = sms.request(config(form={"to": "{{ to }}", "k": "{{ key }}"}, to_format="digits", user="u", secrets={"password": "p"}), SMS, "k", at=AT)
    assert asked.body == b"to=8613800138000&k=k" and asked.headers["Authorization"] == "Basic dTpw"
    asked = sms.request(config(json_body={"m": [{"to": "{{ to }}", "t": "say \"{{ text }}\""}], "n": 3}, sender="1069"), SMS, "k", at=AT)
    assert asked.body == '{"m":[{"to":"+8613800138000","t":"say \\"您好\\""}],"n":3}'.encode()


@pytest.mark.parametrize(
    ("fields", "answer", "outcome"),
    [
        ({}, received(), ""),
        ({}, received(status=400, body=b"bad number"), Refused),
        ({}, received(status=429), NotNow),
        ({}, received(status=503), NotNow),
        ({}, received(status=500), Unsure),
        ({}, received(status=302), Refused),
        ({"accepted_field": "code"}, received(b'{"code": 0}'), ""),
        ({"accepted_field": "code"}, received(b'{"code": 7}'), Refused),
        ({"accepted_field": "data.0.ok", "accepted_values": ["true"]}, received(b'{"data": [{"ok": true}]}'), ""),
        ({"accepted_field": "code"}, received(b"no json"), Refused),
        ({"accepted_pattern": "^0:"}, received(b"0: Accepted", status=202), ""),
        ({"accepted_pattern": "^0:"}, received(b"4: Denied", status=202), Refused),
        ({"message_id_field": "data.id"}, received(b'{"data": {"id": 17}}'), "17"),
        ({"message_id_pattern": "id=([0-9]+)"}, received(b"ok id=99"), "99"),
    ],
)
def test_answers_of_providers(fields: Any, answer: Received, outcome: Any) -> None:
    if isinstance(outcome, str):
        carried = sms.outcome(config(**fields), SMS, answer, "k")
        assert isinstance(carried, Carried) and carried.reference == outcome
    else:
        with pytest.raises(outcome):
            sms.outcome(config(**fields), SMS, answer, "k")


def test_a_provider_that_repeats_our_password_is_not_repeated() -> None:
    with pytest.raises(Refused) as refused:
        sms.outcome(config(secrets={"password": "hunter2"}), SMS, received(b"wrong password hunter2", status=403), "k")
    assert refused.value.reason == "403: wrong password •••"


@pytest.mark.parametrize(("text", "needed"), [("Hello {1} €", "0"), ("Ünïted", "2"), ("ñ Ä ß", "0"), ("您好", "2"), ("`", "2"), ("Über § 5", "0"), ("\u0727", "2")])
def test_codings(text: str, needed: str) -> None:
    assert coding(text) == needed


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "ftp://x"}, {"url": "https://user@x/"}, {"params": {"a": "{{ what }}"}}, {"json_body": {"a": ["{{ secrets.x }}"]}},
        {"form": {"a": "b"}, "json_body": {}}, {"user": "u"}, {"accepted_pattern": "("}, {"message_id_pattern": "abc"},
        {"accepted": []}, {"rate": 0}, {"at_once": 501}, {"nothing": 1},
    ],
)  # fmt: skip
def test_what_is_no_set_up(fields: Any) -> None:
    with pytest.raises(ValidationError):
        SmsHttpConfig(**{"url": "https://x/", **fields})


@pytest.mark.parametrize(
    ("allowed", "address", "may"),
    [
        ("", "127.0.0.1", False), ("", "203.0.113.7", False), ("", "8.8.8.8", False), ("8.8.8.8:2575", "8.8.8.8", True),
        ("8.8.8.8:2576", "8.8.8.8", False), ("0.0.0.0:2575", "0.0.0.0", True), ("10.0.0.0/8", "10.1.2.3", True),
        ("localhost", "localhost", True), ("", "localhost", False),
    ],
)  # fmt: skip
def test_where_a_port_may_be_opened(allowed: str, address: str, may: bool) -> None:
    assert Allowed.read(allowed).permits_listening(address, 2575) is may
