"""`python -m engine.host.function_child`: one run of a function node's function, in a process of its own.

It reads a line of JSON, `{"node_type", "arguments", "timeout", "memory", "nodes"}`, and writes one: `{"result"}` or
`{"error"}`. What the function prints goes to the log. It has a stranger's environment: no settings, no credentials.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from engine.function_node import FunctionNode
from engine.host.plugins import find_node_types

LARGEST = 64 << 10
"""Bytes of a result (DECISIONS 13)."""


class _TooLong(BaseException):
    """The function's time is over; no `except Exception` of its own catches this."""


def _too_long(_number: int, _frame: Any) -> None:
    raise _TooLong


def main() -> None:
    """Run what standard input asks for."""
    asked = json.loads(sys.stdin.readline())
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.redirect_stdout(sys.stderr):
        answer = _run(Path(asked["nodes"]), asked["node_type"], asked["arguments"], asked["timeout"])
    sys.stdout.write(json.dumps(answer) + "\n")


def _run(folder: Path, word: str, arguments: dict[str, Any], timeout: float) -> dict[str, Any]:
    types = find_node_types(folder)
    node_type = types.get(word)
    if node_type is None:
        return {"error": types.why_not(word) or f"there is no node type {word!r}"}
    if not issubclass(node_type, FunctionNode):
        return {"error": f"{word!r} is no function node"}
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        result = node_type.run(**arguments)
        written = json.dumps(result)
    except _TooLong:
        return {"error": f"takes longer than {timeout:g} s"}
    except Exception as error:  # noqa: BLE001 (somebody else's function: whatever it raises is its failure)
        return {"error": f"{type(error).__name__}: {error}"}
    if len(written) > LARGEST:
        return {"error": f"returned {len(written)} bytes, at most {LARGEST}"}
    return {"result": result}


if __name__ == "__main__":
    main()
