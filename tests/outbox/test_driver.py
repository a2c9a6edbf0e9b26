"""What leaves by a gateway: once, in order, at its rate, and with a true word about its end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.commands import HttpRequest, Lookup, SendMail, WriteSource
from engine.events import CommandFailed, HttpAnswered, MessageSent
from engine.host.outbox.drivers import Drivers
from engine.secret import Secret
from engine.store import Store, dead_letters, now_micros, outbox, tenant
from tests.outbox.conftest import answers, post, put, reasons, set_up, states, text, until
from tests.outbox.server import Asked, Server

Drive = Callable[[], Drivers]
SMS = {"params": {"to": "{{ to }}", "text": "{{ text }}", "key": "{{ key }}"}, "method": "GET"}


def ended(store: Store) -> Callable[[], bool]:
    return lambda: not {"due", "sending"} & set(states(store))


def test_a_request_is_made_once_and_answered(store: Store, server: Server, drive: Drive) -> None:
    drive()
    token = Secret("t0ken")
    put(store, post(f"{server.url}/a", headers={"X-Token": token}, body=Secret('{"pin": "1"}')))
    with store.read() as connection:
        [row] = connection.execute(sa.select(tenant.outbox.c.body, tenant.outbox.c.sealed)).all()
    assert row.sealed and b"t0ken" not in row.body
    until(ended(store))
    assert states(store) == ["done"]
    [asked] = server.asked
    assert (asked.headers["x-token"], asked.body, len(asked.key)) == ("t0ken", b'{"pin": "1"}', 34)
    [event] = answers(store)
    assert isinstance(event, HttpAnswered) and (event.status, event.body, event.command_id) == (200, {"ok": True}, "0")


def test_what_nobody_carries_out_fails_once_by_the_same_way(store: Store, drive: Drive) -> None:
    drive()
    mail = SendMail(to="li@example.com", subject="Tomorrow", text="At nine.")
    put(store, mail, text("13800000000", "hello"))
    until(ended(store))
    assert states(store) == ["dead"] * 2
    found = {event.reason for event in answers(store)}
    assert found == {f"nothing is set up for {name}" for name in ("send_mail", "send_sms")}


def test_a_source_that_is_not_there_is_named(store: Store, drive: Drive) -> None:
    drive()
    put(store, Lookup(source="his", query="slots"), WriteSource(source="his", statement="book"))
    until(ended(store))
    assert sorted(states(store)) == ["dead", "done"], "a question has its answer; a write-back is for a person"
    assert {event.reason for event in answers(store)} == {"there is no source 'his'"}


def test_an_answer_of_500_is_an_answer(store: Store, server: Server, drive: Drive) -> None:
    server.behaviour = lambda asked: (500, {}, b"oops")
    drive()
    put(store, post(server.url))
    until(ended(store))
    [event] = answers(store)
    assert isinstance(event, HttpAnswered) and (event.status, event.body) == (500, "oops")
    assert states(store) == ["done"] and len(server.asked) == 1


@pytest.mark.parametrize("what", ["drops", "late"])
def test_what_may_have_arrived_is_unknown_and_not_sent_again(
    store: Store, server: Server, drive: Drive, what: str
) -> None:
    def behave(asked: Asked) -> tuple[int, dict[str, str], bytes] | None:
        if what == "late":
            time.sleep(2)
            return 200, {}, b""
        return None

    server.behaviour = behave
    drive()
    put(store, post(server.url, timeout=1.0))
    until(ended(store))
    [event] = answers(store)
    assert states(store) == ["unknown"] and len(server.asked) == 1
    assert isinstance(event, CommandFailed) and event.reason.startswith("unknown: ")


def test_where_the_node_says_so_it_is_sent_again_under_the_same_key(
    store: Store, server: Server, drive: Drive
) -> None:
    server.behaviour = lambda asked: None if asked.number < 2 else (201, {}, b"")
    drive()
    put(store, post(server.url, on_unknown="resend"))
    until(ended(store))
    assert states(store) == ["done"] and len(server.asked) == 3 and len(set(server.keys())) == 1


def test_what_certainly_did_not_leave(store: Store, drive: Drive) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    drive()
    put(store, post(f"http://127.0.0.1:{port}/"), HttpRequest(method="GET", url=f"http://127.0.0.1:{port}/"))
    until(ended(store))
    assert states(store) == ["dead", "done"], "the first is for a person to see, the second only asked"
    assert all(isinstance(event, CommandFailed) and "no connection" in event.reason for event in answers(store))


def test_a_gateway_that_is_away_gets_its_texts_when_it_is_back(store: Store, server: Server, drive: Drive) -> None:
    server.behaviour = lambda asked: (503, {}, b"busy") if asked.number < 3 else (200, {}, b"")
    set_up(store, "sms", "sms_http", url=f"{server.url}/send", **SMS)
    drive()
    put(store, *(text(f"1380000000{number}", "hello") for number in range(5)))
    until(ended(store))
    assert states(store) == ["done"] * 5 and len(server.asked) == 8
    assert {event.state for event in answers(store) if isinstance(event, MessageSent)} == {"sent"}


def test_after_its_tries_a_text_is_a_dead_letter_that_a_person_may_send_again(
    store: Store, server: Server, drive: Drive
) -> None:
    server.behaviour = lambda asked: (503, {}, b"no credit")
    set_up(store, "sms", "sms_http", url=f"{server.url}/send", tries=2, **SMS)
    drivers = drive()
    [identity] = put(store, text("13800000000", "hello"))
    until(ended(store))
    assert states(store) == ["dead"] and reasons(store) == ["503: no credit (2 tries)"]
    assert [type(event) for event in answers(store)] == [CommandFailed]
    server.behaviour = lambda asked: (200, {}, b"")
    with store.begin() as connection:
        assert dead_letters.resend(connection, identity, by="key front desk", at=now_micros())
        assert not dead_letters.resend(connection, identity, by="key front desk", at=now_micros())
    drivers.wake("main")
    until(ended(store))
    assert states(store) == ["done"]
    with store.read() as connection:
        found = dead_letters.letter(connection, identity)
    assert found is not None and found.handled_by == "key front desk"
    assert len(answers(store)) == 1, "the session was answered when the text died, and is not answered again"


def test_two_texts_to_one_number_leave_in_order_though_the_first_is_held_up(
    store: Store, server: Server, drive: Drive
) -> None:
    server.behaviour = lambda asked: (503, {}, b"") if asked.number == 0 else (200, {}, b"")
    set_up(store, "sms", "sms_http", url=f"{server.url}/send", at_once=50, **SMS)
    drive()
    words = [f"n{number}" for number in range(20)]
    put(store, *(text("13800000000", word) for word in words))
    until(ended(store))
    arrived = [asked.path.partition("text=")[2].partition("&")[0] for asked in server.asked[1:]]
    assert arrived == words


def test_rate_and_number_at_once_hold_at_the_servers_side(store: Store, server: Server, drive: Drive) -> None:
    def slow(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        time.sleep(0.1)
        return 200, {}, b""

    server.behaviour = slow
    set_up(store, "sms", "sms_http", url=server.url, at_once=3, **SMS)
    drive()
    put(store, *(text(f"138{number:08}", "hello") for number in range(30)))
    until(ended(store))
    assert server.most == 3 and len(server.asked) == 30
    server.asked.clear()
    set_up(store, "sms", "sms_http", url=server.url, at_once=50, rate=20, **SMS)
    put(store, *(text(f"139{number:08}", "hello") for number in range(60)))
    until(lambda: len(server.asked) == 60)
    times = sorted(asked.at for asked in server.asked)
    for first, start in enumerate(times):
        within = sum(1 for moment in times[first:] if moment - start < 1.0)
        assert within <= 1.02 * 20 + 2, "a second's worth, one more, and what waited at our side for its thread"
    assert times[-1] - times[0] > 2.5


def test_what_another_driver_left_on_its_way_is_unknown_or_leaves_again(
    store: Store, server: Server, drive: Drive
) -> None:
    put(store, post(server.url), HttpRequest(method="GET", url=server.url), post(server.url, on_unknown="resend"))
    with store.begin() as connection:
        assert len(outbox.claim(connection, "http", at=now_micros(), epoch=0, limit=10)) == 3
    drive()
    until(ended(store))
    assert states(store) == ["unknown", "done", "done"] and len(server.asked) == 2


def test_a_committed_row_leaves_at_once(store: Store, server: Server, drive: Drive) -> None:
    drivers = drive()
    put(store, post(server.url))
    until(ended(store))
    took = []
    for _ in range(10):
        before = time.monotonic()
        put(store, post(server.url))
        drivers.wake("main")
        until(lambda: len(server.asked) > len(took) + 1)
        took.append(server.asked[-1].at - before)
    assert sorted(took)[5] < 0.2, "it does not wait for the next look at the database"


def test_a_gateway_is_set_up_another_way_while_it_is_driven(store: Store, server: Server, drive: Drive) -> None:
    set_up(store, "sms", "sms_http", url=f"{server.url}/old", **SMS)
    drive()
    put(store, text("13800000000", "a"))
    until(ended(store))
    set_up(store, "sms", "sms_http", url=f"{server.url}/new", **SMS)
    put(store, text("13800000000", "b"))
    until(ended(store))
    assert [asked.path[:5] for asked in server.asked] == ["/old?", "/new?"]


def test_a_driver_whose_lease_is_over_sends_nothing(
    store: Store, server: Server, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.host.outbox.leases import Leases

    monkeypatch.setattr(Leases, "may_act", lambda self, name: False)
    drive()
    put(store, post(server.url))
    time.sleep(1.0)
    assert server.asked == [] and states(store) == ["due"]


def test_depths_are_told(store: Store) -> None:
    put(store, post("http://a/"), post("http://b/"), text("1", "x"))
    with store.begin() as connection:
        outbox.claim(connection, "http", at=now_micros(), epoch=1, limit=1)
    with store.read() as connection:
        found: dict[Any, int] = {(depth.gateway, depth.state): depth.count for depth in dead_letters.depths(connection)}
    assert found == {("http", "due"): 1, ("http", "sending"): 1, ("sms", "due"): 1}
