"""A user's own recognizer, asked over a WebSocket: for any language, with whatever model the user has.

One connection for each thing that is said. We send a text `{"type": "start", "language", "rate", "phrases": [{"label",
"words"}]}`, then the sound in binary messages (16-bit samples, little-endian), then a text `{"type": "end"}`; the
service answers with one text `{"text", "label", "confidence"}`, of which all but `text` may be left out, and we close.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import structlog

from engine.adapters.recognition.recognizer import RATE, NotUnderstood, Understood
from engine.commands import Phrase
from engine.lazy import Lazy

if TYPE_CHECKING:
    import aiohttp
else:
    aiohttp = Lazy("aiohttp")


_log = structlog.get_logger()
TIME_LIMIT = 10.0
"""Seconds from the connection to the answer."""
LONGEST_ANSWER = 65_536
_PIECE = 3200


class Answer(msgspec.Struct, frozen=True):
    """What the service says."""

    text: str = ""
    label: str = ""
    confidence: float = 1.0


class Service:
    """Implements `Recognizer` by a service at this address."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: aiohttp.ClientSession | None = None

    async def understand(self, sound: bytes, phrases: Sequence[Phrase], language: str) -> Understood:
        """What the service says of it; raises NotUnderstood if it says nothing that can be read, or not in time."""
        start = {
            "type": "start", "language": language, "rate": RATE,
            "phrases": [{"label": phrase.label, "words": phrase.words} for phrase in phrases],
        }  # fmt: skip
        try:
            async with asyncio.timeout(TIME_LIMIT):
                answer = await self._ask(start, sound)
        except TimeoutError as error:
            raise self._failed(f"the recognizer did not answer within {TIME_LIMIT:g} s") from error
        except (aiohttp.ClientError, OSError, TypeError) as error:
            raise self._failed(f"no answer from the recognizer: {error}"[:300]) from error
        except msgspec.DecodeError as error:
            raise self._failed(f"the recognizer's answer cannot be read: {error}"[:300]) from error
        label = answer.label if any(phrase.label == answer.label for phrase in phrases) else ""
        return Understood(label=label, text=answer.text[:1000], confidence=min(1.0, max(0.0, answer.confidence)))

    async def close(self) -> None:
        """No more connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _ask(self, start: dict[str, object], sound: bytes) -> Answer:
        if self._client is None:
            self._client = aiohttp.ClientSession()
        async with self._client.ws_connect(self._address, max_msg_size=LONGEST_ANSWER) as connection:
            await connection.send_str(_text(start))
            for place in range(0, len(sound), _PIECE):
                await connection.send_bytes(sound[place : place + _PIECE])
            await connection.send_str(_text({"type": "end"}))
            return msgspec.json.decode(await connection.receive_str(), type=Answer)

    def _failed(self, reason: str) -> NotUnderstood:
        _log.error("the recognizer has failed", reason=reason)
        return NotUnderstood(reason)


def _text(message: dict[str, object]) -> str:
    return msgspec.json.encode(message).decode()
