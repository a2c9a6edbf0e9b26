"""Python's sleep, for processes under libfaketime; Python imports a module of this name by itself at its start.

Python sleeps until a moment of the monotonic clock, which libfaketime 0.9 makes a moment in the past where it leaves
that clock alone; a wait for so and so long it does not touch.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    length = float(seconds)
    if length < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], length)


time.sleep = _sleep
