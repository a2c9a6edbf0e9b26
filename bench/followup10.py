"""One session of ten nodes, stored and restored at its wait: sessions for each CPU second, beside the limit and peers.

Three variables from a record, a template with two values, a numeric branch, a menu of four on an input, a second
template, two more variables, the end. Our side is the public core of CONTRACT §7; the document is compiled once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bench import limit, peers
from bench.machine import RECORD, interleaved
from callweave import CallOffered, DigitsGathered, advance, compile_flow, dump, restore, start

TIMES = 300
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CONTACT = {"phone": "13800000000"}


def _set(onward: str, **variables: str) -> dict[str, Any]:
    return {"type": "set", "config": {"variables": variables}, "outlets": {"done": onward}}


DOCUMENT: dict[str, Any] = {
    "callweave": 1, "name": "followup-10", "languages": ["en"], "start": "name",
    "nodes": {
        "name": _set("age", name="{{ record.name }}"),
        "age": _set("ward", age="{{ record.age }}"),
        "ward": _set("greeting", ward="{{ record.ward }}"),
        "greeting": _set("old", greeting="Hello {{ vars.name }} of {{ vars.ward }}, how are you?"),
        "old": {
            "type": "branch", "config": {"conditions": [{"label": "old", "when": "vars.age > 65"}]},
            "outlets": {"old": "ask", "else": "ask"},
        },
        "ask": {
            "type": "menu",
            "config": {
                "prompt": "{{ vars.greeting }} 1 well, 2 fair, 3 poor, 4 call me.",
                "choices": [{"key": key, "label": label} for key, label in zip("1234", ("well", "fair", "poor", "call"), strict=True)],
            },
            "outlets": {"1": "well", "2": "fair", "3": "poor", "4": "call"},
        },
        "well": _set("answer", advice="{{ vars.name }}, all is well in {{ vars.ward }}."),
        "fair": _set("answer", advice="{{ vars.name }}, rest well; {{ vars.ward }}."),
        "poor": _set("answer", advice="{{ vars.name }}, {{ vars.ward }} will call you."),
        "call": _set("answer", advice="{{ vars.name }}, we call you from {{ vars.ward }}."),
        "answer": _set("noted", answer="{{ vars.greeting }}"),
        "noted": _set("done", noted="{{ vars.age }}"),
        "done": {"type": "end", "config": {"outcome": "done"}},
    },
}  # fmt: skip


PROGRAM = compile_flow(DOCUMENT)
LIMIT = limit.Limit(DOCUMENT)


def ours() -> bytes:
    """One session through the public core; its state at the wait."""
    called = CallOffered(at=AT, leg="1732230000.17", caller="13800000000", called="7001")
    turn = start(PROGRAM, contact=CONTACT, record=RECORD, at=AT, event=called)
    blob = dump(turn.session)
    session = restore(PROGRAM, blob, contact=CONTACT, record=RECORD)
    turn = advance(PROGRAM, session, DigitsGathered(at=AT, command_id=turn.commands[-1].id, digits="2"))
    assert turn.session.outcome == "done"
    return blob


def measure(rounds: int) -> dict[str, Any]:
    """The table and its figures."""
    contestants: dict[str, Any] = {"callweave": ours, "limit": lambda: LIMIT.session(RECORD, "2"), **peers.installed(RECORD)}
    rates = interleaved(contestants, rounds=rounds, times=TIMES, slow={"SpiffWorkflow": 20})
    sizes = {"callweave": len(ours()), "limit": LIMIT.session(RECORD, "2")[1]}
    rows = [
        {"engine": name, "sessions/CPU-s": rate, "of the limit": rate / rates["limit"], "state bytes": sizes.get(name, "-")}
        for name, rate in sorted(rates.items(), key=lambda pair: -pair[1])
    ]
    return {
        "rows": rows, "sessions_per_cpu_second": rates["callweave"], "limit_sessions_per_cpu_second": rates["limit"],
        "of_the_limit": rates["callweave"] / rates["limit"], "state_bytes": sizes["callweave"],
    }  # fmt: skip
