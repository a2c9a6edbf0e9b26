"""Templates and conditions: what they give, what they refuse, and that nothing hostile in them gets far."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquid import Environment

from engine.expressions import Condition, ExpressionError, Template
from engine.expressions.liquid import MAX_TEXT

SCOPE: dict[str, Any] = {
    "record": {"name": "李", "age": "70", "count": 3, "list": [1, 2, 3], "deep": {"a": {"b": True}}, "day": "2026-12-03"},
    "contact": {}, "call": {}, "message": {}, "results": {"ask": {"value": "2"}}, "vars": {"none": None},
    "flow": {"name": "f"}, "now": datetime(2026, 11, 24, 9, 5, tzinfo=UTC),
}  # fmt: skip


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("您好,{{ record.name }}。", "您好,李。"),
        ("{{ record.missing.deep }}|{{ nothing }}", "|"),
        ("{{ record.list.first }}{{ record.list[1] }}{{ record.list.last }}{{ record.list.size }}", "1233"),
        ("{{ record.deep.a.b }}", "true"),
        ("{{ record['name'] }}{{ record[vars.none] }}", "李"),
        ("{{ record.count | plus: 1 }}", "4"),
        ("{{ now | date: '%H:%M' }}", "09:05"),
        ("{{ 'now' | date: '%Y' }}", "now"),
        ("{{ record.day | date: '%d.%m.' }}", "03.12."),
        ("{{ record.name | divided_by: 0 }}|", "|"),
        ("{% if record.age > 65 %}old{% else %}young{% endif %}", "old"),
        ("{% for n in record.list %}{% if n == '2' %}-{% endif %}{{ n }}{% endfor %}", "1-23"),
        ("{% assign x = 'a' %}{{ x }}", "a"),
    ],
)
def test_template(template: str, text: str) -> None:
    assert Template(template).render(SCOPE) == text


def test_exactly_one_value_keeps_its_kind() -> None:
    assert Template("{{ record.count }}").value(SCOPE) == 3
    assert Template("{{ record.list }}").value(SCOPE) == [1, 2, 3]
    assert Template(" {{ record.count }}").value(SCOPE) == " 3"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("record.age > 65", True), ("record.age == 70", True), ("record.age == '70'", True), ("record.age != 70", False),
        ("record.name > 3", False), ("record.name < 3", False), ("record.name == 3", False), ("record.missing > 0", False),
        ("record.missing == nil", True), ("record.missing == blank", True), ("record.list contains '2'", True),
        ("record.name contains '李'", True), ("record.deep contains 'a'", True), ("not record.missing", True),
        ("record.count >= 3 and record.count <= 3", True), ("record.age < 5 or results.ask.value == 2", True),
        ("(record.age < 5 or record.count == 3) and record.count > 3", False), ("record.list == empty", False),
        ("record.day < '2026-12-04'", True), ("now > '2026-01-01T00:00:00+00:00'", True), ("record.deep.a.b == true", True),
        ("record.deep.a.b == 1", False),
    ],
)  # fmt: skip
def test_condition(condition: str, holds: bool) -> None:
    assert Condition(condition).test(SCOPE) is holds


@pytest.mark.parametrize(
    "source",
    ["{{ record.", "{% include 'secret' %}", "{% render 'x' %}", "{% if %}", "{% for x in %}{% endfor %}", "{{ x | nope }}",
     "{% if a %}" * 40 + "{% endif %}" * 40, "x" * 20_001],
)  # fmt: skip
def test_a_template_that_cannot_be_compiled_says_so(source: str) -> None:
    with pytest.raises(ExpressionError):
        Template(source).render(SCOPE)


@pytest.mark.parametrize("source", ["", "a ==", "a b", "a = 1", "(1..3) == 2", "a and", "==", "'open"])
def test_a_condition_that_cannot_be_compiled_says_so(source: str) -> None:
    with pytest.raises(ExpressionError):
        Condition(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaa'" * 12 + " }}",
        "{{ 'x' | append: '" + "y" * 9_000 + "'" + " | replace: 'y', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'" * 4 + " }}",
        "{{ 999999999" + " | times: 999999999" * 50 + " }}",
        "{% for a in (1..1000000) %}{% for b in (1..1000000) %}x{% endfor %}{% endfor %}",
        "{% assign x = 'aaaaaaaaaa' %}" + "{% assign x = x | append: x | append: x | append: x %}" * 30 + "{{ x }}",
        "{{ record.__class__.__mro__ }}{{ now.__init__.__globals__ }}",
    ],
)
def test_a_hostile_template_stays_small(source: str) -> None:
    tracemalloc.start()
    try:
        text = Template(source).render(SCOPE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(text) <= MAX_TEXT
    assert "class" not in text
    assert peak < 20_000_000


NAMES = st.sampled_from(["record.name", "record.count", "record.deep.a.b", "record.list", "vars.none", "record.nope.x"])
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="{}%"), max_size=8)


@given(st.lists(st.one_of(WORDS, NAMES.map(lambda name: "{{ " + name + " }}")), max_size=6))
def test_closures_give_what_python_liquid_gives(pieces: list[str]) -> None:
    source = "".join(pieces)
    assert Template(source).render(SCOPE) == Environment().from_string(source).render(**SCOPE)
