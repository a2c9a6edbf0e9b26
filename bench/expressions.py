"""Templates and conditions, compiled once: microseconds each, beside python-liquid and Jinja's sandbox.

`callweave` is what a node asks for one field (closures); `written` is the Python that a flow's stride holds for it. Peers
render the same template over the same values; Jinja has other names for two filters. A dash: a peer has no such thing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from liquid import Environment

from bench.machine import interleaved
from callweave import compile_flow
from engine.expressions import Condition, Template
from engine.expressions.script import Script
from engine.session import Session, start

TIMES = 2_000
RECORD = {"name": "Ann Lee", "ward": "cardio", "age": 70, "count": "3", "phone": "13800138000", "day": "2026-12-03"}
TEMPLATES = {
    "text and two values": "Hello {{ record.name }} of {{ record.ward }}, how are you?",
    "a number": "{{ 5 }}",
    "one filter": "{{ record.name | upcase }}",
    "a value or default": "{{ record.nick | default: 'friend' }}",
    "a sum": "{{ record.count | plus: 1 }}",
    "a date": "{{ record.day | date: '%d.%m.' }}",
    "digits": "{{ record.phone | digits }}",
    "three filters": "Dear {{ record.name | strip | upcase | replace: 'A', 'E' }}",
    "if, by python-liquid": "{% if record.age > 65 %}old{% else %}young{% endif %}",
}
OURS = {"digits"}
"""Work that python-liquid has no filter for."""
JINJA = {
    "text and two values": TEMPLATES["text and two values"],
    "a number": TEMPLATES["a number"],
    "one filter": "{{ record.name | upper }}",
    "a value or default": "{{ record.nick | default('friend') }}",
    "three filters": "Dear {{ record.name | trim | upper | replace('A', 'E') }}",
    "if, by python-liquid": "{% if record.age > 65 %}old{% else %}young{% endif %}",
}
CONDITIONS = {
    "a comparison": "record.age > 65",
    "and, or": "record.age > 65 and record.ward == 'cardio' or record.name == 'Bob'",
    "contains": "record.name contains 'Lee'",
}
NODE = {"type": "set", "config": {"variables": {"a": "1"}}, "outlets": {}}
PROGRAM = compile_flow({"callweave": 1, "name": "x", "languages": ["en"], "start": "a", "nodes": {"a": NODE}})


def _written(expression: Template | Condition, session: Session) -> Callable[[], object]:
    script = Script()
    expression.write(script, "found")
    script.line("return found")
    function = script.function()
    return lambda: function(session)


def _contestants(session: Session) -> dict[str, Callable[[], object]]:
    """Each by the name of its work and of its engine."""
    scope, found = session.scope, {}
    sandbox = _sandbox()
    for work, source in TEMPLATES.items():
        template = Template(source)
        found[f"{work}/callweave"] = lambda render=template.render: render(scope)
        found[f"{work}/written"] = _written(template, session)
        if work not in OURS:
            peer = Environment().from_string(source)
            found[f"{work}/python-liquid"] = lambda render=peer.render: render(record=RECORD)
        if sandbox is not None and work in JINJA:
            jinja = sandbox(JINJA[work])
            found[f"{work}/jinja2"] = lambda render=jinja.render: render(record=RECORD)
    for work, source in CONDITIONS.items():
        condition = Condition(source)
        found[f"{work}/callweave"] = lambda test=condition.test: test(scope)
        found[f"{work}/written"] = _written(condition, session)
        peer = Environment().from_string("{% if " + source + " %}1{% endif %}")
        found[f"{work}/python-liquid"] = lambda render=peer.render: render(record=RECORD)
        if sandbox is not None and work != "contains":
            jinja = sandbox("{% if " + source + " %}1{% endif %}")
            found[f"{work}/jinja2"] = lambda render=jinja.render: render(record=RECORD)
    return found


def _sandbox() -> Callable[[str], Any] | None:
    try:
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError:
        return None
    return SandboxedEnvironment().from_string


def measure(rounds: int) -> dict[str, Any]:
    """The table: a row for each kind of work."""
    session = start(PROGRAM, record=RECORD, at=datetime(2026, 11, 24, 1, 0, tzinfo=UTC)).session
    rates = interleaved(_contestants(session), rounds=rounds, times=TIMES)
    engines = ("callweave", "written", "python-liquid", "jinja2")
    took = {name: 1e6 / rate for name, rate in rates.items()}
    rows = [
        {"µs each": work} | {engine: took.get(f"{work}/{engine}", "-") for engine in engines}
        for work in [*TEMPLATES, *CONDITIONS]
    ]
    return {"rows": rows}
