"""A secret goes only where it may: through a whole flow, and through templates of every kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from engine.commands import HttpRequest, Lookup, SendSms, UpdateFields
from engine.events import CallOffered, DigitsGathered, HttpAnswered, LookupAnswered, MessageSent
from engine.expressions import SecretTemplate, Template
from engine.flow import compile_flow
from engine.secret import MASK, Secret, mask, revealed
from engine.session import advance, dump, restore, start
from engine.wire import as_data

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
PIN = "4711"


def scope() -> dict[str, Any]:
    return {
        "vars": {"pin": Secret(PIN), "name": "Ann", "count": 3, "all": {"pin": Secret(PIN), "n": 1}},
        "results": {"ask": {"value": Secret(PIN)}},
        "record": {"name": "Li"},
    }


def document() -> dict[str, Any]:
    pin = "{{ results.pin.value }}"
    nodes: dict[str, Any] = {
        "pin": {"type": "gather", "config": {"prompt": "Your PIN.", "secret": True}, "outlets": {"done": "ask"}},
        "ask": {
            "type": "lookup", "outlets": {"found": "send"},
            "config": {"source": "his", "query": "q", "parameters": {"pin": pin, "name": "{{ record.name }}"}},
        },
        "send": {
            "type": "http_request", "outlets": {"success": "keep"},
            "config": {
                "method": "POST", "url": "https://his.example/?pin=" + pin,
                "headers": {"Authorization": "Bearer " + pin, "Accept": "*/*"}, "body": '{"pin": ' + pin + "}",
            },
        },
        "keep": {"type": "set", "config": {"variables": {"copy": pin, "text": "it is " + pin}}, "outlets": {"done": "text"}},
        "text": {
            "type": "send_sms", "config": {"to": "13800138000", "text": "PIN " + pin + "{{ vars.copy }}"},
            "outlets": {"sent": "store"},
        },
        "store": {"type": "update_record", "config": {"fields": {"pin": "{{ vars.copy }}"}}},
    }  # fmt: skip
    return {"callweave": 1, "name": "Secrets", "languages": ["en"], "start": "pin", "nodes": nodes}


def test_a_flow_uses_a_secret_and_nobody_reads_it() -> None:
    program = compile_flow(document())
    turn = start(program, record={"name": "Ann"}, at=AT, event=CallOffered(at=AT, leg="l"))
    turns = [turn]
    for event in (
        DigitsGathered(at=AT, command_id="1", digits=PIN),
        LookupAnswered(at=AT, command_id="2", rows=[{"id": 1}]),
        HttpAnswered(at=AT, command_id="3", status=200),
        MessageSent(at=AT, command_id="4"),
    ):
        session = restore(program, dump(turn.session), record={"name": "Ann"})
        turn = advance(program, session, event)
        turns.append(turn)
    _, lookup, request, text, *_ = [command for turn in turns for command in turn.commands]
    assert isinstance(lookup, Lookup)
    assert lookup.parameters == {"pin": Secret(PIN), "name": "Ann"}
    assert isinstance(request, HttpRequest)
    assert request.url == "https://his.example/?pin=%E2%80%A2%E2%80%A2%E2%80%A2"
    assert request.headers["Authorization"] == Secret("Bearer 4711")
    assert request.headers["Accept"] == "*/*"
    assert request.body == Secret('{"pin": "4711"}')
    assert isinstance(text, SendSms)
    assert text.text == f"PIN {MASK}{MASK}"
    assert not any(isinstance(command, UpdateFields) for turn in turns for command in turn.commands)
    assert turn.session.results["store"] == {"outlet": "failed", "reason": "a secret cannot be kept in a field"}
    for each in turns:
        shown = msgspec.json.encode([as_data(command) for command in each.commands])
        kept = msgspec.msgpack.Encoder(enc_hook=mask).encode((each.commands, each.journal, each.session.results))
        assert PIN.encode() not in shown + kept
    assert PIN.encode() in dump(turn.session)


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ vars.pin }}", Secret(PIN), Secret(PIN)),
        ("{{ results.ask.value }}", Secret(PIN), Secret(PIN)),
        ("PIN {{ vars.pin }}!", Secret("PIN 4711!"), Secret("PIN 4711!")),
        ("{{ vars.pin | prepend: 'x' }}", Secret("x4711"), Secret("x4711")),
        ("{% if vars.pin == '4711' %}yes{% else %}no{% endif %}", Secret("yes"), Secret("yes")),
        ("{{ vars.name }}", "Ann", "Ann"),
        ("{{ vars.count }}", 3, "3"),
        ("{{ vars.name }} {{ record.name }}", "Ann Li", "Ann Li"),
        ("plain", "plain", "plain"),
        ("{{ vars.none }}", None, ""),
        ("{{ record.none.deep }}", None, ""),
    ],
)
def test_secret_template(source: str, value: Any, text: Any) -> None:
    template = SecretTemplate(source)
    assert (template.value(scope()), template.sealed(scope())) == (value, text)
    assert MASK not in str(revealed(template.value(scope())))


def test_a_secret_inside_an_object_stays_one() -> None:
    value = SecretTemplate("{{ vars.all }}").value(scope())
    assert value == {"pin": Secret(PIN), "n": 1}
    assert revealed(value) == {"pin": PIN, "n": 1}


@pytest.mark.parametrize(
    "source", ["{{ vars.pin }}", "{{ vars.pin | upcase }}", "{% if true %}{{ vars.pin }}{% endif %}", "{{ vars.all }}"]
)
def test_every_other_template_masks(source: str) -> None:
    rendered = Template(source).render(scope())
    assert PIN not in rendered
    assert MASK in rendered


def test_what_holds_no_secret_is_the_very_same() -> None:
    value = {"a": [1, {"b": "c"}]}
    assert revealed(value) is value
