"""What is refused, and what is kept with its faults: every one, each with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.english import Understanding
from engine.flow import DocumentRefused, check, compile_flow, parse_document
from engine.flow.compile import FlowErrors
from engine.flow.lint import RULES
from engine.flow.lint.subject import Subject
from engine.nodes import registry
from tests.engine.every_node import flows_of_every_node
from tests.engine.fuzzing import holds
from tests.engine.mutations import mutated
from tests.scenario_files import cases_in

ROOT = Path(__file__).parents[2]
BROKEN = sorted((ROOT / "tests" / "broken_flows").glob("*.yaml"))
SOUND = [json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "flows" / "examples").glob("*.json")]


def envelope(**more: Any) -> bytes:
    return json.dumps({"callweave": 1, "name": "x", "nodes": {}, **more}).encode()


@pytest.mark.parametrize(
    ("data", "status", "where"),
    [
        (b"{", 400, ""), (b"", 400, ""), (b"\xff\xfe", 400, ""), (b'{"callweave": NaN}', 400, ""),
        (b'{"name": "\\ud800"}', 400, ""), (envelope(description="x" * 5_000_000), 413, ""),
        (b"[" * 100_000, 422, ""), (envelope(notes=json.loads("[" * 60 + "]" * 60)), 422, ""), (b"[]", 422, ""), (b"7", 422, ""),
        (envelope(nodes={f"n{i}": {} for i in range(3_000)}), 422, "nodes"), (envelope(nodes=[]), 422, "nodes"),
        (envelope(callweave=2), 422, "callweave"), (envelope(callweave=True), 422, "callweave"), (envelope(name=3), 422, "name"),
    ],
)  # fmt: skip
def test_what_is_refused(data: bytes, status: int, where: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        parse_document(data)
    assert refused.value.status == status
    assert where in [fault.path for fault in refused.value.faults]
    assert all(fault.sentence for fault in refused.value.faults)


def test_every_fault_of_the_envelope_at_once() -> None:
    with pytest.raises(DocumentRefused) as refused:
        parse_document(b'{"callweave": 3, "nodes": 1}')
    assert {fault.path for fault in refused.value.faults} == {"callweave", "name", "nodes"}


def broken_flows() -> list[Any]:
    """Every case of every file: a flow, what may be given beside it, and the errors and warnings that it has."""
    return [
        pytest.param(case, id=f"{path.stem}: {case.get('case', number)}")
        for path in BROKEN
        for number, case in enumerate(cases_in(path))
    ]


def understanding(case: dict[str, Any]) -> Understanding | None:
    return Understanding(**case["understanding"]) if "understanding" in case else None


@pytest.mark.parametrize("case", broken_flows())
def test_broken_flow(case: dict[str, Any]) -> None:
    document = {"callweave": 1, "name": "case", "languages": ["en"], **case["flow"]}
    accepted = parse_document(json.dumps(document).encode())
    report = check(accepted, registry(), record_types=case.get("record_types"), flows=case.get("flows"), recordings=case.get("recordings"), understanding=understanding(case), voices=case.get("voices"))
    assert sorted(str(fault) for fault in report.errors) == sorted(case.get("errors", []))
    assert sorted(str(fault) for fault in report.warnings) == sorted(case.get("warnings", []))
    alone = check(accepted, registry())
    if alone.errors:
        with pytest.raises(FlowErrors):
            compile_flow(document)
    else:
        compile_flow(document)


def mutations(value: Any) -> st.SearchStrategy[Any]:
    """The same value with something in it changed, dropped or put in another's place."""
    junk = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=6)
        | st.just([])
        | st.just({})
        | st.just("{{ x.y }}")
    )
    if isinstance(value, dict) and value:
        return st.one_of(
            junk,
            st.sampled_from(sorted(value)).flatmap(
                lambda key: st.one_of(
                    st.just({name: entry for name, entry in value.items() if name != key}),
                    mutations(value[key]).map(lambda changed: {**value, key: changed}),
                )
            ),
            st.tuples(st.text(max_size=6), junk).map(lambda pair: {**value, pair[0]: pair[1]}),
        )
    if isinstance(value, list) and value:
        return junk | st.integers(0, len(value) - 1).flatmap(
            lambda index: mutations(value[index]).map(lambda changed: [*value[:index], changed, *value[index + 1 :]])
        )
    return junk


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SOUND).flatmap(mutations))
def test_a_mutated_flow_gives_faults_and_nothing_else(document: Any) -> None:
    holds(document, SOUND[0])


def test_spoiled_flows_of_every_node_type() -> None:
    """Full size by `make prove NAME=fuzz`."""
    sound = [*SOUND, *flows_of_every_node()]
    assert {node["type"] for flow in sound for node in flow["nodes"].values()} >= set(registry())
    became = {holds(mutated(sound[seed % len(sound)], seed), sound[0]) for seed in range(1_500)}
    assert became == {"refused", "faulty", "sound"}


def test_every_rule_finds_something_in_a_broken_flow() -> None:
    finding: set[str] = set()
    for parameters in broken_flows():
        (case,) = parameters.values
        document = {"callweave": 1, "name": "case", "languages": ["en"], **case["flow"]}
        report = check(document, registry())
        subject = Subject(document, report.nodes, registry(), case.get("record_types"), case.get("flows"), case.get("recordings"), understanding(case), case.get("voices"))
        finding |= {rule.__name__ for rule in RULES if any(True for _ in rule(subject))}
    assert {rule.__name__ for rule in RULES} - finding == set()
