"""Templates that mean harm: a value is never a template, nothing is read from disk, and nothing reaches into Python."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from callweave import FlowErrors, compile_flow, start
from engine.flow import check
from engine.nodes import registry

FLOW: dict[str, Any] = {
    "callweave": 1, "name": "F", "languages": ["en"], "start": "set",
    "nodes": {"set": {"type": "set", "config": {"variables": {"seen": "Dear {{ record.name }}"}}, "outlets": {}}},
}  # fmt: skip
SPOKEN = [
    "{{ 7 | times: 7 }}", "{{7*7}}", "{% if true %}49{% endif %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{ config.items() }}",
    "{{ ''.__class__.__mro__ }}", "%{7*7}", "{{ record }}", "{% raw %}", "{% include 'x' %}", "*{7*7}", "{{ vars.seen }}",
]  # fmt: skip


def seen(template: str, record: dict[str, Any]) -> Any:
    document = copy.deepcopy(FLOW)
    document["nodes"]["set"]["config"]["variables"]["seen"] = template
    turn = start(compile_flow(document), contact={"name": "A"}, record=record, at=datetime(2026, 11, 22, tzinfo=UTC))
    return turn.session.vars["seen"]


@pytest.mark.parametrize("value", SPOKEN)
def test_a_value_is_never_a_template(value: str) -> None:
    assert seen("Dear {{ record.name }}", {"name": value}) == f"Dear {value}"


@pytest.mark.parametrize(
    "template",
    [
        "x{{ record.__class__ }}", "x{{ record.name.__class__.__mro__ }}", "x{{ record.name.format }}", "x{{ now.__init__.__globals__ }}",
        "x{{ record['__class__'] }}", "x{{ contact.__dict__ }}", "x{{ vars.__builtins__ }}", "x{{ flow.__module__ }}",
        "x{{ record.keys }}", "x{{ record.items.first }}", "x{{ results.__len__ }}",
    ],
)  # fmt: skip
def test_a_template_reaches_nothing_of_python(template: str) -> None:
    try:
        text = seen(template, {"name": "n"})
    except FlowErrors:  # refused when it is written
        return
    assert text in ("x", None), text


@pytest.mark.parametrize(
    "template",
    [
        "{% include '/etc/passwd' %}", "{% render '../../etc/passwd' %}", "{% layout 'x' %}", "{% extends 'x' %}", "{% python %}",
        "{% import os %}", "{% for i in (1..9999999999) %}x{% endfor %}{% include 'a' %}", "{% liquid include 'x' %}",
    ],
)  # fmt: skip
def test_what_reads_files_or_runs_code_is_no_tag(template: str) -> None:
    document = copy.deepcopy(FLOW)
    document["nodes"]["set"]["config"]["variables"]["seen"] = template
    assert check(document, registry()).errors, template
