"""Many are called, one takes the call: one after the other, or all at once, and then the others are let go."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from engine.adapters.parties.callees import Callee
from engine.adapters.telephony import Missed

Call = Callable[[], Coroutine[Any, Any, Callee | Missed]]
"""Calls one number, and says what came of it."""


async def in_turn(calls: Sequence[Call]) -> Callee | Missed:
    """The first who takes the call, the next being called when the one before has not."""
    missed: list[Missed] = []
    for call in calls:
        reached = await call()
        if isinstance(reached, Callee):
            return reached
        missed.append(reached)
    return fate_of(missed)


async def all_at_once(calls: Sequence[Call], too_late: Callable[[Callee], None]) -> Callee | Missed:
    """The first who takes the call. `too_late` is told of whoever has taken it in the same moment."""
    tasks = [asyncio.create_task(call()) for call in calls]
    missed: list[Missed] = []
    winner: Callee | None = None
    try:
        for done in asyncio.as_completed(tasks):
            reached = await done
            if isinstance(reached, Callee):
                winner = reached
                return reached
            missed.append(reached)
        return fate_of(missed)
    finally:
        for task in tasks:
            task.cancel()
        for late in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(late, Callee) and late is not winner:
                too_late(late)


def fate_of(missed: Sequence[Missed]) -> Missed:
    """One fate for all who were called: a telephone rang in vain, else somebody was busy, else none was reached."""
    for fate in ("no_answer", "busy"):
        for one in missed:
            if one.fate == fate:
                return one
    return missed[-1] if missed else Missed(cause="nobody was called")
