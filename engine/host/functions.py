"""Running a function node's function: in a child process with an end, little memory and no credentials."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.host.settings import PROJECT

MEMORY = 2 << 30
"""Bytes of address space that a run may take."""
STARTING = 15.0
"""Seconds on top of a run's own for Python to start and the node types to be loaded; then the process is ended."""
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What of the environment a function sees: nothing of ours, and no credentials."""


class FunctionFailed(Exception):
    """The function raised, took too long or returned what is no plain data; the message says which."""


def run_function(node_type: str, arguments: dict[str, Any], *, timeout: float, nodes: Path) -> Any:
    """What the function of a node type returns; FunctionFailed."""
    asked = {"node_type": node_type, "arguments": arguments, "memory": MEMORY, "nodes": str(nodes), "timeout": timeout}
    child = subprocess.Popen(
        [sys.executable, "-m", "engine.host.function_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=_environment(), cwd=Path.home(), start_new_session=True, text=True,
    )  # fmt: skip
    try:
        written, _ = child.communicate(json.dumps(asked) + "\n", timeout=timeout + STARTING)
    except subprocess.TimeoutExpired:
        raise FunctionFailed(f"takes longer than {timeout:g} s") from None
    finally:
        _end(child)
    try:
        answer = json.loads(written)
    except ValueError:
        raise FunctionFailed(f"ended without an answer (status {child.returncode})") from None
    if "error" in answer:
        raise FunctionFailed(str(answer["error"]))
    return answer.get("result")


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}


def _end(child: subprocess.Popen[str]) -> None:
    """End the child with all that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait()
