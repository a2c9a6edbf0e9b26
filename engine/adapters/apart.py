"""A stranger's file, taken apart by a process of its own: with a stranger's environment, and an end.

The libraries that read sound, pictures and documents are big and written in C; what makes them fall or run for ever
must take nobody's call or page along. The limits of memory and processor time are the child's own, the limit of time is
here, and whoever the child has started ends with it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import Any

_PROJECT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


class NoAnswer(Exception):
    """The child has said nothing: it fell (`status`), or its time was over (None)."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__("takes too long" if status is None else f"status {status}")
        self.status = status


def run_apart(module: str, *arguments: str, seconds: float) -> dict[str, Any]:
    """The line of JSON that `python -m module` writes; raises NoAnswer."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment = kept | {"PYTHONPATH": str(_PROJECT), "OPENBLAS_NUM_THREADS": "1"}  # each thread takes address space
    command = [sys.executable, "-m", module, *arguments]
    with Popen(command, stdin=DEVNULL, stdout=PIPE, env=environment, process_group=0) as child:
        try:
            said, _ = child.communicate(timeout=seconds)
            answer = json.loads(said)
        except TimeoutExpired:
            raise NoAnswer from None
        except ValueError:
            raise NoAnswer(child.returncode) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
    if not isinstance(answer, dict):
        raise NoAnswer(child.returncode)
    return answer


def limit_this_process(*, memory: int, seconds: int) -> None:
    """What a child does first: no more address space than this, no more processor time, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
