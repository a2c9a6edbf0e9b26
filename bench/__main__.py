"""`python -m bench NAME [--json] [--database URL] [--count N]`: one benchmark; without a name, the list."""

from __future__ import annotations

import argparse
import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

from bench.machine import machine

FRAME = {"__init__", "__main__", "machine", "limit", "peers", "spiff", "databases"}


def main(arguments: list[str]) -> int:
    """Run a benchmark, and print its table or its figures as JSON."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in FRAME)
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks of Callweave.")
    parser.add_argument("name", nargs="?", choices=names, help="which one; without it, they are listed")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--rounds", type=int, default=31, help="short and many: a neighbour's noise hits all alike")
    parser.add_argument("--database", help="durable, timers, sleepers, texts, ingest: URL of a PostgreSQL server's administrator, or `own`")
    parser.add_argument("--count", type=int, help="durable, timers, sleepers, texts, ingest: how many")
    parser.add_argument("--workers", type=int, help="durable: so many, each with a tenant of its own")
    chosen = parser.parse_args(arguments)
    if chosen.name is None:
        for name in names:
            module = importlib.import_module(f"bench.{name}")
            print(f"{name:12} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    measure = importlib.import_module(f"bench.{chosen.name}").measure
    wanted = inspect.signature(measure).parameters
    given = {name: value for name, value in vars(chosen).items() if name in wanted and value is not None}
    figures: dict[str, Any] = measure(**given)
    figures["machine"] = machine()
    if chosen.json:
        print(json.dumps(figures, indent=2))
        return 0
    rows = figures.pop("rows")
    heads = list(rows[0])
    widths = {head: max(len(head), *(len(_shown(row[head])) for row in rows)) for head in heads}
    print("  ".join(head.rjust(widths[head]) for head in heads))
    for row in rows:
        print("  ".join(_shown(row[head]).rjust(widths[head]) for head in heads))
    for name, value in figures.items():
        print(f"{name}: {_shown(value)}")
    return 0


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{_shown(each)} by {name}" for name, each in value.items())
    return f"{value:,.0f}" if isinstance(value, float) and value >= 100 else f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
