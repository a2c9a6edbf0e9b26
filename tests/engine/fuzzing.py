"""What must be so of any document whatever: a list of faults and nothing else; no program exactly when there is an error."""

from __future__ import annotations

import json
from typing import Any

from engine.flow import DocumentRefused, FlowErrors, canonical, check, compile_flow, parse_document
from engine.flow.diff import diff
from engine.flow.merge import merge, same
from engine.nodes import registry


def holds(document: Any, sound: dict[str, Any]) -> str:
    """What became of it: refused, faulty or sound. Raises AssertionError, or whatever went wrong."""
    try:
        accepted = parse_document(json.dumps(document).encode())
    except DocumentRefused as refused:
        assert refused.faults
        assert all(fault.sentence for fault in refused.faults)
        return "refused"
    report = check(accepted, registry(), record_types={}, flows={})
    alone = check(accepted, registry())
    for fault in [*report.errors, *report.warnings, *alone.errors, *alone.warnings]:
        assert fault.sentence
        assert isinstance(fault.path, str)
    try:
        compile_flow(accepted)
    except FlowErrors as refused:
        assert refused.errors == alone.errors != []
    else:
        assert alone.errors == []
    assert canonical(json.loads(canonical(accepted))) == canonical(accepted)
    assert all(str(change) for change in diff(sound, accepted))
    assert same(merge(sound, accepted, sound).document, accepted)
    return "faulty" if alone.errors else "sound"
