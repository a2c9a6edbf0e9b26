"""Adapters of one's own: pip packages whose entry points of the group `callweave.adapters` answer `AskAdapter`.

An adapter is an async callable that is given the request (plain data) and gives the answer (plain data), which becomes
the node's `JobFinished.result`. It raises what it cannot do; the sentence becomes the reason of `CommandFailed`. It is
asked at most once for each command, in a worker's process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib.metadata import entry_points
from typing import Any

from engine.commands import AskAdapter

GROUP = "callweave.adapters"
Adapter = Callable[[dict[str, Any]], Awaitable[Any]]


class AdapterFailed(Exception):
    """The adapter is not there, raised, or took too long; the message says which."""


async def ask_adapter(command: AskAdapter) -> Any:
    """What the adapter answers; AdapterFailed."""
    adapter = find_adapter(command.adapter)
    try:
        return await asyncio.wait_for(adapter(command.request), command.timeout)
    except TimeoutError:
        raise AdapterFailed(f"takes longer than {command.timeout:g} s") from None
    except Exception as error:
        raise AdapterFailed(f"{type(error).__name__}: {error}") from error


def find_adapter(name: str) -> Adapter:
    """The adapter of this name; AdapterFailed."""
    for point in entry_points(group=GROUP, name=name):
        try:
            adapter: Adapter = point.load()
        except Exception as error:
            raise AdapterFailed(f"the adapter {name!r} cannot be loaded: {type(error).__name__}: {error}") from error
        return adapter
    raise AdapterFailed(f"there is no adapter {name!r} here")
