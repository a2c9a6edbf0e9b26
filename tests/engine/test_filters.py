"""The quick filters give what python-liquid gives: any value, any filters, any arguments, and the same where it fails."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from liquid.builtin.output import OutputNode
from liquid.context import RenderContext
from liquid.undefined import Undefined

from engine.expressions import Template
from engine.expressions.chain import MAX_FILTERS
from engine.expressions.liquid import EMPTY, ENVIRONMENT, MAX_TEXT, UNFILLABLE
from engine.expressions.quick_filters import IN_SCOPE, QUICK
from engine.expressions.script import Script
from engine.flow import compile_flow
from engine.secret import Secret
from engine.session import Session
from engine.session.state import Run, State

AT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
NODE = {"type": "set", "config": {"variables": {"a": "1"}}, "outlets": {}}
PROGRAM = compile_flow({"callweave": 1, "name": "x", "languages": ["en"], "start": "n0", "nodes": {"n0": NODE}})
TEXTS = st.text(max_size=6) | st.sampled_from(
    ["70", " 3 ", "-4.5", "1e3", "007", "a,b;c", "ab ab ab", " \tx\n", "ß<&>'\"", "2026-12-03", "2026-12-03T10:00:00+08:00", "13800138000",
     "x" * 998, "y" * 1_000, "<" * 999, "z" * 19_999, "w" * 20_001, "٣٤", "²", "US"]
)  # fmt: skip
NUMBERS = (
    st.integers(-9, 99) | st.floats() | st.sampled_from([10**18, 10**18 + 1, -(10**18), 2.5, 1e18, Decimal("1.50")])
)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS | st.sampled_from([date(2026, 12, 3), AT, Secret("1234"), ("a", 1)])
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(TEXTS, max_size=4)
        | st.dictionaries(st.sampled_from(["b", "size", "first"]), inner, max_size=3)
    ),
    max_leaves=6,
)
OPERANDS = st.sampled_from(
    ["record.a", "vars.a", "vars.b", "vars.nope", "record.nope.x", "record.a.b", "record.a.size", "record.a[0]", "vars.b.first",
     "record['a b']", "vars.b.last", "now", "flow.language", "nowhere", "vars[vars.b]", "(1..3)"]
)  # fmt: skip
LITERALS = st.sampled_from(
    ["'x'", "''", "' '", "','", "'ab'", "'70'", "0", "1", "3", "-1", "2.5", "99999999999", "nil", "true", "false", "'%d.%m.'", "'%'",
     "'USD'", "'day'", "'days'", "'" + "v" * 1_000 + "'"]
)  # fmt: skip
ARGUMENTS = st.lists(st.one_of(LITERALS, LITERALS, OPERANDS), max_size=3)
NAMES = st.sampled_from(sorted({*QUICK, *IN_SCOPE, "sort", "reverse", "uniq"}))
NAMED = st.sampled_from(
    ["", "", "", "language: 'zh'", "allow_false: true", "one: 'd'", "language: vars.a", "context: 1", "environment: 2"]
)


@st.composite
def filters(draw: st.DrawFn) -> str:
    """A filter, mostly with as many arguments as it takes."""
    arguments = [*draw(ARGUMENTS), draw(NAMED)]
    given = ", ".join(argument for argument in arguments if argument)
    return draw(NAMES) + (f": {given}" if given else "")


CHAINS = st.tuples(OPERANDS | LITERALS, st.lists(filters(), min_size=1, max_size=4)).map(
    lambda chain: " | ".join([chain[0], *chain[1]])
)
SESSIONS = st.builds(
    lambda record, a, b: Session(
        PROGRAM, State(runs=[Run("n0", {"a": a, "b": b}, {})]), {"language": "en"}, {"a": record, "a b": a}
    ),
    VALUES, VALUES, VALUES,
)  # fmt: skip


def by_python_liquid(source: str) -> Callable[[Session], Any]:
    """What python-liquid alone gives for a session, with our filters and limits."""
    node = ENVIRONMENT.from_string(source).nodes[0]
    assert isinstance(node, OutputNode)
    expression = node.expression

    def value(session: Session) -> Any:
        try:
            value = expression.evaluate(RenderContext(EMPTY, globals=session.scope))
        except UNFILLABLE:
            return None
        return None if isinstance(value, Undefined) else value

    return value


def session_of(**variables: Any) -> Session:
    return Session(PROGRAM, State(runs=[Run("n0", variables, {})]), {}, {})


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


def written(template: Template, session: Session) -> Any:
    script = Script()
    template.write(script, "found")
    script.line("return found")
    return script.function()(session)


def all_ways_agree(chain: str, session: Session) -> None:
    template = Template("{{ " + chain + " }}")
    expected = by_python_liquid(template.source)(session)
    assert same(template.value(session.scope), expected)
    assert same(written(template, session), expected)
    text = Template("a {{ " + chain + " }} b{{ vars.a | upcase }}")
    assert written(text, session) == text.value(session.scope) == text.render(session.scope)


@settings(max_examples=400, deadline=None)
@given(CHAINS, SESSIONS)
@example("vars.a | join", session_of(a=None))
@example("vars.nope | join", session_of(a=None))
@example("vars.a | append: vars.nope", session_of(a="x"))
@example("vars.a | append: nil", session_of(a="x"))
@example("vars.a | default: vars.nope | join", session_of(a=""))
def test_a_chain_gives_what_python_liquid_gives(chain: str, session: Session) -> None:
    all_ways_agree(chain, session)


GRID: list[Any] = [
    None, True, False, 0, 7, -7, 10**18, 10**18 + 1, -(10**18), 2.5, -0.5, 1e18, 1e300, float("nan"), float("inf"), Decimal("1.50"),
    "", " ", "x", "ab ab", "o'Neil mcKay", "a,b,,c", "70", "007", " 3 ", "-4.5", "٣٤", "²", "ß<&>", "2026-12-03", "2026-12-03T10:00:00+08:00",
    "+86 138-0013-8000", "1" * 18, "1" * 19, "x" * 999, "ab" * 500, "ß" * 19_999, "w" * 20_001,
    [], ["a", "b"], ["a", ["b", None]], [3, "x"], ["w" * 20_000, "w"], ["a"] * 1_000, {}, {"a": 1}, ("a", "b"), date(2026, 12, 3), AT, Secret("1234"),
]  # fmt: skip
FIRST = ["'a'", "'ab'", "''", "' '", "','", "'7'", "'%d.%m.'", "0", "1", "3", "-1", "99", "2.5", str(10**18), "nil", "true", "vars.nope",
         "vars.a", "vars.b", "'" + "v" * 999 + "'", "'" + "v" * 1_000 + "'"]  # fmt: skip
SECOND = ["'x'", "''", "2", "-1", "nil", "vars.nope", "vars.b", "'" + "v" * 999 + "'"]
ARGUMENT_LISTS = [
    "", *(f": {one}" for one in FIRST), *(f": {one}, {two}" for one in FIRST for two in SECOND), ": 1, 2, 3",
    ": 'x', allow_false: true", ": 'day', language: 'zh'",
]  # fmt: skip


@pytest.mark.parametrize("name", sorted({*QUICK, *IN_SCOPE}))
def test_each_filter_gives_what_python_liquid_gives(name: str) -> None:
    sessions = [session_of(a=value, b="ab") for value in GRID]
    for arguments in ARGUMENT_LISTS:
        source = "{{ vars.a | " + name + arguments + " }}"
        template, script = Template(source), Script()
        template.write(script, "found")
        script.line("return found")
        function, expected = script.function(), by_python_liquid(source)
        for value, session in zip(GRID, sessions, strict=True):
            wanted = expected(session)
            assert same(template.value(session.scope), wanted), (source, value)
            assert same(function(session), wanted), (source, value)


@pytest.mark.parametrize(
    "chain",
    ["'aaaaaaaaaa'" + " | replace: 'a', 'aaaaaaaaaa'" * 12, "vars.a" + " | append: vars.a" * 12, "vars.a" + " | prepend: vars.a | replace: 'y', vars.a" * 6,
     "vars.a | split: '' | join: vars.a | replace: 'y', vars.a", "999999999" + " | times: 999999999" * 12],
)  # fmt: skip
def test_a_hostile_chain_stays_small(chain: str) -> None:
    session = session_of(a="y" * 999)
    template = Template("{{ " + chain + " }}")
    tracemalloc.start()
    try:
        value, rendered = template.value(session.scope), template.render(session.scope)
        quick = written(template, session)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert same(value, by_python_liquid(template.source)(session))
    assert same(value, quick)
    assert len(rendered) <= MAX_TEXT
    assert peak < 20_000_000


def test_a_very_long_chain_is_worked_out_too() -> None:
    for length in (MAX_FILTERS, MAX_FILTERS + 1, 1_500):
        template = Template("{{ vars.a" + " | upcase" * length + " }}")
        assert written(template, session_of(a="x")) == template.render(session_of(a="x").scope) == "X"


def test_the_machines_clock_is_not_read() -> None:
    assert Template("{{ today | date: '%Y' }}{{ today }}{% if true %}{{ today }}{% endif %}").render({}) == ""
