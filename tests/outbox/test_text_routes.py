"""Several gateways for texts: by number, in order, and the next one where one is down; nothing twice, order kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.host.outbox.drivers import Drivers
from engine.host.outbox.handing_on import ROUTES
from engine.store import Store, messages, now_micros, own_settings
from engine.texting.routes import Route, TextRoutes, belongs, following, order
from tests.outbox.conftest import put, set_up, states, text, until
from tests.outbox.server import Asked, Server

MADE = TextRoutes(
    routes=(
        Route(prefixes=("+86",), gateways=("sms-cn", "sms")),
        Route(prefixes=("+86138", "+86139"), gateways=("sms-cm", "sms-cn")),
        Route(gateways=("sms-world",)),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("+8613800138000", ("sms-cm", "sms-cn")), ("+8618600138000", ("sms-cn", "sms")), ("+14155550100", ("sms-world",)),
        ("10086", ("sms-world",)), ("", ("sms-world",)),
    ],
)  # fmt: skip
def test_the_longest_beginning_decides(number: str, wanted: tuple[str, ...]) -> None:
    assert order(MADE, number) == wanted
    assert order(TextRoutes(), number) == ("sms",)


def test_where_a_text_belongs_and_what_comes_next() -> None:
    number = "+8618600138000"
    assert belongs(MADE, number, "sms", is_new=True) == "sms-cn"
    assert belongs(MADE, number, "sms", is_new=False) == "sms", "it was handed on to here"
    assert belongs(MADE, number, "sms-gone", is_new=False) == "sms-cn"
    assert [following(MADE, number, each) for each in ("sms-cn", "sms", "sms-gone")] == ["sms", "sms-cn", "sms-cn"]
    assert following(MADE, "10086", "sms-world") == "sms-world", "there is no other"


# --- with drivers


class Centre(Server):
    """A provider that can be down, and knows what it has taken."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.down = False
        self.taken: list[tuple[str, str]] = []

    def _answer(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        if self.down:
            return 503, {}, b"not now"
        given = json.loads(asked.body)
        self.taken.append((given["to"], given["text"]))
        return 200, {}, b"{}"


@pytest.fixture
def centres(store: Store) -> Any:
    made = {name: Centre() for name in ("sms", "sms-a", "sms-b")}
    for name, centre in made.items():
        body = {"to": "{{ to }}", "text": "{{ text }}"}
        set_up(store, name, "sms_http", url=f"{centre.url}/send", json_body=body, signature=name)
    yield made
    for centre in made.values():
        centre.close()


def routed(store: Store, *routes: Route, patience: int = 1) -> None:
    with store.begin() as connection:
        made = TextRoutes(routes=routes, patience=patience)
        own_settings.put(connection, ROUTES, made, at=now_micros())


def test_each_number_goes_by_its_gateway_which_signs_it(
    store: Store, centres: dict[str, Centre], drive: Callable[[], Drivers]
) -> None:
    routed(store, Route(prefixes=("+86138",), gateways=("sms-a",)), Route(prefixes=("+86139",), gateways=("sms-b",)))
    drive()
    put(store, *(text(to, "hello") for to in ("13800138000", "+8613900138000", "13700138000", "8613800138001")))
    until(lambda: states(store) == ["done"] * 4)
    assert sorted(centres["sms-a"].taken) == [("13800138000", "【sms-a】hello"), ("8613800138001", "【sms-a】hello")]
    assert centres["sms-b"].taken == [("+8613900138000", "【sms-b】hello")]
    assert centres["sms"].taken == [("13700138000", "【sms】hello")]
    with store.read() as connection:
        rows = messages.page(connection, limit=9, before=None, equal={"direction": "out"})
    assert sorted(row.gateway for row in rows) == ["sms", "sms-a", "sms-a", "sms-b"]


def test_the_next_takes_over_from_one_that_is_down_and_gives_it_back(
    store: Store, centres: dict[str, Centre], drive: Callable[[], Drivers]
) -> None:
    routed(store, Route(gateways=("sms-a", "sms-b")))
    centres["sms-a"].down = True
    drive()
    words = [f"Number {number}" for number in range(12)]
    put(store, *(text(f"1380000000{number % 3}", each) for number, each in enumerate(words)))
    until(lambda: states(store) == ["done"] * 12)
    taken = [(to, words.removeprefix("【sms-b】")) for to, words in centres["sms-b"].taken]
    for last in range(3):
        assert [words for to, words in taken if to.endswith(str(last))] == words[last::3], "in order for each number"
    assert len(taken) == 12 and centres["sms-a"].taken == centres["sms"].taken == []
    with store.read() as connection:
        rows = messages.page(connection, limit=20, before=None, equal={"direction": "out"})
    assert {(row.gateway, row.text[:7], row.state) for row in rows} == {("sms-b", "【sms-b】", "sent")}
    centres["sms-a"].down = False
    for number in range(40):
        put(store, text("13800000009", f"again {number}"))
        time.sleep(0.25)
        if centres["sms-a"].taken:
            break
    until(lambda: set(states(store)) == {"done"})
    assert centres["sms-a"].taken, "whoever is there again takes texts again"


def test_all_are_down_and_one_comes_back(
    store: Store, centres: dict[str, Centre], drive: Callable[[], Drivers]
) -> None:
    routed(store, Route(gateways=("sms", "sms-a")))
    for centre in centres.values():
        centre.down = True
    drive()
    put(store, *(text(f"1380000000{number}", "hello") for number in range(5)))
    until(lambda: bool(centres["sms-a"].asked) and bool(centres["sms"].asked))
    assert set(states(store)) <= {"due", "sending"}
    centres["sms-a"].down = False
    until(lambda: states(store) == ["done"] * 5)
    assert len(centres["sms-a"].taken) == 5, "each once"


def test_without_routes_nobody_else_takes_it(
    store: Store, centres: dict[str, Centre], drive: Callable[[], Drivers]
) -> None:
    centres["sms"].down = True
    drive()
    put(store, text("13800000000", "hello"))
    until(lambda: len(centres["sms"].asked) >= 3)
    assert centres["sms-a"].asked == centres["sms-b"].asked == []


def test_what_waits_where_it_belongs_keeps_nothing_from_going_elsewhere(
    store: Store, centres: dict[str, Centre], drive: Callable[[], Drivers]
) -> None:
    """Six thousand texts wait for a gateway that is down, and have no other."""
    routed(store, Route(gateways=("sms",)), Route(prefixes=("+86138",), gateways=("sms-a",)))
    centres["sms"].down = True
    put(store, *(text(f"139{number:08}", "hello") for number in range(6_000)))
    drive()
    until(lambda: bool(centres["sms"].asked))
    put(store, text("13800000000", "hello"))
    until(lambda: len(centres["sms-a"].taken) == 1, 20)
    assert centres["sms-b"].asked == []
