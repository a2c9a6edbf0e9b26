"""The command of those who bring a gateway of their own."""

from __future__ import annotations

from typing import Any

from engine.commands.command import Command


class AskAdapter(Command, frozen=True, kw_only=True):
    """Ask an adapter of one's own, by the name of its entry point. Answered by `JobFinished` or `CommandFailed`.

    `request` is plain data. It is asked at most once: where a crash leaves open what became of it, it has failed.
    """

    adapter: str
    request: dict[str, Any] = {}
    timeout: float = 30.0
