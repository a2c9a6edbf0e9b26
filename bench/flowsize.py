"""What a turn costs in flows of 10 to 2,000 nodes: it must not grow with the flow, only with the nodes walked."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from bench.machine import interleaved
from callweave import CallOffered, DigitsGathered, advance, compile_flow, dump, restore, start

SIZES = (10, 100, 500, 1_000, 2_000)
AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MENU = {"prompt": "1 to go on.", "choices": [{"key": "1", "label": "on"}]}


def document(nodes: int) -> dict[str, Any]:
    """A chain of menus with an end: the larger it is, the more nodes are not walked."""
    chain: dict[str, Any] = {
        f"n{number}": {"type": "menu", "config": MENU, "outlets": {"1": f"n{number + 1}", "no_input": "last"}}
        for number in range(nodes - 2)
    }
    chain[f"n{nodes - 2}"] = {"type": "end", "config": {}}
    chain["last"] = {"type": "end", "config": {}}
    return {"callweave": 1, "name": f"{nodes} nodes", "languages": ["en"], "start": "n0", "nodes": chain}


def measure(rounds: int) -> dict[str, Any]:
    """The table and its figures."""
    contestants, compile_seconds = {}, {}
    for nodes in SIZES:
        began = time.process_time()
        program = compile_flow(document(nodes))
        compile_seconds[nodes] = time.process_time() - began
        first = start(program, at=AT, event=CallOffered(at=AT, leg="L"))
        blob = dump(first.session)

        def turn(program: Any = program, blob: bytes = blob, command: str = first.commands[-1].id) -> bytes:
            session = restore(program, blob)
            return dump(advance(program, session, DigitsGathered(at=AT, command_id=command, digits="1")).session)

        contestants[str(nodes)] = turn
    rates = interleaved(contestants, rounds=rounds, times=300)
    rows = [
        {"nodes": nodes, "check and compile ms": compile_seconds[nodes] * 1e3, "turns/CPU-s": rates[str(nodes)],
         "of the smallest": rates[str(nodes)] / rates["10"]}
        for nodes in SIZES
    ]  # fmt: skip
    return {"rows": rows, "turns_per_cpu_second_2000": rates["2000"], "of_the_smallest_2000": rates["2000"] / rates["10"]}
