"""Turns that take too long: node types are others' code, and a live host's loop waits for every turn.

A turn is microseconds. One that takes a tenth of a second is said to the log with the node type that was running, found
by a thread that looks on. One that has taken five seconds is broken off by an exception in its thread, so that a loop
without an end costs its own session and no other's call. Code that does not come back to Python cannot be broken off.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from contextlib import suppress
from types import FrameType

import structlog

from engine.node import Node

log = structlog.get_logger()

SLOW = 0.1
LONGEST = 5.0
LOOK = 0.05
"""Seconds between two looks at the turns that are running."""


class TurnTooSlow(Exception):
    """This turn has been broken off."""


class _Turn:
    __slots__ = ("began", "broken_off", "looks", "node_type")

    def __init__(self, began: float) -> None:
        self.began = began
        self.node_type: str | None = None
        """What was running when it was found to be slow."""
        self.broken_off = False
        self.looks = 0
        """How often it was seen to be running: a machine that stood still for a while does not make a turn long."""


class SlowTurns:
    """Looks at the turns of this process. `begin` and `end` are called in the turn's own thread."""

    def __init__(self, slow: float = SLOW, longest: float = LONGEST) -> None:
        self._slow, self._longest = slow, longest
        self._turns: dict[int, _Turn] = {}
        self._lock = threading.Lock()
        self._looking = False

    def begin(self) -> None:
        """A turn begins in this thread."""
        if not self._looking:
            self._look_on()
        self._turns[threading.get_ident()] = _Turn(time.monotonic())

    def end(self, *, tenant: str, session: bytes) -> None:
        """The turn of this thread is over, by whatever way."""
        ident = threading.get_ident()
        turn = self._turns[ident]
        seconds = time.monotonic() - turn.began
        if seconds < self._slow:
            del self._turns[ident]
            return
        for _ in range(2):  # what breaks it off may come at this very moment, once
            with suppress(TurnTooSlow):
                self._is_over(ident, turn)
        log.warning(
            "node type is slow", type=turn.node_type, seconds=round(seconds, 3), broken_off=turn.broken_off,
            tenant=tenant, session=session.hex(),
        )  # fmt: skip

    def _is_over(self, ident: int, turn: _Turn) -> None:
        """From here on nobody breaks it off; what was sent for it and has not come is taken back."""
        with self._lock:
            self._turns.pop(ident, None)
            if turn.broken_off:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), None)

    def _look_on(self) -> None:
        with self._lock:
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._look, name="slow turns", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK)
            for ident, turn in list(self._turns.items()):
                turn.looks += 1
                if turn.node_type is None and time.monotonic() - turn.began >= self._slow:
                    turn.node_type = _node_type_in(sys._current_frames().get(ident))
                if turn.looks * LOOK >= self._longest:
                    self._break_off(ident, turn)

    def _break_off(self, ident: int, turn: _Turn) -> None:
        with self._lock:
            if self._turns.get(ident) is turn and not turn.broken_off:
                turn.broken_off = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(TurnTooSlow))


def _node_type_in(frame: FrameType | None) -> str | None:
    """The type of the node in whose method a thread is; None if it is in none's."""
    while frame is not None:
        if isinstance(found := frame.f_locals.get("self"), Node):
            return found.type
        frame = frame.f_back
    return None


slow_turns = SlowTurns()
"""Those of this process."""
