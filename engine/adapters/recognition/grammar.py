"""English phrases, by a recognizer that comes with Callweave (pocketsphinx) and needs no network.

It works in a process of its own, for it is busy for some milliseconds with every word, and calls must not wait for it.
The process starts with the first listening and ends with the engine; one that hangs or dies is replaced.
"""

from __future__ import annotations

import asyncio
import struct
import sys
from collections.abc import Sequence

import msgspec
import structlog

from engine.adapters.recognition.recognizer import NotUnderstood, Understood
from engine.commands import Phrase

_log = structlog.get_logger()
TIME_LIMIT = 15.0
"""Seconds for what is said once, the start of the process included."""
HEAD = struct.Struct(">I")


class Task(msgspec.Struct, frozen=True):
    """What the process is asked."""

    sound: bytes
    phrases: tuple[Phrase, ...]


_write = msgspec.msgpack.Encoder().encode
_read = msgspec.msgpack.Decoder(Understood).decode


class Grammar:
    """Implements `Recognizer` for English."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def understand(self, sound: bytes, phrases: Sequence[Phrase], language: str) -> Understood:
        """Which of the phrases was said; none if it is like none of them."""
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    return await self._ask(_write(Task(sound, tuple(phrases))))
            except (TimeoutError, OSError, EOFError, msgspec.DecodeError) as error:
                await self._end()
                _log.error("the recognizer has failed", reason=repr(error))
                raise NotUnderstood("the recognizer has failed") from error
            except asyncio.CancelledError:
                await self._end()  # its answer would be taken for the next one's
                raise

    async def close(self) -> None:
        """End the process."""
        await self._end()

    async def _ask(self, task: bytes) -> Understood:
        child = await self._running()
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(HEAD.pack(len(task)) + task)
        await child.stdin.drain()
        (size,) = HEAD.unpack(await child.stdout.readexactly(HEAD.size))
        return _read(await child.stdout.readexactly(size))

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "engine.adapters.recognition.grammar_child",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        return self._child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            child.kill()
            await child.wait()
