"""Python that is written for a flow does what the closures and the nodes' `enter` do, whatever the data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.commands import Pause
from engine.expressions import Condition, Template
from engine.expressions.script import Script
from engine.flow import Program, compile_flow
from engine.flow.check import built_places, check
from engine.node import DONE, Action
from engine.nodes import registry
from engine.nodes.set import Set
from engine.prompts import Prompt
from engine.session import Session, dump, start
from engine.session.state import Run, State
from engine.spoken import spoken, spoken_date, spoken_digits

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 10**12)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["70", "1e3", "cardio"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "size", "first"]), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = st.sampled_from(
    ["record.a", "record.a.b", "vars.a.size", "vars.b.first", "vars.nope.x", "contact.a[0]", "record['a b']", "results.n0.outlet",
     "call.from", "message.text", "record.a[vars.b]", "now", "flow.name", "record", "vars.a | upcase", "'c0'"]
)  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=8) | st.sampled_from(
    ['"', '"""', "\\", "'''\n"]
)
TEMPLATES = st.lists(WORDS | PATHS.map(lambda path: "{{ " + path + " }}"), max_size=4).map("".join)
LITERALS = st.sampled_from(
    ["65", "-1", "0.5", "1000", "'70'", "'cardio'", '"it\'s"', "nil", "true", "vars.b", "empty", "blank"]
)
COMPARISONS = st.one_of(
    st.tuples(PATHS.filter(lambda path: "|" not in path), st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "contains"]), LITERALS).map(" ".join),
    st.sampled_from(["vars.a", "not record.a", "record.a and vars.a > 3", "record.a > 3 or vars.b"]),
)  # fmt: skip
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join)
        | inner.map(lambda condition: f"({condition})")
        | inner.map(lambda condition: f"not ({condition})")
    ),
    max_leaves=4,
)
SESSIONS = st.builds(
    lambda record, a, b: Session(
        PROGRAM, State(runs=[Run("n0", {"a": a, "b": b}, {"n0": {"outlet": "done"}})]), {"a": b}, {"a": record, "a b": a}
    ),
    VALUES, VALUES, VALUES,
)  # fmt: skip


def flow(nodes: dict[str, Any]) -> dict[str, Any]:
    return {"callweave": 1, "name": "x", "languages": ["en"], "start": "n0", "nodes": nodes}


def a_set(onward: str | None = None, **variables: str) -> dict[str, Any]:
    return {"type": "set", "config": {"variables": variables}, "outlets": {"done": onward} if onward else {}}


PROGRAM = compile_flow(flow({"n0": a_set(a="1")}))


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and (one == other or repr(one) == repr(other))


@settings(max_examples=300, deadline=None)
@given(TEMPLATES, SESSIONS)
def test_a_written_template_gives_what_its_closure_gives(source: str, session: Session) -> None:
    template, script = Template(source), Script()
    template.write(script, "found")
    script.line("return found")
    assert same(script.function()(session), template.value(session.scope))


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, SESSIONS)
def test_a_written_condition_gives_what_its_closure_gives(source: str, session: Session) -> None:
    condition, script = Condition(source), Script()
    condition.write(script, "found")
    script.line("return found")
    assert bool(script.function()(session)) is bool(condition.test(session.scope))


@settings(max_examples=200, deadline=None)
@given(st.lists(PATHS, min_size=1, max_size=4), st.sampled_from(["say", "digits", "number", "date"]), SESSIONS)
def test_a_written_prompt_says_what_its_values_are(paths: list[str], kind: str, session: Session) -> None:
    session.state.language = "en"
    templates = ["{{ " + path + " }}" for path in paths]
    sayer = {"digits": spoken_digits, "date": spoken_date}.get(kind, spoken)
    expected = [part for template in templates for part in sayer(Template(template).value(session.scope), "en")]
    heard = Prompt({"en": [{kind: template} for template in templates] + [{"pause": 1}]}).heard(session)
    assert repr(heard) == repr((*expected, Pause(seconds=1.0)))
    assert repr(Prompt("Dear " + templates[0]).heard(session)[1:]) == repr(
        spoken(Template(templates[0]).value(session.scope), "en")
    )


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Any flow of nodes that set variables and branch, with any edges; circles too."""
    ids = [f"n{number}" for number in range(draw(st.integers(1, 6)))]
    nodes = {}
    for id in ids:
        ends = {outlet: draw(st.sampled_from([*ids, ""])) for outlet in ("done", "x", "y", "else")}
        outlets = {outlet: end for outlet, end in ends.items() if end}
        if draw(st.booleans()):
            values = draw(st.dictionaries(st.sampled_from("ab"), TEMPLATES, min_size=1))
            nodes[id] = {"type": "set", "config": {"variables": values}, "outlets": outlets}
        else:
            cases = [{"label": label, "when": draw(CONDITIONS)} for label in "xy"]
            nodes[id] = {"type": "branch", "config": {"conditions": cases}, "outlets": outlets}
    return flow(nodes)


@settings(max_examples=200, deadline=None)
@given(documents(), VALUES)
def test_a_stride_leaves_behind_what_its_nodes_would(document: dict[str, Any], value: Any) -> None:
    turns = []
    for strides in (True, False):
        places = built_places(document, check(document, registry()))
        if not strides:
            for place in places.values():
                place.stride = None
        program = Program(name="x", languages=("en",), start="n0", on_hang_up=None, places=places)
        turns.append(start(program, record={"a": value}, at=AT))
    one, other = turns
    assert (one.session.status, one.session.outcome) == (other.session.status, other.session.outcome)
    if one.session.outcome != "loop":  # where a circle is broken off depends on the length of a stride
        assert one.journal == other.journal
        assert dump(one.session) == dump(other.session)


def test_a_node_type_with_an_enter_of_its_own_is_entered() -> None:
    class Counted(Set):
        type = "counted"

        def enter(self, session: Session) -> Action:
            session.vars["n"] = session.vars.get("n", 0) + 1
            return DONE

    assert Set.is_written()
    assert not Counted.is_written()
    document = flow({"n0": {**a_set("n1", a="1"), "type": "counted"}, "n1": a_set(b="{{ vars.n }}")})
    turn = start(compile_flow(document, {**registry(), "counted": Counted}), at=AT)
    assert turn.session.vars == {"n": 1, "b": 1}
    assert [step.node for step in turn.journal] == ["n0", "n1"]


def test_a_long_row_takes_several_strides() -> None:
    nodes = {f"n{number}": a_set(f"n{number + 1}", n=f"{number}") for number in range(200)}
    turn = start(compile_flow(flow(nodes | {"n200": a_set(n="last")})), at=AT)
    assert [step.node for step in turn.journal] == [f"n{number}" for number in range(201)]
    assert turn.session.vars == {"n": "last"}
    assert len(turn.session.results) == 201
