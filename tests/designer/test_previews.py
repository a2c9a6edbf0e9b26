"""What a template or a condition gives, while it is being written."""

from __future__ import annotations

import pytest

from tests.designer.conftest import Caller

BODY = {
    "contact": {"phone": "13800000000", "name": "Li"}, "record": {"ward": "cardio", "age": "70"},
    "results": {"ask": {"value": "1"}}, "vars": {"bed": 12},
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hello {{ contact.name }}, bed {{ vars.bed }}", "Hello Li, bed 12"),
        ("{{ results.ask.value }}{{ record.unknown }}", "1"),
        ("{% if record.age > 65 %}old{% endif %}", "old"),
        ("plain", "plain"),
    ],
)
def test_a_template_is_written_for_somebody(call: Caller, source: str, text: str) -> None:
    answer = call("POST", "/templates/preview", BODY | {"sources": [source]})
    assert answer.status_code == 200 and answer.json["items"] == [{"text": text, "holds": None, "errors": []}]


def test_conditions_hold_or_not_and_a_fault_says_why(call: Caller) -> None:
    sources = ['record.ward == "cardio" and record.age > 65', "vars.bed < 3", "record.age >"]
    items = call("POST", "/templates/preview", BODY | {"kind": "condition", "sources": sources}).json["items"]
    assert [item["holds"] for item in items] == [True, False, None]
    assert [len(item["errors"]) for item in items] == [0, 0, 1] and items[2]["errors"][0]["message"]


def test_a_hostile_template_is_cut_and_neither_hangs_nor_reads_on(call: Caller) -> None:
    loops = "{% for a in (1..10000) %}{% for b in (1..10000) %}x{% endfor %}{% endfor %}"
    items = call("POST", "/templates/preview", {"sources": [loops, "{{ record.__class__ }}", "x" * 5_000]}).json["items"]
    assert all(len(item["text"] or "") <= 1_000 for item in items) and items[1]["text"] == ""


def test_what_is_asked_is_limited(call: Caller) -> None:
    assert call("POST", "/templates/preview", {"sources": ["x"] * 51}).status_code == 422
    assert call("POST", "/templates/preview", {"sources": [], "kind": "script"}).status_code == 422
