"""Values in a document as its author writes them: plain numbers and truths, seconds without a unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.flow import FlowErrors, canonical, compile_flow
from engine.session import start

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def flow(kind: str, config: dict[str, Any], **outlets: str) -> dict[str, Any]:
    nodes = {"a": {"type": kind, "config": config, "outlets": outlets}, "b": {"type": "end"}}
    return {"callweave": 1, "name": "f", "languages": ["en"], "start": "a", "nodes": nodes}


def test_a_plain_number_is_one_and_stays_as_it_is_written() -> None:
    values = {"calls": 0, "due": True, "late": False, "share": -1.5, "text": "7", "sum": "{{ vars.calls | plus: 2 }}"}
    document = flow("set", {"variables": values}, done="b")
    before = canonical(document)
    session = start(compile_flow(document), at=AT).session
    assert session.vars == values | {"sum": 2}
    assert [type(session.vars[name]) for name in ("calls", "due", "share", "text")] == [int, bool, float, str]
    assert canonical(document) == before


def test_parameters_inputs_and_fields_take_them_as_well() -> None:
    looked = start(compile_flow(flow("lookup", {"source": "his", "query": "q", "parameters": {"n": 5}})), at=AT)
    assert looked.commands[0].parameters == {"n": 5}  # type: ignore[attr-defined]
    updated = start(compile_flow(flow("update_record", {"fields": {"score": 4, "ok": True}})), at=AT, record={"x": 1})
    assert updated.commands[0].fields == {"score": 4, "ok": True}  # type: ignore[attr-defined]
    compile_flow(flow("start_flow", {"flow": "x", "inputs": {"n": 1}}))


@pytest.mark.parametrize("value", [None, [1], {"x": 1}, float("inf"), 1e300])
def test_what_is_no_plain_value_is_a_fault_with_its_place(value: Any) -> None:
    with pytest.raises(FlowErrors) as refused:
        compile_flow(flow("set", {"variables": {"a": value}}))
    assert [fault.path for fault in refused.value.errors if fault.path] in (["nodes.a.config.variables.a"], [])


def test_a_length_of_time_without_a_unit_is_seconds() -> None:
    for kind, config in (("wait", {"for": 90}), ("wait_for", {"what": "message", "timeout": 90})):
        session = start(compile_flow(flow(kind, config)), at=AT).session
        assert session.wake_at == AT + timedelta(seconds=90)
    with pytest.raises(FlowErrors):
        compile_flow(flow("wait", {"for": True}))
