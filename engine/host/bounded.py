"""Work with an end: somebody else's code is waited for so long, and then given up.

A thread cannot be killed in Python. One that runs Python code is ended by an exception put into it; one that sleeps in
the system is left to itself, and does not keep the process from ending.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class TooSlow(Exception):
    """It has not come to its end in time."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` gives; whatever it raises; TooSlow after so many seconds."""
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 (raised again by who waits)
            errors.append(error)

    thread = threading.Thread(target=run, name="bounded", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        assert thread.ident is not None
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
        raise TooSlow(f"takes longer than {seconds:g} s")
    if errors:
        raise errors[0]
    return results[0]
