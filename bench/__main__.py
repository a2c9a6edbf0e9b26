"""`python -m bench NAME [--json]`: one benchmark; without a name, the list."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from bench.machine import machine

FRAME = {"__init__", "__main__", "machine", "limit", "peers", "spiff"}


def main(arguments: list[str]) -> int:
    """Run a benchmark, and print its table or its figures as JSON."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in FRAME)
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks of Callweave.")
    parser.add_argument("name", nargs="?", choices=names, help="which one; without it, they are listed")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--rounds", type=int, default=31, help="short and many: a neighbour's noise hits all alike")
    chosen = parser.parse_args(arguments)
    if chosen.name is None:
        for name in names:
            module = importlib.import_module(f"bench.{name}")
            print(f"{name:12} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    figures: dict[str, Any] = importlib.import_module(f"bench.{chosen.name}").measure(chosen.rounds)
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
    return f"{value:,.0f}" if isinstance(value, float) and value >= 100 else f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
